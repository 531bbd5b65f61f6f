//! A visit at a door: who comes, in which language, and the page they get.

use super::{Home, Member, Role, home, signin};
use crate::base::{Error, Node, Result};
use crate::trust::key;
use crate::web::layout::{self, Chrome, NavItem, SignedIn};
use crate::web::locale::Locale;
use crate::web::session;
use axum::extract::{ConnectInfo, FromRequestParts};
use axum::response::{IntoResponse, Response};
use http::header::{ACCEPT_LANGUAGE, AUTHORIZATION, SET_COOKIE};
use http::request::Parts;
use http::{HeaderMap, HeaderValue};
use maud::Markup;
use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, OnceLock};

/// Who looks: nobody in particular, or a member. What they may see follows from it (D3).
#[derive(Debug, Clone, Default)]
pub struct Viewer {
    /// The member who is signed in.
    pub member: Option<Member>,
    /// The node's own network, by our actor id: a member sees what it follows.
    pub home_network: Option<String>,
    /// The follower elsewhere who asks, signed, by our actor id: they see what they follow here.
    pub follower: Option<String>,
}

impl Viewer {
    /// Nobody in particular.
    #[must_use]
    pub fn stranger() -> Self {
        Self::default()
    }

    /// Whether somebody is signed in.
    #[must_use]
    pub fn is_member(&self) -> bool {
        self.member.is_some()
    }

    /// The member, or a request to sign in.
    ///
    /// # Errors
    /// [`Error::SignIn`].
    pub fn member(&self) -> Result<&Member> {
        self.member.as_ref().ok_or(Error::SignIn)
    }

    /// The member if their role is enough.
    ///
    /// # Errors
    /// [`Error::SignIn`] or [`Error::Forbidden`].
    pub fn at_least(&self, role: Role) -> Result<&Member> {
        let member = self.member()?;
        if member.role >= role {
            Ok(member)
        } else {
            Err(Error::Forbidden)
        }
    }
}

/// One visit of a person's browser.
pub struct Visit {
    /// The node visited.
    pub node: Node,
    /// Who comes.
    pub viewer: Viewer,
    /// The language of the page.
    pub locale: Locale,
    /// The path and query asked for.
    pub path: String,
    /// The address they come from, as far as it can be trusted.
    pub address: String,
    /// The network, unless it is not founded yet.
    pub home: Option<Arc<Home>>,
    headers: HeaderMap,
    token: Option<String>,
    fresh: OnceLock<String>,
}

/// The address a request comes from: the socket's, or what a trusted proxy says (D29).
#[must_use]
pub fn client_address(node: &Node, parts: &Parts) -> String {
    let socket = parts
        .extensions
        .get::<ConnectInfo<SocketAddr>>()
        .map(|info| info.0.ip().to_canonical());
    let Some(socket) = socket else {
        return "unknown".into();
    };
    if node.config.trusted_proxies.contains(&socket) {
        // A proxy that adds a header of its own adds it after what the client sent.
        let said = parts
            .headers
            .get_all("x-forwarded-for")
            .iter()
            .next_back()
            .and_then(|v| v.to_str().ok());
        // The last address that is not a proxy of ours is the one our proxy saw.
        let seen = said
            .into_iter()
            .flat_map(|list| list.rsplit(','))
            .find_map(|word| {
                let address: IpAddr = word.trim().parse().ok()?;
                (!node.config.trusted_proxies.contains(&address)).then_some(address)
            });
        if let Some(address) = seen {
            return bucket(address);
        }
    }
    bucket(socket)
}

/// Under which name an address is counted: IPv6 by /64, since one subscriber has that many addresses.
#[must_use]
pub fn bucket(address: IpAddr) -> String {
    match address {
        IpAddr::V4(v4) => v4.to_string(),
        IpAddr::V6(v6) => {
            let s = v6.segments();
            format!("{:x}:{:x}:{:x}:{:x}::/64", s[0], s[1], s[2], s[3])
        }
    }
}

impl FromRequestParts<Node> for Visit {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, node: &Node) -> Result<Self> {
        let home = match home(node).await {
            Ok(home) => Some(home),
            Err(Error::NotFound) => None,
            Err(error) => return Err(error),
        };
        let token = session::read_token(&parts.headers, &node.config);
        let member = match &token {
            Some(token) => signin::member_of_session(node, token).await?,
            None => None,
        };
        let header = |name| {
            parts
                .headers
                .get(name)
                .and_then(|v: &HeaderValue| v.to_str().ok())
        };
        let chosen = session::read_language(&parts.headers)
            .or_else(|| member.as_ref().map(|member| member.language.clone()));
        let asked = header(ACCEPT_LANGUAGE)
            .or_else(|| home.as_ref().map(|home| home.settings.language.as_str()));
        let locale = Locale::negotiate(asked, chosen.as_deref());
        Ok(Self {
            node: node.clone(),
            viewer: Viewer {
                member,
                home_network: home.as_ref().map(|home| home.network.id.clone()),
                follower: None,
            },
            locale,
            path: parts
                .uri
                .path_and_query()
                .map_or_else(|| "/".to_owned(), ToString::to_string),
            address: client_address(node, parts),
            home,
            headers: parts.headers.clone(),
            token,
            fresh: OnceLock::new(),
        })
    }
}

impl Visit {
    /// A text in the visitor's language.
    #[must_use]
    pub fn t(&self, key: &str) -> String {
        self.locale.t(key)
    }

    /// The network of the node.
    ///
    /// # Errors
    /// [`Error::NotFound`] before it was founded.
    pub fn home(&self) -> Result<&Arc<Home>> {
        self.home.as_ref().ok_or(Error::NotFound)
    }

    /// The session's token, if there is a cookie.
    #[must_use]
    pub fn token(&self) -> Option<&str> {
        self.token.as_deref()
    }

    /// The word that a form of this page must bring back. For a visitor without a cookie it makes one,
    /// which the page then sets.
    #[must_use]
    pub fn csrf(&self) -> String {
        let base = match self.csrf_base() {
            Some(base) => base,
            None => self
                .fresh
                .get_or_init(|| self.node.chance.token().unwrap_or_default())
                .clone(),
        };
        key::derive(&self.node, b"csrf")
            .map(|secret| session::csrf_token(&secret, &base))
            .unwrap_or_default()
    }

    /// What a form's word is made of: the session of a member, the nonce of somebody else.
    fn csrf_base(&self) -> Option<String> {
        match &self.token {
            Some(token) if self.viewer.is_member() => Some(token.clone()),
            _ => session::read_nonce(&self.headers, &self.node.config),
        }
    }

    /// Makes sure that a form comes from a page of ours, shown to this visitor.
    ///
    /// # Errors
    /// [`Error::Forbidden`] when it does not.
    pub fn check_csrf(&self, given: &str) -> Result<()> {
        let base = self.csrf_base().unwrap_or_default();
        session::check_csrf(
            &key::derive(&self.node, b"csrf")?,
            &self.headers,
            &self.node.config,
            &base,
            given,
        )
    }

    /// What surrounds a page: names, navigation, who is signed in.
    #[must_use]
    pub fn chrome(&self) -> Chrome {
        let path = self.path.split('?').next().unwrap_or("/");
        let item = |href: &str, key: &str| NavItem {
            href: href.to_owned(),
            label: self.t(key),
            current: path == href || (href != "/" && path.starts_with(href)),
        };
        let mut nav = vec![
            item("/", "nav-home"),
            item("/experiences", "nav-experiences"),
            item("/agenda", "nav-agenda"),
            item("/papers", "nav-papers"),
            item("/networks", "nav-networks"),
        ];
        if self.viewer.is_member() {
            nav.push(item("/write", "nav-write"));
        }
        Chrome {
            locale: self.locale,
            network: self
                .home
                .as_ref()
                .map_or_else(|| "Atelier".to_owned(), |home| home.network.name.clone()),
            tagline: self
                .home
                .as_ref()
                .map(|home| home.settings.tagline.clone())
                .filter(|t| !t.is_empty()),
            nav,
            signed_in: self.viewer.member.as_ref().map(|member| SignedIn {
                name: member.name.clone(),
                href: "/account".into(),
                waiting: 0,
            }),
            steward: self.viewer.at_least(Role::Steward).is_ok(),
            csrf: if self.viewer.is_member() {
                self.csrf()
            } else {
                String::new()
            },
            path: self.path.clone(),
            dev: self.node.config.dev,
            ..Chrome::default()
        }
    }

    /// A whole page.
    #[must_use]
    pub fn page(&self, title: &str, body: Markup) -> Response {
        self.page_in(&self.chrome(), title, body)
    }

    /// A whole page whose surroundings were changed by the door.
    #[must_use]
    pub fn page_in(&self, chrome: &Chrome, title: &str, body: Markup) -> Response {
        let flash = session::take_flash(&self.headers, &self.node.config, self.locale);
        let (flash, said) = flash.map_or((None, None), |(flash, said)| (Some(flash), Some(said)));
        let chrome = Chrome {
            flash: flash.or_else(|| chrome.flash.clone()),
            ..chrome.clone()
        };
        let mut response = layout::page(&chrome, title, body).into_response();
        let headers = response.headers_mut();
        if let Some(said) = said {
            headers.append(SET_COOKIE, said);
        }
        headers.insert(
            http::header::VARY,
            HeaderValue::from_static("Accept, Accept-Language, Cookie"),
        );
        headers.insert(
            http::header::CACHE_CONTROL,
            HeaderValue::from_static("private, no-cache"),
        );
        if let Some(fresh) = self.fresh.get() {
            headers.append(SET_COOKIE, session::nonce_cookie(fresh, &self.node.config));
        }
        response
    }
}

/// One request of a program, with or without a token.
pub struct Call {
    /// The node asked.
    pub node: Node,
    /// In whose name.
    pub viewer: Viewer,
}

impl FromRequestParts<Node> for Call {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, node: &Node) -> Result<Self> {
        let home = home(node).await?;
        let given = parts
            .headers
            .get(AUTHORIZATION)
            .map(|value| value.to_str().unwrap_or_default());
        let member = match given {
            None => None,
            Some(text) => {
                let token = text.strip_prefix("Bearer ").ok_or(Error::SignIn)?;
                Some(
                    signin::member_of_token(node, token.trim())
                        .await?
                        .ok_or(Error::SignIn)?,
                )
            }
        };
        Ok(Self {
            node: node.clone(),
            viewer: Viewer {
                member,
                home_network: Some(home.network.id.clone()),
                follower: None,
            },
        })
    }
}

//! A member's own page: how they present themselves, their language, password and tokens.

use super::{again, keep_session, languages, secret_box, signin, unkept};
use crate::base::{Error, Issues, Node, Result, text};
use crate::directory::found;
use crate::directory::signin::Token;
use crate::directory::{Actor, Member, Role, Visit, store, uri};
use crate::web::form::{self, Confirm, Field};
use crate::web::kit::{self, Tone};
use crate::web::respond::see_other_saying;
use crate::web::session;
use axum::extract::Path;
use axum::response::{IntoResponse as _, Response};
use axum::routing::{get, post};
use axum::{Form, Router};
use http::{StatusCode, header};
use maud::{Markup, html};
use serde::Deserialize;

const SUMMARY_CHARS_MAX: usize = 5_000;
const TOKEN_NAME_CHARS_MAX: usize = 80;

pub(super) fn routes() -> Router<Node> {
    Router::new()
        .route("/account", get(show).post(present))
        .route("/account/password", post(change_password))
        .route("/account/tokens", post(create_token))
        .route("/account/tokens/{id}/revocation", post(revoke_token))
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Asked {
    csrf: String,
    name: String,
    summary: String,
    language: String,
    now: String,
    password: String,
    password_again: String,
    token_name: String,
}

/// What stands in the forms: what is held, or what was sent and came back.
struct Shown {
    member: Member,
    actor: Actor,
    asked: Asked,
    issues: Issues,
    said: Markup,
}

impl Shown {
    async fn held(visit: &Visit) -> Result<Self> {
        let member = visit.viewer.member()?.clone();
        let actor = store::find_actor(&visit.node, &member.actor_id)
            .await?
            .ok_or_else(|| Error::internal("a member without an actor"))?;
        let asked = Asked {
            name: actor.name.clone(),
            summary: actor.summary.clone(),
            language: member.language.clone(),
            ..Asked::default()
        };
        Ok(Self {
            member,
            actor,
            asked,
            issues: Issues::default(),
            said: html! {},
        })
    }

    async fn again(self, visit: &Visit, issues: Issues) -> Result<Response> {
        let shown = Self { issues, ..self };
        Ok(again(page(visit, &shown).await?))
    }
}

async fn show(visit: Visit) -> Result<Response> {
    let shown = Shown::held(&visit).await?;
    page(&visit, &shown).await
}

async fn present(visit: Visit, Form(asked): Form<Asked>) -> Result<Response> {
    let mut shown = Shown::held(&visit).await?;
    visit.check_csrf(&asked.csrf)?;
    let node = &visit.node;
    shown.asked = asked;
    let (actor, asked) = (&shown.actor, &shown.asked);
    if asked.summary.chars().count() > SUMMARY_CHARS_MAX {
        let mut issues = Issues::default();
        issues.add("summary", "issue-too-long");
        return shown.again(&visit, issues).await;
    }
    let changed = async {
        if asked.language != shown.member.language {
            found::change_language(node, &shown.member, &asked.language).await?;
        }
        // Followers are told of a new presentation: nothing is said when it is the old one.
        if asked.name.trim() != actor.name || asked.summary.trim() != actor.summary {
            found::present(node, actor, &asked.name, &asked.summary).await?;
        }
        Ok(())
    };
    match changed.await {
        Ok(()) => {
            let mut response =
                see_other_saying("/account", Tone::Good, "account-saved", &node.config);
            let cookie = session::language_cookie(&asked.language);
            response.headers_mut().append(header::SET_COOKIE, cookie);
            Ok(response)
        }
        Err(Error::Invalid(issues)) => shown.again(&visit, issues).await,
        Err(error) => Err(error),
    }
}

async fn change_password(visit: Visit, Form(asked): Form<Asked>) -> Result<Response> {
    let shown = Shown::held(&visit).await?;
    visit.check_csrf(&asked.csrf)?;
    let node = &visit.node;
    let mut issues = Issues::default();
    signin::check_password(&mut issues, &asked.password);
    if asked.password != asked.password_again {
        issues.add("password_again", "issue-password-differs");
    }
    if issues.0.is_empty() && !signin::confirm_password(node, &shown.member, &asked.now).await? {
        issues.add("now", "issue-password-now");
    }
    if !issues.0.is_empty() {
        return shown.again(&visit, issues).await;
    }
    signin::set_password(node, &shown.member.id, &asked.password).await?;
    // That ended every session, this one too: this device gets a new one.
    let token = signin::begin(node, &shown.member).await?;
    let key = "settings-password-changed";
    let mut response = see_other_saying("/account", Tone::Good, key, &node.config);
    keep_session(&visit, &mut response, &token).await?;
    Ok(response)
}

async fn create_token(visit: Visit, Form(asked): Form<Asked>) -> Result<Response> {
    let mut shown = Shown::held(&visit).await?;
    visit.check_csrf(&asked.csrf)?;
    let name = text::plain_line(&asked.token_name, TOKEN_NAME_CHARS_MAX);
    if name.is_empty() {
        let mut issues = Issues::default();
        issues.add("token_name", "issue-required");
        return shown.again(&visit, issues).await;
    }
    let token = signin::create_token(&visit.node, &shown.member, &name).await?;
    // Shown in this answer and nowhere else: only the token's hash is kept.
    shown.said = kit::notice(
        Tone::Good,
        html! {
            p { strong { (visit.locale.tn("token-made", &[("name", name.into())])) } }
            (secret_box(&visit, "new-token", &token))
            p { (visit.t("token-made-hint")) " " code { "Authorization: Bearer …" } }
        },
    );
    let page = page(&visit, &shown).await?;
    Ok(unkept((StatusCode::CREATED, page).into_response()))
}

async fn revoke_token(
    visit: Visit,
    Path(id): Path<String>,
    Form(asked): Form<Asked>,
) -> Result<Response> {
    let member = visit.viewer.member()?;
    visit.check_csrf(&asked.csrf)?;
    signin::revoke_token(&visit.node, &id, Some(&member.id)).await?;
    let config = &visit.node.config;
    Ok(see_other_saying(
        "/account#tokens",
        Tone::Good,
        "token-revoked",
        config,
    ))
}

async fn page(visit: &Visit, shown: &Shown) -> Result<Response> {
    let locale = visit.locale;
    let tokens = signin::list_tokens(&visit.node, Some(&shown.member.id)).await?;
    let title = visit.t("account-title");
    let path = shown.actor.path();
    let labels = [
        ("name", "settings-name"),
        ("summary", "settings-summary"),
        ("language", "settings-language"),
        ("now", "settings-password-now"),
        ("password", "settings-password-new"),
        ("password_again", "setup-password-again"),
        ("token_name", "token-name"),
    ]
    .map(|(field, key)| (field, visit.t(key)));
    let main = html! {
        (shown.said)
        (form::error_summary(locale, &shown.issues, &labels))
        (presentation(visit, shown))
        (password(visit, shown))
        (token_list(visit, shown, &tokens))
    };
    let body = html! {
        (kit::page_head(&title, None, html! { a.button href=(path) { (visit.t("account-see-page")) } }))
        (first_steps(visit))
        (kit::with_aside(main, &visit.t("account-aside"), aside(visit, &shown.member)))
    };
    Ok(visit.page(&title, body))
}

fn presentation(visit: &Visit, shown: &Shown) -> Markup {
    let (locale, issues) = (visit.locale, &shown.issues);
    let name = Field::new("name", visit.t("settings-name"))
        .value(&shown.asked.name)
        .required()
        .autocomplete("name")
        .length_max(120)
        .issues(locale, issues);
    let hint = format!(
        "{} {}",
        visit.t("settings-summary-hint"),
        visit.t("form-markdown")
    );
    let summary = Field::new("summary", visit.t("settings-summary"))
        .hint(hint)
        .value(&shown.asked.summary)
        .length_max(SUMMARY_CHARS_MAX)
        .issues(locale, issues);
    let language = Field::new("language", visit.t("settings-language"))
        .value(&shown.asked.language)
        .issues(locale, issues);
    html! {
        section.section {
            div.section-head { h2 { (visit.t("settings-mine")) } }
            form.form method="post" action="/account" {
                (form::csrf_field(&visit.csrf()))
                (form::text_field(locale, &name))
                (form::text_area(locale, &summary))
                (form::radios(locale, &language, &languages()))
                (form::actions(form::submit(&visit.t("action-save"))))
            }
        }
    }
}

fn password(visit: &Visit, shown: &Shown) -> Markup {
    let (locale, issues) = (visit.locale, &shown.issues);
    let field = |name: &'static str, key: &str, autocomplete: &'static str| {
        Field::new(name, visit.t(key))
            .kind("password")
            .required()
            .autocomplete(autocomplete)
            .issues(locale, issues)
    };
    html! {
        section.section {
            div.section-head { h2 { (visit.t("settings-password")) } }
            p { (visit.t("account-password-hint")) }
            form.form method="post" action="/account/password" {
                (form::csrf_field(&visit.csrf()))
                (form::text_field(locale, &field("now", "settings-password-now", "current-password")))
                (form::text_field(locale, &field("password", "settings-password-new", "new-password")
                    .hint(visit.t("setup-password-hint"))))
                (form::text_field(locale, &field("password_again", "setup-password-again", "new-password")))
                (form::actions(form::submit(&visit.t("account-password-submit"))))
            }
        }
    }
}

fn token_list(visit: &Visit, shown: &Shown, tokens: &[Token]) -> Markup {
    let locale = visit.locale;
    let name = Field::new("token_name", visit.t("token-name"))
        .hint(visit.t("token-name-hint"))
        .required()
        .autocomplete("off")
        .length_max(TOKEN_NAME_CHARS_MAX)
        .issues(locale, &shown.issues);
    html! {
        section.section #tokens {
            div.section-head { h2 { (visit.t("settings-tokens")) } }
            p { (visit.t("token-lede")) }
            @if !tokens.is_empty() {
                ul.rows role="list" { @for token in tokens { li { (token_row(visit, token)) } } }
            }
            form.form method="post" action="/account/tokens" {
                (form::csrf_field(&visit.csrf()))
                (form::text_field(locale, &name))
                (form::actions(form::submit(&visit.t("token-create"))))
            }
        }
    }
}

fn token_row(visit: &Visit, token: &Token) -> Markup {
    let locale = visit.locale;
    let used = token.last_used_at.map_or_else(
        || visit.t("token-unused"),
        |at| {
            let ago = locale.ago(at, visit.node.now());
            locale.tn("token-used", &[("ago", ago.into())])
        },
    );
    let made = locale.tn(
        "token-since",
        &[("date", locale.date(token.created_at).into())],
    );
    html! {
        div.row-head {
            div.row-words { span.row-name { (token.name) } span.quiet { (made) " · " (used) } }
        }
        (form::confirm(&Confirm {
            action: &format!("/account/tokens/{}/revocation", token.id),
            csrf: &visit.csrf(),
            summary: visit.t("token-revoke"),
            text: visit.t("token-revoke-text"),
            button: visit.t("token-revoke"),
            hidden: &[],
            dangerous: true,
        }))
    }
}

/// What a new node still needs, until its legal pages are written.
fn first_steps(visit: &Visit) -> Markup {
    let steward = visit.viewer.at_least(Role::Steward).is_ok();
    let ready = visit
        .home
        .as_ref()
        .is_none_or(|home| home.settings.legal_pages_ready());
    html! {
        @if steward && !ready {
            (kit::notice(Tone::Accent, html! {
                p { strong { (visit.t("setup-next-title")) } }
                ul {
                    li { a href="/settings#texts" { (visit.t("setup-next-legal")) } }
                    li { a href="/following" { (visit.t("setup-next-follow")) } }
                    li { a href="/members#invite" { (visit.t("setup-next-invite")) } }
                    li { a href="/write" { (visit.t("setup-next-write")) } }
                }
            }))
        }
    }
}

fn aside(visit: &Visit, member: &Member) -> Markup {
    let role = format!("role-{}", member.role.code());
    let address = uri::address(&member.handle, &visit.node.config.domain);
    let mut links = vec![
        ("/members", "nav-members"),
        ("/following", "nav-following"),
        ("/networks", "nav-networks"),
    ];
    if member.role == Role::Steward {
        links.extend([
            ("/followers", "nav-followers"),
            ("/deliveries", "nav-deliveries"),
            ("/settings", "nav-settings"),
        ]);
    }
    html! {
        (kit::facts(&[
            (visit.t("member-address"), html! { span.address { (address) } }),
            (visit.t("setup-email"), html! { (member.email) }),
            (visit.t("members-role"), html! { (visit.t(&role)) p.quiet { (visit.t(&format!("{role}-hint"))) } }),
        ]))
        h2 { (visit.t("account-links")) }
        ul { @for (href, key) in links { li { a href=(href) { (visit.t(key)) } } } }
    }
}

//! What strangers may say, one file a verb. Each is checked, then takes effect; both may happen twice.

mod accept;
mod announce;
mod create;
mod delete;
mod follow;
mod reject;
mod undo;
mod update;

use super::document::{id_of, type_of};
use crate::base::{Error, Node, NodeRef, Result};
use crate::directory::Actor;
use crate::publication::evidence::Signed;
use activitypub_federation::config::{Data, FederationConfig};
use activitypub_federation::traits::Activity;
use serde_json::Value;
use tokio::sync::OnceCell;
use url::Url;

/// An activity whose speaker is known: the bytes, read, and who signed them.
#[derive(Debug)]
pub struct Heard {
    id: Url,
    actor: Url,
    /// The activity.
    pub value: Value,
    /// Its bytes as received.
    pub raw: String,
    /// What the request that brought it signed.
    pub signed: Option<Signed>,
    /// Who says it.
    pub by: Actor,
}

impl Heard {
    /// Reads an activity said by an actor.
    ///
    /// # Errors
    /// [`Error::Refused`] when it speaks in another's name.
    pub fn new(value: Value, raw: String, signed: Option<Signed>, by: Actor) -> Result<Self> {
        let bad = Error::refused;
        let actor = value
            .get("actor")
            .and_then(id_of)
            .ok_or_else(|| bad("activity_without_actor"))?;
        if actor != by.uri {
            return Err(bad("activity_of_another_actor"));
        }
        // An activity without id is known by its bytes (D16); its speaker stands in for its id.
        let id = value
            .get("id")
            .and_then(Value::as_str)
            .unwrap_or(&by.uri)
            .to_owned();
        let url = |text: &str| Url::parse(text).map_err(|_| bad("activity_id_is_no_url"));
        Ok(Self {
            id: url(&id)?,
            actor: url(actor)?,
            value,
            raw,
            signed,
            by,
        })
    }

    /// Its object.
    #[must_use]
    pub fn object(&self) -> &Value {
        self.value.get("object").unwrap_or(&Value::Null)
    }

    /// The id of its object.
    ///
    /// # Errors
    /// [`Error::Refused`] when it has none.
    pub fn object_id(&self) -> Result<&str> {
        id_of(self.object()).ok_or_else(|| Error::refused("activity_without_object"))
    }
}

/// The library's data of one request; it holds the node weakly, since the node holds its configuration.
pub type Context = Data<NodeRef>;

fn node_of(context: &Context) -> Result<Node> {
    context
        .app_data()
        .node()
        .ok_or_else(|| Error::internal("the node is closed"))
}

macro_rules! verbs {
    ($($file:ident :: $verb:ident),*) => {
        /// The verbs we understand.
        #[derive(Debug)]
        pub enum Inbound {
            $(#[doc = concat!("See `", stringify!($file), ".rs`.")] $verb($file::$verb),)*
        }

        impl Inbound {
            /// What an activity says, or `None` for a verb that we do not know.
            #[must_use]
            pub fn read(heard: Heard) -> Option<Self> {
                match type_of(&heard.value)? {
                    $(stringify!($verb) => Some(Self::$verb($file::$verb(heard))),)*
                    _ => None,
                }
            }

            /// Checks it, then lets it take effect.
            ///
            /// # Errors
            /// [`Error::Refused`] when it may not be said; else the effect runs again later.
            pub async fn take_effect(self, node: &Node) -> Result<()> {
                let context = config(node).await?.to_request_data();
                match self {
                    $(Self::$verb(verb) => {
                        verb.verify(&context).await?;
                        verb.receive(&context).await
                    })*
                }
            }
        }

        $(impl $file::$verb {
            fn heard(&self) -> &Heard {
                &self.0
            }
        })*
    };
}

verbs!(
    accept::Accept,
    announce::Announce,
    create::Create,
    delete::Delete,
    follow::Follow,
    reject::Reject,
    undo::Undo,
    update::Update
);

/// What every verb implements alike: who says it, and that its context is the node's.
macro_rules! spoken {
    () => {
        type DataType = crate::base::NodeRef;
        type Error = crate::base::Error;

        fn id(&self) -> &url::Url {
            &self.heard().id
        }

        fn actor(&self) -> &url::Url {
            &self.heard().actor
        }
    };
}
use spoken;

#[derive(Default)]
struct Library(OnceCell<FederationConfig<NodeRef>>);

/// The library's configuration of a node. Its client refuses every request: reading and sending are
/// ours (D14).
async fn config(node: &Node) -> Result<FederationConfig<NodeRef>> {
    let library = node.part::<Library>();
    let config = library
        .0
        .get_or_try_init(|| async {
            FederationConfig::builder()
                .domain(node.config.domain.clone())
                .app_data(node.weak())
                .client(crate::trust::socket::closed_client()?)
                .build()
                .await
                .map_err(Error::internal)
        })
        .await?;
    Ok(config.clone())
}

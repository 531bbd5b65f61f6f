//! Beginnings: the node itself, its network, its members, and changes to how they present themselves.

use super::keys::{self, NewKeys};
use super::store;
use super::{Actor, ActorKind, Member, NetworkSettings, Role, home_changed, signin, uri};
use crate::base::clock::{DAY, Millis};
use crate::base::id::sha256_hex;
use crate::base::{Error, Issues, Node, Result, Tx, queue, setting, text};
use crate::trust::key;
use serde::Deserialize;

const NAME_CHARS_MAX: usize = 120;
const HANDLE_CHARS_MAX: usize = 30;
const INVITATION_DAYS: Millis = 14;
const RESERVED: [&str; 8] = [
    "actor", "admin", "inbox", "instance", "relay", "root", "support", "www",
];

/// The fact that an actor of ours presents itself anew.
pub const ACTOR_CHANGED: &str = "actor_changed";
/// The fact that an actor of ours has new keys.
pub const KEYS_RENEWED: &str = "keys_renewed";
/// The setting that holds the print of the key file.
pub const SECRET_FINGERPRINT: &str = "secret_fingerprint";

/// What a network says of itself at its founding.
#[derive(Debug, Clone, Deserialize)]
pub struct Founding {
    /// Its handle: `[a-z0-9_]`, permanent.
    pub handle: String,
    /// Its name.
    pub name: String,
    /// The language of its pages.
    pub language: String,
}

/// What is needed to welcome a member.
#[derive(Debug, Clone, Deserialize)]
pub struct NewMember {
    /// The name they give themselves.
    pub name: String,
    /// Their handle; empty: made from the name.
    pub handle: String,
    /// Their e-mail address.
    pub email: String,
    /// Their password.
    pub password: String,
    /// The language of their pages.
    pub language: String,
}

/// Makes what every node has before anything else: its own actor, and the print of its key file.
/// Refuses a key file that is not the database's (D25).
///
/// # Errors
/// [`Error::Operator`] when the key file is another one.
pub async fn prepare(node: &Node) -> Result<()> {
    let print = key::fingerprint(node)?;
    match setting::get(node, SECRET_FINGERPRINT).await? {
        Some(held) if held != print => {
            return Err(Error::Operator(format!(
                "{} is not the key file of this database: put the right one back; without it the node \
                 cannot sign as its members. If it is lost for good: atelier keys renew --lost",
                node.config.secret_path().display()
            )));
        }
        Some(_) => {}
        None => {
            let mut tx = node.db.write().await?;
            setting::set(&mut tx, SECRET_FINGERPRINT, &print).await?;
            tx.commit().await?;
        }
    }
    if let Some(held) = setting::get(node, "domain").await? {
        if held != node.config.domain {
            return Err(Error::Operator(format!(
                "this database belongs to {held}, not to {}: a node's domain is permanent, since every \
                 publication and follower knows it",
                node.config.domain
            )));
        }
        return Ok(());
    }
    let (handle, host) = ("instance".to_owned(), node.config.domain.clone());
    let application = new_actor(
        node,
        ActorKind::Application,
        handle,
        host.clone(),
        uri::application(node),
    )?;
    let made = keys::make(node, &application).await?;
    let mut tx = node.db.write().await?;
    store::save_actor(&mut tx, &application, None).await?;
    keys::save(node, &mut tx, &made).await?;
    setting::set(&mut tx, "domain", &node.config.domain).await?;
    tx.commit().await
}

fn new_actor(
    node: &Node,
    kind: ActorKind,
    handle: String,
    name: String,
    uri: String,
) -> Result<Actor> {
    let (inbox, approves) = match kind {
        ActorKind::Application => (uri::shared_inbox(node), true),
        _ => (format!("{uri}/inbox"), false),
    };
    Ok(Actor {
        id: node.new_id()?,
        kind,
        local: true,
        handle,
        host: node.config.domain.clone(),
        name,
        summary: String::new(),
        url: uri.clone(),
        inbox,
        shared_inbox: Some(uri::shared_inbox(node)),
        outbox: Some(format!("{uri}/outbox")),
        followers: Some(format!("{uri}/followers")),
        approves,
        created_at: node.now(),
        updated_at: node.now(),
        fetched_at: 0,
        gone_at: None,
        uri,
    })
}

fn check_handle(issues: &mut Issues, handle: &str) {
    let fits = handle
        .chars()
        .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_');
    if handle.is_empty() || handle.len() > HANDLE_CHARS_MAX || !fits || RESERVED.contains(&handle) {
        issues.add("handle", "issue-handle");
    }
}

fn check_name(issues: &mut Issues, name: &str) {
    if name.is_empty() || name.chars().count() > NAME_CHARS_MAX {
        issues.add("name", "issue-name");
    }
}

fn check_language(issues: &mut Issues, language: &str) {
    if !matches!(language, "fr" | "en") {
        issues.add("language", "issue-language");
    }
}

/// What is wrong with a founding, field by field.
#[must_use]
pub fn check_founding(founding: &Founding) -> Issues {
    let mut issues = Issues::default();
    check_handle(&mut issues, &founding.handle);
    check_name(&mut issues, founding.name.trim());
    check_language(&mut issues, &founding.language);
    issues
}

/// What is wrong with how a network presents itself and what it decided, field by field.
#[must_use]
pub fn check_network(name: &str, settings: &NetworkSettings) -> Issues {
    let mut issues = Issues::default();
    check_name(&mut issues, name.trim());
    check_settings(&mut issues, settings);
    issues
}

fn check_settings(issues: &mut Issues, settings: &NetworkSettings) {
    check_language(issues, &settings.language);
    if jiff::tz::TimeZone::get(&settings.timezone).is_err() {
        issues.add("timezone", "issue-timezone");
    }
}

/// Founds the network of this node, with its first steward.
///
/// # Errors
/// [`Error::Invalid`] for the fields; [`Error::Conflict`] when it is founded already.
pub async fn found(node: &Node, founding: Founding, steward: NewMember) -> Result<Member> {
    let issues = check_founding(&founding);
    issues.or(())?;
    let mut joining = Joining::prepare(node, steward, Role::Steward).await?;
    if joining.actor.handle == founding.handle {
        joining = Joining::prepare(
            node,
            NewMember {
                handle: format!("{}_1", founding.handle),
                ..joining.asked.clone()
            },
            Role::Steward,
        )
        .await?;
    }
    let uri = uri::group(node, &founding.handle);
    let network = new_actor(
        node,
        ActorKind::Group,
        founding.handle,
        text::plain_line(&founding.name, NAME_CHARS_MAX),
        uri,
    )?;
    let made = keys::make(node, &network).await?;
    let settings = NetworkSettings {
        language: founding.language,
        ..NetworkSettings::default()
    };
    if store::find_home(node).await?.is_some() {
        return Err(Error::Conflict(
            "the network of this node is founded already".into(),
        ));
    }
    let mut tx = node.db.write().await?;
    store::save_actor(&mut tx, &network, None).await?;
    keys::save(node, &mut tx, &made).await?;
    setting::set(&mut tx, "network", &serde_json::to_string(&settings)?).await?;
    setting::set(&mut tx, "setup_token_hash", "").await?;
    joining.save(node, &mut tx).await?;
    tx.commit().await?;
    home_changed(node);
    Ok(joining.member)
}

/// What is wrong with what a new member says of themselves, field by field.
///
/// # Errors
/// When the database refuses.
pub async fn check_member(node: &Node, new: &NewMember) -> Result<Issues> {
    Ok(read_member(node, new).await?.0)
}

/// The issues, the name and the handle that a new member would get.
async fn read_member(node: &Node, new: &NewMember) -> Result<(Issues, String, String)> {
    let mut issues = Issues::default();
    let name = text::plain_line(&new.name, NAME_CHARS_MAX);
    check_name(&mut issues, &name);
    let asked_handle = new.handle.trim().trim_start_matches('@').to_lowercase();
    let mut handle = if asked_handle.is_empty() {
        text::slug(&name)
    } else {
        asked_handle.clone()
    };
    handle.truncate(HANDLE_CHARS_MAX);
    if !name.is_empty() || !asked_handle.is_empty() {
        check_handle(&mut issues, &handle);
    }
    check_language(&mut issues, &new.language);
    let email = new.email.trim().to_lowercase();
    if !looks_like_email(&email) {
        issues.add("email", "issue-email");
    }
    signin::check_password(&mut issues, &new.password);
    if issues.of("handle").is_none() && store::find_local_actor(node, &handle).await?.is_some() {
        if asked_handle.is_empty() {
            handle = free_handle(node, &handle).await?;
        } else {
            issues.add("handle", "issue-handle-taken");
        }
    }
    if store::find_member(node, &email).await?.is_some() {
        issues.add("email", "issue-email-taken");
    }
    Ok((issues, name, handle))
}

struct Joining {
    asked: NewMember,
    actor: Actor,
    keys: NewKeys,
    member: Member,
    password_hash: String,
}

impl Joining {
    /// All that takes time, before the transaction.
    async fn prepare(node: &Node, new: NewMember, role: Role) -> Result<Self> {
        let (issues, name, handle) = read_member(node, &new).await?;
        issues.or(())?;
        let email = new.email.trim().to_lowercase();
        let uri = uri::user(node, &handle);
        let actor = new_actor(node, ActorKind::Person, handle.clone(), name.clone(), uri)?;
        Ok(Self {
            keys: keys::make(node, &actor).await?,
            password_hash: signin::hash_password(node, &new.password).await?,
            member: Member {
                id: node.new_id()?,
                actor_id: actor.id.clone(),
                handle,
                name,
                email,
                role,
                language: new.language.clone(),
                created_at: node.now(),
            },
            actor,
            asked: new,
        })
    }

    async fn save(&self, node: &Node, tx: &mut Tx) -> Result<()> {
        store::save_actor(tx, &self.actor, None).await?;
        keys::save(node, tx, &self.keys).await?;
        store::save_member(tx, &self.member, &self.password_hash).await
    }
}

async fn free_handle(node: &Node, wanted: &str) -> Result<String> {
    for number in 2..1000 {
        let handle = format!("{wanted}_{number}");
        if store::find_local_actor(node, &handle).await?.is_none() {
            return Ok(handle);
        }
    }
    Err(Error::Conflict(
        "every handle like this one is taken".into(),
    ))
}

fn looks_like_email(text: &str) -> bool {
    text.len() <= 254
        && !text.chars().any(|c| c.is_whitespace() || c.is_control())
        && text.split_once('@').is_some_and(|(name, host)| {
            !name.is_empty() && host.contains('.') || host == "localhost"
        })
}

/// Welcomes a member.
///
/// # Errors
/// [`Error::Invalid`] for the fields.
pub async fn add_member(node: &Node, new: NewMember, role: Role) -> Result<Member> {
    store::find_home(node).await?.ok_or_else(|| {
        Error::Operator("the network of this node is not founded yet: run atelier init, or open the set-up link".into())
    })?;
    let joining = Joining::prepare(node, new, role).await?;
    let mut tx = node.db.write().await?;
    joining.save(node, &mut tx).await?;
    tx.commit().await?;
    Ok(joining.member)
}

/// Invites somebody: returns the token of a link that works once, for a fortnight.
///
/// # Errors
/// When the database refuses.
pub async fn invite(node: &Node, by: &Member, role: Role, note: &str) -> Result<String> {
    let token = node.chance.token()?;
    let now = node.now();
    let mut tx = node.db.write().await?;
    let note = text::plain_line(note, NAME_CHARS_MAX);
    store::save_invitation(
        &mut tx,
        &sha256_hex(token.as_bytes()),
        role,
        &note,
        &by.id,
        now,
        now + INVITATION_DAYS * DAY,
    )
    .await?;
    tx.commit().await?;
    Ok(token)
}

/// Takes an invitation back; one that was used or never was stays as it is.
///
/// # Errors
/// When the database refuses.
pub async fn revoke_invitation(node: &Node, token_hash: &str) -> Result<()> {
    let mut tx = node.db.write().await?;
    store::use_invitation(&mut tx, token_hash, node.now()).await?;
    tx.commit().await
}

/// Accepts an invitation: the one who holds the link becomes a member.
///
/// # Errors
/// [`Error::NotFound`] when the link does not work any more; [`Error::Invalid`] for the fields, and
/// then the link still works.
pub async fn accept_invitation(node: &Node, token: &str, new: NewMember) -> Result<Member> {
    let token_hash = sha256_hex(token.as_bytes());
    let invitation = store::find_invitation(node, &token_hash)
        .await?
        .ok_or(Error::NotFound)?;
    let joining = Joining::prepare(node, new, invitation.role).await?;
    let mut tx = node.db.write().await?;
    if !store::use_invitation(&mut tx, &token_hash, node.now()).await? {
        return Err(Error::NotFound);
    }
    joining.save(node, &mut tx).await?;
    tx.commit().await?;
    Ok(joining.member)
}

/// Changes a member's role. The last steward stays one.
///
/// # Errors
/// [`Error::Conflict`] when nobody would be left to run the node.
pub async fn change_role(node: &Node, member: &Member, role: Role) -> Result<()> {
    keep_a_steward(node, member, role == Role::Steward).await?;
    let mut tx = node.db.write().await?;
    store::set_role(&mut tx, &member.id, role).await?;
    tx.commit().await
}

async fn keep_a_steward(node: &Node, member: &Member, stays: bool) -> Result<()> {
    let (_, stewards) = store::count_members(node).await?;
    if member.role == Role::Steward && !stays && stewards <= 1 {
        return Err(Error::Conflict(
            "a node needs a steward: name another one first".into(),
        ));
    }
    Ok(())
}

/// Ends a membership: what the member published stays, under their name.
///
/// # Errors
/// [`Error::Conflict`] when nobody would be left to run the node.
pub async fn remove_member(node: &Node, member: &Member) -> Result<()> {
    keep_a_steward(node, member, false).await?;
    let mut tx = node.db.write().await?;
    signin::end_everything(node, &mut tx, &member.id).await?;
    store::remove_member(&mut tx, &member.id, node.now()).await?;
    tx.commit().await
}

/// Changes how an actor of ours presents itself, and tells its followers.
///
/// # Errors
/// [`Error::Invalid`] for the fields.
pub async fn present(node: &Node, actor: &Actor, name: &str, summary: &str) -> Result<()> {
    let mut issues = Issues::default();
    let name = text::plain_line(name, NAME_CHARS_MAX);
    check_name(&mut issues, &name);
    issues.or(())?;
    let changed = Actor {
        name,
        summary: summary.trim().to_owned(),
        updated_at: node.now().max(actor.updated_at + 1),
        ..actor.clone()
    };
    let mut tx = node.db.write().await?;
    store::save_actor(&mut tx, &changed, None).await?;
    queue::push(node, &mut tx, ACTOR_CHANGED, &queue::about(&actor.id)).await?;
    tx.commit().await?;
    home_changed(node);
    Ok(())
}

/// Changes the language in which a member reads the pages.
///
/// # Errors
/// [`Error::Invalid`] when the pages do not speak it.
pub async fn change_language(node: &Node, member: &Member, language: &str) -> Result<()> {
    let mut issues = Issues::default();
    check_language(&mut issues, language);
    issues.or(())?;
    let mut tx = node.db.write().await?;
    store::set_language(&mut tx, &member.id, language).await?;
    tx.commit().await
}

/// Changes what the network decided.
///
/// # Errors
/// [`Error::Invalid`] for the fields.
pub async fn decide(node: &Node, settings: &NetworkSettings) -> Result<()> {
    let mut issues = Issues::default();
    check_settings(&mut issues, settings);
    issues.or(())?;
    let mut tx = node.db.write().await?;
    setting::set(&mut tx, "network", &serde_json::to_string(settings)?).await?;
    tx.commit().await?;
    home_changed(node);
    Ok(())
}

/// The one-time link that lets somebody set up the first steward in the browser; a new one each time.
///
/// # Errors
/// When the database refuses.
pub async fn setup_link(node: &Node) -> Result<String> {
    let token = node.chance.token()?;
    let mut tx = node.db.write().await?;
    setting::set(&mut tx, "setup_token_hash", &sha256_hex(token.as_bytes())).await?;
    tx.commit().await?;
    Ok(format!("{}/setup?token={token}", node.origin()))
}

/// Whether a set-up link still works.
///
/// # Errors
/// When the database refuses.
pub async fn setup_token_works(node: &Node, token: &str) -> Result<bool> {
    let held = setting::get(node, "setup_token_hash")
        .await?
        .unwrap_or_default();
    Ok(!held.is_empty() && held == sha256_hex(token.as_bytes()))
}

//! Signing in and staying signed in: passwords, sessions, tokens for programs, and their limits.

use super::store::read_member;
use super::{Actor, Member};
use crate::base::clock::{DAY, MINUTE, Millis};
use crate::base::id::sha256_hex;
use crate::base::{Error, Issues, Node, Result, Tx};
use argon2::{Algorithm, Argon2, Params, PasswordHasher as _, PasswordVerifier as _, Version};
use sqlx::Row as _;
use std::sync::LazyLock;
use tokio::sync::Semaphore;

const PASSWORD_CHARS_MIN: usize = 8;
const PASSWORD_CHARS_MAX: usize = 256;
const SESSION_IDLE: Millis = 14 * DAY;
/// How long a session lives at most, in milliseconds.
pub const SESSION_MAX: Millis = 90 * DAY;
const SESSION_SEEN_EVERY: Millis = 10 * MINUTE;
const TRY_WINDOW: Millis = 15 * MINUTE;
const TRIES_PER_ACCOUNT_MAX: i64 = 5;
const TRIES_PER_ADDRESS_MAX: i64 = 20;
const HASHES_AT_ONCE: usize = 2;
const ARGON_KIB: u32 = 32 * 1024;
const ARGON_PASSES: u32 = 3;

static HASHING: Semaphore = Semaphore::const_new(HASHES_AT_ONCE);

/// The hash that a try at an unknown account is compared with, so that it takes the same time.
static NOBODY: LazyLock<String> = LazyLock::new(|| {
    argon()
        .and_then(|argon| {
            argon
                .hash_password_with_salt(b"nobody has this password", b"atelier-no-member")
                .map_err(Error::internal)
        })
        .map(|hash| hash.to_string())
        .unwrap_or_default()
});

const COMMON: [&str; 24] = [
    "password",
    "password1",
    "12345678",
    "123456789",
    "1234567890",
    "qwertyui",
    "qwerty123",
    "azertyui",
    "azerty123",
    "iloveyou",
    "motdepasse",
    "motdepasse1",
    "sunshine",
    "princess",
    "football",
    "baseball",
    "welcome1",
    "bonjour1",
    "soleil123",
    "doudou123",
    "trustno1",
    "00000000",
    "11111111",
    "transition",
];

fn argon() -> Result<Argon2<'static>> {
    let params = Params::new(ARGON_KIB, ARGON_PASSES, 1, None).map_err(Error::internal)?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

/// What is wrong with a password, as the form says it.
pub fn check_password(issues: &mut Issues, password: &str) {
    let chars = password.chars().count();
    if chars < PASSWORD_CHARS_MIN {
        issues.add("password", "issue-password-short");
    } else if chars > PASSWORD_CHARS_MAX {
        issues.add("password", "issue-password-long");
    } else if COMMON.contains(&password.to_lowercase().as_str()) {
        issues.add("password", "issue-password-common");
    }
}

/// Hashes a password with argon2id. A tenth of a second: never inside a transaction.
///
/// # Errors
/// When the machine gives no randomness or memory.
pub async fn hash_password(node: &Node, password: &str) -> Result<String> {
    let salt = node.chance.bytes32()?;
    let password = password.to_owned();
    let _turn = HASHING.acquire().await.map_err(Error::internal)?;
    tokio::task::spawn_blocking(move || {
        let hash = argon()?
            .hash_password_with_salt(password.as_bytes(), &salt[..16])
            .map_err(Error::internal)?;
        Ok(hash.to_string())
    })
    .await?
}

async fn password_fits(password: &str, hash: String) -> Result<bool> {
    let password = password.to_owned();
    let _turn = HASHING.acquire().await.map_err(Error::internal)?;
    tokio::task::spawn_blocking(move || {
        Ok(argon()?
            .verify_password(password.as_bytes(), hash.as_str())
            .is_ok())
    })
    .await?
}

async fn throttle(node: &Node, buckets: &[(String, i64)]) -> Result<()> {
    let now = node.now();
    let mut tx = node.db.write().await?;
    for (bucket, most) in buckets {
        tx.hold(bucket).await?;
        let row = sqlx::query(
            "SELECT COUNT(*) AS n, MIN(at) AS first FROM attempt WHERE bucket = $1 AND at > $2",
        )
        .bind(bucket)
        .bind(now - TRY_WINDOW)
        .fetch_one(tx.on())
        .await?;
        if row.try_get::<i64, _>("n")? >= *most {
            let first: Option<Millis> = row.try_get("first")?;
            let wait = first.unwrap_or(now) + TRY_WINDOW - now;
            return Err(Error::TooMany {
                retry_after_seconds: u64::try_from(wait / 1000 + 1).unwrap_or(1),
            });
        }
        sqlx::query("INSERT INTO attempt (bucket, at, id) VALUES ($1, $2, $3)")
            .bind(bucket)
            .bind(now)
            .bind(node.new_id()?)
            .execute(tx.on())
            .await?;
    }
    sqlx::query("DELETE FROM attempt WHERE at < $1")
        .bind(now - DAY)
        .execute(tx.on())
        .await?;
    tx.commit().await
}

async fn forgive(node: &Node, bucket: &str) -> Result<()> {
    let mut tx = node.db.write().await?;
    sqlx::query("DELETE FROM attempt WHERE bucket = $1")
        .bind(bucket)
        .execute(tx.on())
        .await?;
    tx.commit().await
}

/// Tries a password. The answer and its time are the same for an unknown account and a wrong password.
/// Returns the token of a new session.
///
/// # Errors
/// [`Error::Invalid`] when it does not fit, [`Error::TooMany`] after too many tries from one address
/// or at one account.
pub async fn sign_in(node: &Node, email: &str, password: &str, address: &str) -> Result<String> {
    let email = email.trim().to_lowercase();
    let account = format!("account:{}", sha256_hex(email.as_bytes()));
    throttle(
        node,
        &[
            (account.clone(), TRIES_PER_ACCOUNT_MAX),
            (format!("address:{address}"), TRIES_PER_ADDRESS_MAX),
        ],
    )
    .await?;
    let row =
        sqlx::query("SELECT id, password_hash FROM member WHERE email = $1 AND removed_at IS NULL")
            .bind(&email)
            .fetch_optional(node.db.read())
            .await?;
    let hash = match &row {
        Some(row) => row.try_get("password_hash")?,
        None => NOBODY.clone(),
    };
    let fits = password_fits(password, hash).await?;
    let Some(row) = row.filter(|_| fits) else {
        let mut issues = Issues::default();
        issues.add("password", "issue-sign-in");
        return Err(Error::Invalid(issues));
    };
    forgive(node, &account).await?;
    let mut tx = node.db.write().await?;
    let token = open_session(node, &mut tx, &row.try_get::<String, _>("id")?).await?;
    tx.commit().await?;
    Ok(token)
}

/// Whether a member's password fits: asked again before what cannot be undone.
///
/// # Errors
/// [`Error::TooMany`] after too many tries.
pub async fn confirm_password(node: &Node, member: &Member, password: &str) -> Result<bool> {
    let account = format!("account:{}", sha256_hex(member.email.as_bytes()));
    throttle(node, &[(account.clone(), TRIES_PER_ACCOUNT_MAX)]).await?;
    let row = sqlx::query("SELECT password_hash FROM member WHERE id = $1")
        .bind(&member.id)
        .fetch_one(node.db.read())
        .await?;
    let fits = password_fits(password, row.try_get("password_hash")?).await?;
    if fits {
        forgive(node, &account).await?;
    }
    Ok(fits)
}

/// Opens a session and returns its token; only the token's hash is kept.
///
/// # Errors
/// When the database refuses.
pub async fn open_session(node: &Node, tx: &mut Tx, member_id: &str) -> Result<String> {
    let token = node.chance.token()?;
    let now = node.now();
    sqlx::query("INSERT INTO session (token_hash, member_id, created_at, seen_at, expires_at) VALUES ($1,$2,$3,$3,$4)")
        .bind(sha256_hex(token.as_bytes()))
        .bind(member_id)
        .bind(now)
        .bind(now + SESSION_MAX)
        .execute(tx.on())
        .await?;
    sqlx::query("DELETE FROM session WHERE expires_at < $1 OR seen_at < $2")
        .bind(now)
        .bind(now - SESSION_IDLE)
        .execute(tx.on())
        .await?;
    Ok(token)
}

/// Signs in a member who has just shown who they are, by founding, joining or a new password. Returns
/// the token of a new session.
///
/// # Errors
/// When the database refuses.
pub async fn begin(node: &Node, member: &Member) -> Result<String> {
    let mut tx = node.db.write().await?;
    let token = open_session(node, &mut tx, &member.id).await?;
    tx.commit().await?;
    Ok(token)
}

/// Ends one session.
///
/// # Errors
/// When the database refuses.
pub async fn sign_out(node: &Node, token: &str) -> Result<()> {
    let mut tx = node.db.write().await?;
    sqlx::query("DELETE FROM session WHERE token_hash = $1")
        .bind(sha256_hex(token.as_bytes()))
        .execute(tx.on())
        .await?;
    tx.commit().await
}

/// Ends all sessions of a member, and revokes their tokens.
///
/// # Errors
/// When the database refuses.
pub async fn end_everything(node: &Node, tx: &mut Tx, member_id: &str) -> Result<()> {
    sqlx::query("DELETE FROM session WHERE member_id = $1")
        .bind(member_id)
        .execute(tx.on())
        .await?;
    sqlx::query("UPDATE token SET revoked_at = $1 WHERE member_id = $2 AND revoked_at IS NULL")
        .bind(node.now())
        .bind(member_id)
        .execute(tx.on())
        .await?;
    Ok(())
}

/// Gives a member a new password and ends all their sessions and tokens.
///
/// # Errors
/// [`Error::Invalid`] when the password is too short or too common.
pub async fn set_password(node: &Node, member_id: &str, password: &str) -> Result<()> {
    let mut issues = Issues::default();
    check_password(&mut issues, password);
    issues.or(())?;
    let hash = hash_password(node, password).await?;
    let mut tx = node.db.write().await?;
    sqlx::query("UPDATE member SET password_hash = $1 WHERE id = $2")
        .bind(hash)
        .bind(member_id)
        .execute(tx.on())
        .await?;
    end_everything(node, &mut tx, member_id).await?;
    tx.commit().await
}

const SIGNED_IN: &str = "SELECT m.id, m.actor_id, a.handle, a.name, m.email, m.role, m.language, m.created_at, \
    s.seen_at FROM session s JOIN member m ON m.id = s.member_id JOIN actor a ON a.id = m.actor_id \
    WHERE s.token_hash = $1 AND s.expires_at > $2 AND s.seen_at > $3 AND m.removed_at IS NULL";

/// Who a session's token belongs to.
///
/// # Errors
/// When the database refuses.
pub async fn member_of_session(node: &Node, token: &str) -> Result<Option<Member>> {
    let now = node.now();
    let hash = sha256_hex(token.as_bytes());
    let row = sqlx::query(SIGNED_IN)
        .bind(&hash)
        .bind(now)
        .bind(now - SESSION_IDLE)
        .fetch_optional(node.db.read())
        .await?;
    let Some(row) = row else { return Ok(None) };
    if now - row.try_get::<Millis, _>("seen_at")? > SESSION_SEEN_EVERY {
        let mut tx = node.db.write().await?;
        sqlx::query("UPDATE session SET seen_at = $1 WHERE token_hash = $2")
            .bind(now)
            .bind(&hash)
            .execute(tx.on())
            .await?;
        tx.commit().await?;
    }
    Ok(Some(read_member(&row)?))
}

/// A token for programs, as its owner sees it.
#[derive(Debug, Clone, serde::Serialize)]
pub struct Token {
    /// Its id, by which it is revoked.
    pub id: String,
    /// What it is for, in its owner's words.
    pub name: String,
    /// Whose it is.
    pub member: String,
    /// When it was made.
    pub created_at: Millis,
    /// When it was last used, to the minute.
    pub last_used_at: Option<Millis>,
}

/// Makes a token for programs; it is shown once, only its hash is kept.
///
/// # Errors
/// When the database refuses.
pub async fn create_token(node: &Node, member: &Member, name: &str) -> Result<String> {
    let token = format!("atl_{}", node.chance.token()?);
    let mut tx = node.db.write().await?;
    sqlx::query(
        "INSERT INTO token (id, token_hash, member_id, name, created_at) VALUES ($1,$2,$3,$4,$5)",
    )
    .bind(node.new_id()?)
    .bind(sha256_hex(token.as_bytes()))
    .bind(&member.id)
    .bind(name)
    .bind(node.now())
    .execute(tx.on())
    .await?;
    tx.commit().await?;
    Ok(token)
}

/// Tokens that work, of one member or of all.
///
/// # Errors
/// When the database refuses.
pub async fn list_tokens(node: &Node, member_id: Option<&str>) -> Result<Vec<Token>> {
    let rows = sqlx::query(
        "SELECT t.id, t.name, a.handle, t.created_at, t.last_used_at FROM token t JOIN member m ON m.id = t.member_id \
         JOIN actor a ON a.id = m.actor_id WHERE t.revoked_at IS NULL AND ($1 = '' OR m.id = $1) ORDER BY t.created_at",
    )
    .bind(member_id.unwrap_or_default())
    .fetch_all(node.db.read())
    .await?;
    rows.iter()
        .map(|row| {
            Ok(Token {
                id: row.try_get("id")?,
                name: row.try_get("name")?,
                member: row.try_get("handle")?,
                created_at: row.try_get("created_at")?,
                last_used_at: row.try_get("last_used_at")?,
            })
        })
        .collect()
}

/// Revokes a token; `of` limits it to one member's own.
///
/// # Errors
/// [`Error::NotFound`] when there is no such token.
pub async fn revoke_token(node: &Node, id: &str, of: Option<&str>) -> Result<()> {
    let mut tx = node.db.write().await?;
    let done = sqlx::query(
        "UPDATE token SET revoked_at = $1 WHERE id = $2 AND revoked_at IS NULL AND ($3 = '' OR member_id = $3)",
    )
    .bind(node.now())
    .bind(id)
    .bind(of.unwrap_or_default())
    .execute(tx.on())
    .await?;
    tx.commit().await?;
    if done.rows_affected() == 0 {
        Err(Error::NotFound)
    } else {
        Ok(())
    }
}

/// Who a program's token belongs to.
///
/// # Errors
/// When the database refuses.
pub async fn member_of_token(node: &Node, token: &str) -> Result<Option<Member>> {
    let hash = sha256_hex(token.as_bytes());
    let row = sqlx::query(
        "SELECT m.id, m.actor_id, a.handle, a.name, m.email, m.role, m.language, m.created_at, t.last_used_at \
         FROM token t JOIN member m ON m.id = t.member_id JOIN actor a ON a.id = m.actor_id \
         WHERE t.token_hash = $1 AND t.revoked_at IS NULL AND m.removed_at IS NULL",
    )
    .bind(&hash)
    .fetch_optional(node.db.read())
    .await?;
    let Some(row) = row else { return Ok(None) };
    let used: Option<Millis> = row.try_get("last_used_at")?;
    if node.now() - used.unwrap_or(0) > MINUTE {
        let mut tx = node.db.write().await?;
        sqlx::query("UPDATE token SET last_used_at = $1 WHERE token_hash = $2")
            .bind(node.now())
            .bind(&hash)
            .execute(tx.on())
            .await?;
        tx.commit().await?;
    }
    Ok(Some(read_member(&row)?))
}

/// Whether an actor of ours still has a member behind it.
///
/// # Errors
/// When the database refuses.
pub async fn is_active(node: &Node, actor: &Actor) -> Result<bool> {
    let row = sqlx::query("SELECT id FROM member WHERE actor_id = $1 AND removed_at IS NULL")
        .bind(&actor.id)
        .fetch_optional(node.db.read())
        .await?;
    Ok(row.is_some())
}

//! Who signed a request: the claim is read, its key found, and the signature checked with it. One way for
//! everything that comes in signed, letters and questions alike.

use super::key_cache::Errand;
use super::{doorkeeper, inbox, key_cache};
use crate::base::{Error, Node, Result};
use crate::directory::uri::host_of;
use crate::directory::{Actor, ActorKind, Viewer};
use crate::follow::store as follows;
use crate::trust::origin::may_speak_for;
use crate::trust::signature::{self, Claim, Received, SignedBy};
use http::{HeaderMap, Method, Uri};

/// Checks a claim with its signer's key, which is read where its owner lives when it is not known, and
/// once more when it does not fit: it may have been renewed (D15). `speaker` is who the request is said to
/// be by.
///
/// # Errors
/// [`Error::Refused`] with a named reason when the signature does not hold; [`Error::Unavailable`] when
/// the key cannot be read just now.
pub async fn verify(
    node: &Node,
    claim: &Claim,
    speaker: &str,
    errand: Errand,
) -> Result<(SignedBy, Actor)> {
    let known = key_cache::find_or_read(node, &claim.key_id, speaker, errand).await?;
    let (known, by) = match claim.verify(&known.key) {
        Ok(by) => (known, by),
        Err(error) if known.fresh => return Err(error),
        Err(_) => {
            let renewed = key_cache::read_rotated(node, &claim.key_id, &known, errand).await?;
            let by = claim.verify(&renewed.key)?;
            (renewed, by)
        }
    };
    Ok((by, key_cache::owner(node, &known).await?))
}

/// A question as it came: what signed questions are checked against.
#[derive(Debug)]
pub struct Question {
    /// The method.
    pub method: Method,
    /// Where it goes.
    pub uri: Uri,
    /// Its headers.
    pub headers: HeaderMap,
}

/// Who asks for what these actors of ours give: a follower of one of them, when the question is signed by
/// them, or by the node in whose name they follow; else a stranger. A signature that does not hold makes a
/// stranger of whoever sent it, and is counted.
///
/// # Errors
/// [`Error::Unavailable`] when the key of one who may be a follower cannot be read just now,
/// [`Error::NotFound`] for a blocked host.
pub async fn asker(node: &Node, question: &Question, targets: &[&str]) -> Result<Viewer> {
    match follower(node, question, targets).await {
        Ok(follower) => Ok(Viewer {
            follower,
            ..Viewer::stranger()
        }),
        // For a blocked host nothing is here, whatever way it writes its key.
        Err(Error::Refused { reason, .. }) if reason == doorkeeper::BLOCKED => Err(Error::NotFound),
        Err(Error::Refused { reason, .. }) => {
            inbox::count(node, reason);
            Ok(Viewer::stranger())
        }
        Err(error) => Err(error),
    }
}

async fn follower(node: &Node, question: &Question, targets: &[&str]) -> Result<Option<String>> {
    let path = question
        .uri
        .path_and_query()
        .map_or("/", |path| path.as_str());
    let received = Received {
        method: &question.method,
        path_and_query: path,
        headers: &question.headers,
        body: &[],
    };
    if !signature::is_signed(&question.headers) {
        return Ok(None);
    }
    let claim = signature::read(node, &received)?;
    doorkeeper::admit_actor(node, &claim.key_id).await?;
    // Whoever has no follower there is asked nothing: their key would not open more.
    let host = host_of(&claim.key_id).ok_or_else(|| Error::refused("key_id_is_no_url"))?;
    let followers = follows::list_followers_at(node, &host, targets).await?;
    if followers.is_empty() {
        return Ok(None);
    }
    let speaker = claim.key_id.split('#').next().unwrap_or_default();
    let (_, signer) = verify(node, &claim, speaker, Errand::Question).await?;
    doorkeeper::admit_actor(node, &signer.uri).await?;
    let for_all = signer.kind == ActorKind::Application;
    let stands_for = |(id, uri): &&(String, String)| {
        *id == signer.id || (for_all && may_speak_for(&signer.uri, uri))
    };
    Ok(followers.iter().find(stands_for).map(|(id, _)| id.clone()))
}

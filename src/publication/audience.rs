//! The one rule of who may see what (D3, R13): a pure function, and its twin for the database.
//! Pages, API, search, counts, feeds, collections, media and deliveries all ask here; what nobody
//! allowed is not found.

use super::{Audience, Publication};
use crate::directory::Viewer;

/// What the rule needs to know of an item.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Item {
    /// Whom it is meant for.
    pub audience: Audience,
    /// Whether it was published on this node.
    pub local: bool,
    /// Whether it was withdrawn.
    pub withdrawn: bool,
    /// Whether it is kept out of sight, because its host is blocked.
    pub hidden: bool,
    /// Whether the viewer's side follows its author or its network, and was let in: for a member this
    /// node's network, for a follower elsewhere they themselves.
    pub followed: bool,
}

impl Item {
    /// The item that a publication is.
    #[must_use]
    pub fn of(publication: &Publication, followed: bool) -> Self {
        Self {
            audience: publication.audience,
            local: publication.local,
            withdrawn: publication.withdrawn,
            hidden: publication.hidden,
            followed,
        }
    }
}

/// Whether somebody may see an item.
#[must_use]
pub fn may_see(viewer: &Viewer, item: Item) -> bool {
    if item.withdrawn || item.hidden {
        return false;
    }
    match (item.audience, viewer.is_member()) {
        (Audience::Public, _) => true,
        (Audience::Followers, false) => viewer.follower.is_some() && item.local && item.followed,
        (Audience::Members, false) => false,
        (Audience::Followers, true) => item.local || item.followed,
        (Audience::Members, true) => item.local,
    }
}

/// The same rule as a clause over `publication p`, and the value of its one placeholder, numbered
/// `first`. Strangers have the placeholder too, so that a statement has one shape.
#[must_use]
pub fn visible_to(viewer: &Viewer, first: usize) -> (String, String) {
    let stranger = format!(
        "(p.state = 'published' AND p.hidden = 0 AND p.audience = 'public' AND ${first} <> '-')"
    );
    let home = viewer.home_network.clone().unwrap_or_default();
    if !viewer.is_member() {
        return match &viewer.follower {
            None => (stranger, home),
            Some(follower) => (
                format!(
                    "(p.state = 'published' AND p.hidden = 0 AND (p.audience = 'public' OR (p.local = 1 AND p.audience = 'followers' \
                     AND EXISTS (SELECT 1 FROM follow vf WHERE vf.state = 'accepted' AND vf.follower_id = ${first} \
                     AND vf.target_id IN (p.author_id, p.network_id)))))"
                ),
                follower.clone(),
            ),
        };
    }
    let member = format!(
        "(p.state = 'published' AND p.hidden = 0 AND (p.audience = 'public' OR p.local = 1 OR (p.audience = 'followers' AND EXISTS \
         (SELECT 1 FROM follow vf WHERE vf.state = 'accepted' AND vf.follower_id = ${first} \
         AND vf.target_id IN (p.author_id, p.network_id)))))"
    );
    (member, home)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::directory::{Member, Role};

    fn member() -> Viewer {
        Viewer {
            member: Some(Member {
                id: "m".into(),
                actor_id: "a".into(),
                handle: "ana".into(),
                name: "Ana".into(),
                email: "ana@example.org".into(),
                role: Role::Member,
                language: "fr".into(),
                created_at: 0,
            }),
            home_network: Some("n".into()),
            follower: None,
        }
    }

    #[test]
    fn what_nobody_allowed_is_not_seen() {
        let stranger = Viewer::stranger();
        let follower = Viewer {
            follower: Some("f".into()),
            ..Viewer::stranger()
        };
        for local in [true, false] {
            for followed in [true, false] {
                for (withdrawn, hidden) in
                    [(true, false), (false, true), (true, true), (false, false)]
                {
                    for audience in [Audience::Public, Audience::Followers, Audience::Members] {
                        let item = Item {
                            audience,
                            local,
                            withdrawn,
                            hidden,
                            followed,
                        };
                        let stands = !withdrawn && !hidden;
                        let everybody = audience == Audience::Public && stands;
                        assert_eq!(may_see(&stranger, item), everybody, "{item:?}");
                        let theirs = local && followed && audience == Audience::Followers;
                        assert_eq!(
                            may_see(&follower, item),
                            stands && (everybody || theirs),
                            "{item:?}"
                        );
                        let ours = local || (followed && audience == Audience::Followers);
                        assert_eq!(
                            may_see(&member(), item),
                            stands && (everybody || ours),
                            "{item:?}"
                        );
                    }
                }
            }
        }
    }
}

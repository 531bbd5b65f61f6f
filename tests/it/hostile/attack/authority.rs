//! Authentic words about things that are not the speaker's: edits, removals, moves, answers, and words
//! nobody knows.

use super::{Attack, Attacker, MARK, WITHOUT_EFFECT, attack};
use serde_json::{Value, json};

fn all(by: &Attacker, case: u8, tries: Vec<(&str, &str, Value)>) -> Vec<Attack> {
    let numbered = tries.into_iter().enumerate();
    numbered
        .map(|(n, (what, verb, object))| {
            let activity = by.activity(&format!("b{case}-{n}"), verb, object);
            attack(
                format!("{verb}: {what}"),
                by.says(&activity),
                WITHOUT_EFFECT,
            )
        })
        .collect()
}

pub(super) fn updates(by: &Attacker) -> Vec<Attack> {
    let article = |id: &str, author: &str| by.article(id, author);
    let mut event = article(&by.article, &by.victim);
    event["type"] = json!("Event");
    event["startTime"] = json!("2027-01-01T10:00:00Z");
    let own_id = |n: &str| format!("{}/articles/{n}", by.origin);
    let mut credited = article(&own_id("u5"), &by.victim);
    credited["actor"] = json!(by.actor);
    let mut listed = article(&by.article, &by.victim);
    listed["attributedTo"] = json!([by.actor, by.victim]);
    let actor = json!({"id": by.victim, "type": "Person", "name": MARK, "inbox": format!("{}/inbox", by.actor)});
    let tries = |verb: &'static str| {
        vec![
            ("another's article", verb, article(&by.article, &by.victim)),
            (
                "another's article as its own",
                verb,
                article(&by.article, &by.actor),
            ),
            ("another's article as both's", verb, listed.clone()),
            ("another's article as an event", verb, event.clone()),
            (
                "an article of its own by another",
                verb,
                article(&own_id("u4"), &by.victim),
            ),
            (
                "an article of its own by another, with an actor",
                verb,
                credited.clone(),
            ),
            ("ours", verb, article(&by.publication, &by.member)),
            ("ours as its own", verb, article(&by.publication, &by.actor)),
            ("another's presentation", verb, actor.clone()),
            (
                "our network's presentation",
                verb,
                json!({"id": by.group, "type": "Group", "name": MARK}),
            ),
        ]
    };
    let mut tried = tries("Update");
    tried.extend(tries("Create"));
    let inner = by.activity("b25-inner", "Update", article(&by.article, &by.victim));
    let mut theirs = inner.clone();
    theirs["id"] = json!(format!("{}/activities/inner", by.good));
    theirs["actor"] = json!(by.victim);
    tried.push((
        "an edit of another's, passed on",
        "Announce",
        theirs.clone(),
    ));
    tried.push(("its own edit of another's, passed on", "Announce", inner));
    tried.push(("an edit inside an edit", "Update", theirs));
    all(by, 25, tried)
}

pub(super) fn removals(by: &Attacker) -> Vec<Attack> {
    let theirs = |path: &str| format!("{}/{path}", by.good);
    let tombstone = json!({"id": by.article, "type": "Tombstone", "formerType": "Article"});
    let follow = json!({"id": theirs("activities/follow"), "type": "Follow", "actor": by.victim, "object": by.group});
    let mut unnamed = follow.clone();
    unnamed["actor"] = json!(by.actor);
    let mut nameless = follow.clone();
    nameless.as_object_mut().expect("an object").remove("actor");
    let delete = json!({"id": theirs("activities/d"), "type": "Delete", "actor": by.victim, "object": by.article});
    let own = format!("{}/articles/none", by.origin);
    let mut tried = Vec::new();
    for (what, object) in [
        ("another's article", json!(by.article)),
        ("its tombstone", tombstone.clone()),
        ("a list of both", json!([own, by.article])),
        ("a list of tombstones", json!([tombstone, own])),
        ("what holds it", json!({"object": {"object": by.article}})),
        (
            "another's article by a link",
            json!({"type": "Link", "href": by.article}),
        ),
        ("ours", json!(by.publication)),
        ("our network", json!(by.group)),
        ("a member of ours", json!(by.member)),
        ("another", json!(by.victim)),
        (
            "the same with a fragment",
            json!(format!("{}#x", by.victim)),
        ),
        ("nothing", Value::Null),
    ] {
        for verb in ["Delete", "Remove", "Block"] {
            tried.push((what, verb, object.clone()));
        }
    }
    tried.extend([
        ("another's follow", "Undo", follow),
        ("another's follow as its own", "Undo", unnamed),
        ("another's follow by nobody", "Undo", nameless),
        (
            "another's follow by its id",
            "Undo",
            json!(theirs("activities/follow")),
        ),
        ("another's removal", "Undo", delete.clone()),
        ("a removal passed on without proof", "Announce", delete),
    ]);
    all(by, 26, tried)
}

pub(super) fn moves(by: &Attacker) -> Vec<Attack> {
    let mut attacks = Vec::new();
    let pairs = [
        ("another to itself", &by.victim, &by.actor),
        ("itself to another", &by.actor, &by.victim),
        ("itself to a member of ours", &by.actor, &by.member),
        ("a member of ours to itself", &by.member, &by.actor),
        ("our network to itself", &by.group, &by.actor),
    ];
    for (what, from, to) in pairs {
        let mut activity = by.activity("b28", "Move", json!(from));
        activity["id"] = json!(format!("{}/activities/move-{}", by.origin, attacks.len()));
        activity["target"] = json!(to);
        attacks.push(attack(
            format!("Move: {what}"),
            by.says(&activity),
            WITHOUT_EFFECT,
        ));
    }
    for n in 0..50 {
        let place = |n: i32| format!("{}/actors/step{n}", by.origin);
        let mut activity = by.activity(&format!("chain{n}"), "Move", json!(by.actor));
        activity["origin"] = json!(place(n));
        activity["target"] = json!(place(n + 1));
        attacks.push(attack(
            format!("Move: step {n} of a chain"),
            by.says(&activity),
            WITHOUT_EFFECT,
        ));
    }
    attacks
}

pub(super) fn answers(by: &Attacker) -> Vec<Attack> {
    let never = format!(
        "{}/activities/0190a6f2-0000-7000-8000-000000000000",
        by.target
    );
    let mut tried = Vec::new();
    for verb in ["Accept", "Reject"] {
        tried.extend([
            ("a follow never sent", verb, json!(never)),
            (
                "the same, whole",
                verb,
                json!({"id": never, "type": "Follow", "actor": by.group, "object": by.actor}),
            ),
            (
                "a follow without id",
                verb,
                json!({"type": "Follow", "actor": by.group, "object": by.actor}),
            ),
            (
                "a follow of another",
                verb,
                json!({"type": "Follow", "actor": by.group, "object": by.victim}),
            ),
            (
                "another's follow",
                verb,
                json!(format!("{}/activities/follow", by.good)),
            ),
            ("our network", verb, json!(by.group)),
            ("a publication of ours", verb, json!(by.publication)),
        ]);
    }
    all(by, 29, tried)
}

pub(super) fn unknown_words(by: &Attacker) -> Vec<Attack> {
    let vote = json!({"type": "atelier:Vote", "id": format!("{}/votes/1", by.origin), "atelier:choice": "yes", "name": MARK});
    let offer = json!({"type": "atelier:Competence", "id": format!("{}/offers/1", by.origin), "attributedTo": by.actor, "name": MARK});
    let mut typed = by.article(&format!("{}/articles/v", by.origin), &by.actor);
    typed["type"] = json!("atelier:Decision");
    let tried = vec![
        ("a vote", "Create", vote.clone()),
        ("a vote", "atelier:Vote", vote.clone()),
        ("a vote for our network", "Add", vote),
        ("a competence", "Offer", offer.clone()),
        ("a competence", "Create", offer),
        ("a decision", "Create", typed.clone()),
        ("a decision", "Announce", typed),
        ("a member", "Invite", json!(by.member)),
        ("a member", "Join", json!(by.group)),
        (
            "a role",
            "Add",
            json!({"type": "Role", "object": by.actor, "target": by.group}),
        ),
    ];
    all(by, 33, tried)
}

//! Did it arrive as it was sent: bodies, digests, what is signed, places, clocks, and in whose name.

use super::{Attack, Attacker, MALFORMED, REFUSED, attack, date, digest};
use serde_json::json;

const MINUTE: i64 = 60_000;
const HOUR: i64 = 60 * MINUTE;

pub(super) fn changed_bodies(by: &Attacker) -> Vec<Attack> {
    let said = by.create(2);
    let changes: [(&str, String); 4] = [
        ("a word", said.replace("Forged", "Changed")),
        ("a space at the end", format!("{said} ")),
        ("cut short", said[..said.len() - 1].to_owned()),
        ("nothing", String::new()),
    ];
    let changed = |(what, body): (&str, String)| {
        let mut sent = by.draft(&said).sent(&by.signer);
        sent.body = body.into_bytes();
        attack(format!("body changed: {what}"), sent, MALFORMED)
    };
    changes.into_iter().map(changed).collect()
}

pub(super) fn digests(by: &Attacker) -> Vec<Attack> {
    let said = by.create(4);
    let right = digest(said.as_bytes());
    let sum = right.trim_start_matches("SHA-256=").to_owned();
    let spellings = [
        ("absent", None),
        ("empty", Some("SHA-256=".to_owned())),
        ("MD5 alone", Some("MD5=1B2M2Y8AsgTpgAmY7PhCfg==".into())),
        ("unknown alone", Some(format!("SHA-9999={sum}"))),
        ("without a name", Some(sum.clone())),
        ("of another body", Some(digest(b"{}"))),
        ("twice in one", Some(format!("{right},{}", digest(b"{}")))),
        ("cut short", Some(right[..right.len() - 8].to_owned())),
    ];
    let mut all: Vec<Attack> = Vec::new();
    for (what, value) in spellings {
        let covered = value.is_some();
        let mut draft = by.draft(&said);
        draft.digest = value;
        if !covered {
            draft.covered.retain(|name| *name != "digest");
        }
        let sent = draft.sent(&by.signer);
        all.push(attack(format!("digest {what}"), sent, MALFORMED));
    }
    for second in [digest(b"{}"), right] {
        let mut draft = by.draft(&said);
        draft.more.push(("digest", second));
        let sent = draft.sent(&by.signer);
        all.push(attack("two Digest headers", sent, MALFORMED));
    }
    all
}

pub(super) fn coverages(by: &Attacker) -> Vec<Attack> {
    let full = by.draft("").covered;
    let mut all: Vec<Vec<&'static str>> =
        vec![vec!["digest"], vec!["date"], vec!["host"], Vec::new()];
    for name in ["(request-target)", "host", "digest", "date"] {
        all.push(full.iter().copied().filter(|one| *one != name).collect());
    }
    let covering = |covered: Vec<&'static str>| {
        let mut draft = by.draft(&by.create(5));
        let what = format!("signed only: {}", covered.join(" "));
        draft.covered = covered;
        attack(what, draft.sent(&by.signer), REFUSED)
    };
    let mut attacks: Vec<Attack> = all.into_iter().map(covering).collect();
    let mut twice = by.draft(&by.create(5));
    twice.covered.push("date");
    attacks.push(attack(
        "date signed twice",
        twice.sent(&by.signer),
        MALFORMED,
    ));
    let mut unsigned = by.draft(&by.create(5)).sent(&by.signer);
    unsigned.headers.retain(|(name, _)| *name != "signature");
    attacks.push(attack("not signed", unsigned, REFUSED));
    attacks
}

pub(super) fn other_places(by: &Attacker) -> Vec<Attack> {
    let group = by.group.trim_start_matches(&by.target);
    let draft = || by.draft(&by.create(7));
    let at = |path: &str, more: Option<&'static str>| {
        let mut draft = draft();
        draft.path = path.to_owned();
        draft.more = more
            .map(|name| (name, "/inbox".to_owned()))
            .into_iter()
            .collect();
        let what = format!(
            "signed for /inbox, sent to {path} {}",
            more.unwrap_or_default()
        );
        attack(what, draft.sent(&by.signer), REFUSED)
    };
    let inbox = format!("{group}/inbox");
    let mut all = vec![at(&inbox, None)];
    for name in [
        "x-forwarded-path",
        "x-original-url",
        "x-rewrite-url",
        "x-forwarded-prefix",
    ] {
        all.push(at(&inbox, Some(name)));
    }
    let mut elsewhere = draft();
    elsewhere.host = "other.example".into();
    let mut sent = elsewhere.sent(&by.signer);
    for (name, value) in &mut sent.headers {
        if *name == "host" {
            value.clone_from(&by.domain);
        }
    }
    all.push(attack("signed for another host", sent, REFUSED));
    let mut elsewhere = draft();
    elsewhere.host = "other.example".into();
    all.push(attack(
        "sent to another host",
        elsewhere.sent(&by.signer),
        &[400, 401, 421],
    ));
    let mut twice = draft();
    twice.more.push(("host", "other.example".into()));
    all.push(attack(
        "two hosts",
        twice.sent(&by.signer),
        &[400, 401, 421],
    ));
    let mut both = draft();
    both.more
        .push(("authorization", "Signature keyId=\"x\"".into()));
    all.push(attack(
        "signed in two places",
        both.sent(&by.signer),
        MALFORMED,
    ));
    all
}

pub(super) fn clocks(by: &Attacker) -> Vec<Attack> {
    let now = date(by.now);
    let day: Vec<&str> = now.split(' ').collect();
    let weekday = match day[0] {
        "Mon," => "Monday",
        "Tue," => "Tuesday",
        "Wed," => "Wednesday",
        "Thu," => "Thursday",
        "Fri," => "Friday",
        "Sat," => "Saturday",
        _ => "Sunday",
    };
    let rfc850 = format!(
        "{weekday}, {}-{}-{} {} GMT",
        day[1],
        day[2],
        &day[3][2..],
        day[4]
    );
    let asctime = format!(
        "{} {} {:>2} {} {}",
        day[0].trim_end_matches(','),
        day[2],
        day[1].trim_start_matches('0'),
        day[4],
        day[3]
    );
    let dates = [
        ("two hours ago", Some(date(by.now - 2 * HOUR))),
        ("in ten minutes", Some(date(by.now + 10 * MINUTE))),
        ("2099", Some("Mon, 23 Nov 2099 12:00:00 GMT".into())),
        ("1970", Some(date(0))),
        ("missing", None),
        ("garbage", Some("yesterday at noon".into())),
        ("empty", Some(String::new())),
        ("as RFC 850 wrote it", Some(rfc850)),
        ("as C writes it", Some(asctime)),
        ("another zone", Some(now.replace("GMT", "+0100"))),
    ];
    let mut all = Vec::new();
    for (what, value) in dates {
        let mut draft = by.draft(&by.create(8));
        if value.is_none() {
            draft.covered.retain(|name| *name != "date");
        }
        draft.date = value;
        let sent = draft.sent(&by.signer);
        all.push(attack(format!("date: {what}"), sent, MALFORMED));
    }
    let mut twice = by.draft(&by.create(8));
    twice.more.push(("date", date(by.now)));
    all.push(attack("two dates", twice.sent(&by.signer), MALFORMED));
    let seconds = by.now / 1000;
    for (what, params) in [
        (
            "created in the future",
            format!(",created={}", seconds + 3600),
        ),
        ("created long ago", format!(",created={}", seconds - 7200)),
        ("expired", format!(",expires={}", seconds - 60)),
        ("created is no number", ",created=\"soon\"".to_owned()),
    ] {
        let mut draft = by.draft(&by.create(8));
        draft.params = params;
        all.push(attack(what, draft.sent(&by.signer), MALFORMED));
    }
    all
}

pub(super) fn other_actors(by: &Attacker) -> Vec<Attack> {
    let mut masked = by.activity(
        "x11",
        "Create",
        by.article(&format!("{}/articles/x11", by.good), &by.victim),
    );
    masked["actor"] = json!(by.victim);
    let own_id = masked.clone();
    masked["id"] = json!(format!("{}/activities/x11", by.good));
    let theirs_first = {
        let mut two = masked.clone();
        two["actor"] = json!([by.victim, by.actor]);
        two
    };
    let with_key = {
        let mut keyed = masked.clone();
        keyed["actor"] =
            json!({"id": by.victim, "publicKey": {"id": by.signer.key_id, "owner": by.victim}});
        keyed
    };
    let foreign_id = {
        let mut own = by.activity(
            "x11",
            "Create",
            by.article(&format!("{}/articles/x11", by.origin), &by.actor),
        );
        own["id"] = json!(format!("{}/activities/next", by.good));
        own
    };
    [
        ("in another's name", masked),
        ("in another's name, under its own id", own_id),
        ("another first, then itself", theirs_first),
        ("another with its own key inside", with_key),
        ("its own words under another's id", foreign_id),
    ]
    .into_iter()
    .map(|(what, activity)| attack(what, by.says(&activity), REFUSED))
    .collect()
}

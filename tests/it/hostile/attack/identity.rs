//! Who sent it, and did it arrive as it was sent: bodies, digests, what is signed, clocks, keys, masks.

use super::{Attack, Attacker, MALFORMED, REFUSED, attack, date, digest};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use rsa::pkcs8::{EncodePublicKey as _, LineEnding};
use rsa::{BigUint, RsaPublicKey};
use serde_json::{Value, json};

const MINUTE: i64 = 60_000;
const HOUR: i64 = 60 * MINUTE;
/// What a message signature must cover.
const FULL: &str = "(\"@method\" \"@target-uri\" \"content-digest\")";

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

fn with_key(
    by: &Attacker,
    what: &str,
    key_id: &str,
    actor: &str,
    answers: &'static [u16],
) -> Attack {
    let mut activity = by.activity(
        "x12",
        "Create",
        by.article(&format!("{}/articles/x12", by.origin), actor),
    );
    activity["actor"] = json!(actor);
    let mut draft = by.draft(&activity.to_string());
    draft.key_id = key_id.to_owned();
    attack(what, draft.sent(&by.unknown), answers)
}

/// Keys that are not the sender's to use. The host of the attacker serves the documents below.
pub(super) fn borrowed_keys(by: &Attacker, case: u8) -> Vec<Attack> {
    let own = |path: &str| format!("{}{path}", by.origin);
    if case == 12 {
        return vec![
            with_key(
                by,
                "a key document that names another as owner",
                &own("/keys/theirs"),
                &by.victim,
                REFUSED,
            ),
            with_key(
                by,
                "an actor whose key names another as owner",
                &own("/actors/claims#main-key"),
                &by.victim,
                REFUSED,
            ),
            with_key(
                by,
                "the same, in its own name",
                &own("/actors/claims#main-key"),
                &own("/actors/claims"),
                REFUSED,
            ),
            with_key(
                by,
                "a key whose owner does not name it back",
                &own("/keys/stray"),
                &by.actor,
                REFUSED,
            ),
        ];
    }
    vec![
        with_key(
            by,
            "an actor whose key lies elsewhere",
            &format!("{}#main-key", by.victim),
            &own("/actors/borrows"),
            REFUSED,
        ),
        with_key(
            by,
            "the same by its own name",
            &own("/actors/borrows#main-key"),
            &own("/actors/borrows"),
            REFUSED,
        ),
        with_key(
            by,
            "an actor that plants a key elsewhere",
            &own("/actors/plants#main-key"),
            &own("/actors/plants"),
            REFUSED,
        ),
        with_key(
            by,
            "the planted key",
            &planted(by),
            &own("/actors/plants"),
            REFUSED,
        ),
        with_key(
            by,
            "an actor document with another's id",
            &own("/actors/copy#main-key"),
            &by.victim,
            REFUSED,
        ),
    ]
}

fn pem_of(bits: usize) -> String {
    let modulus = (BigUint::from(1u8) << (bits - 1)) + BigUint::from(1u8);
    RsaPublicKey::new_with_max_size(modulus, BigUint::from(65_537u32), 20_000)
        .expect("a public key")
        .to_public_key_pem(LineEnding::LF)
        .expect("it encodes")
}

/// The id of a key on the honest host that is not there.
fn planted(by: &Attacker) -> String {
    format!("{}/actors/nobody#main-key", by.good)
}

pub(super) fn documents(by: &Attacker) -> Vec<(String, Value)> {
    let pem = by.unknown_pem.clone();
    let actor = |name: &str, id: String, key: Value| {
        let document = json!({
            "@context": "https://www.w3.org/ns/activitystreams", "id": id, "type": "Person", "preferredUsername": name,
            "inbox": format!("{id}/inbox"), "publicKey": key,
        });
        (format!("/actors/{name}"), document)
    };
    let own = |name: &str| format!("{}/actors/{name}", by.origin);
    let key = |id: String, owner: &str| json!({"id": id, "owner": owner, "publicKeyPem": pem});
    let main = |name: &str| format!("{}#main-key", own(name));
    let lone = |name: &str, owner: &str| {
        let id = format!("{}/keys/{name}", by.origin);
        (format!("/keys/{name}"), key(id, owner))
    };
    let sized = |name: &str, bits: usize| {
        let key = json!({"id": main(name), "owner": own(name), "publicKeyPem": pem_of(bits)});
        actor(name, own(name), key)
    };
    vec![
        lone("theirs", &by.victim),
        lone("stray", &by.actor),
        actor("claims", own("claims"), key(main("claims"), &by.victim)),
        actor(
            "borrows",
            own("borrows"),
            key(format!("{}#main-key", by.victim), &own("borrows")),
        ),
        actor("copy", by.victim.clone(), key(main("copy"), &by.victim)),
        actor("plants", own("plants"), key(planted(by), &own("plants"))),
        actor("masked", by.member.clone(), key(main("masked"), &by.member)),
        sized("small", 1024),
        sized("huge", 16_384),
    ]
}

pub(super) fn algorithms(by: &Attacker) -> Vec<Attack> {
    let mut all: Vec<Attack> = [
        "hmac-sha256",
        "rsa-sha1",
        "rsa-sha512",
        "none",
        "ed25519",
        "ecdsa-p256-sha256",
    ]
    .into_iter()
    .map(|name| {
        let mut draft = by.draft(&by.create(16));
        draft.algorithm = name;
        attack(format!("algorithm {name}"), draft.sent(&by.signer), REFUSED)
    })
    .collect();
    for name in ["small", "huge"] {
        let actor = format!("{}/actors/{name}", by.origin);
        all.push(with_key(
            by,
            &format!("an RSA key too {name}"),
            &format!("{actor}#main-key"),
            &actor,
            REFUSED,
        ));
    }
    all.push(with_key(
        by,
        "a key id that is no address",
        "main-key",
        &by.actor,
        MALFORMED,
    ));
    all
}

/// RFC 9421 with one part taken away or turned around.
pub(super) fn message_signatures(by: &Attacker) -> Vec<Attack> {
    let full = FULL;
    let body = by.create(17);
    let message = |by: &Attacker, signed: &str, claimed: &str, created: i64| {
        message_over(by, &body, signed, claimed, created)
    };
    let lists = [
        ("without the method", "(\"@target-uri\" \"content-digest\")"),
        ("without the target", "(\"@method\" \"content-digest\")"),
        ("without the digest", "(\"@method\" \"@target-uri\")"),
        ("nothing", "()"),
    ];
    let mut all: Vec<Attack> = lists
        .into_iter()
        .map(|(what, list)| {
            let sent = message(by, list, list, by.now / 1000);
            attack(format!("message signature {what}"), sent, MALFORMED)
        })
        .collect();
    let claimed = "(\"@method\" \"@target-uri\" \"content-digest\" \"date\")";
    let now = by.now / 1000;
    for (what, sent) in [
        (
            "list changed after signing",
            message(by, full, claimed, now),
        ),
        ("two hours old", message(by, full, full, now - 7200)),
        ("from the future", message(by, full, full, now + 3600)),
    ] {
        all.push(attack(
            format!("message signature: {what}"),
            sent,
            MALFORMED,
        ));
    }
    let mut tagged = message(by, full, full, now);
    for (name, value) in &mut tagged.headers {
        if *name == "signature-input" {
            value.push_str(";tag=\"other\"");
        }
    }
    all.push(attack("message signature: a tag added", tagged, MALFORMED));
    let mut changed = message(by, full, full, now);
    changed.body = by.create(99).into_bytes();
    all.push(attack(
        "message signature: body changed",
        changed,
        MALFORMED,
    ));
    all
}

/// A request signed by RFC 9421, as it should be.
pub(super) fn message(by: &Attacker, body: &str) -> super::Sent {
    message_over(by, body, FULL, FULL, by.now / 1000)
}

/// The same signed over `signed`, saying that it is signed over `claimed`.
fn message_over(
    by: &Attacker,
    body: &str,
    signed: &str,
    claimed: &str,
    created: i64,
) -> super::Sent {
    let sum = ring::digest::digest(&ring::digest::SHA256, body.as_bytes());
    let content_digest = format!("sha-256=:{}:", STANDARD.encode(sum));
    let params = |list: &str| {
        format!(
            "{list};created={created};keyid=\"{}\";alg=\"rsa-v1_5-sha256\"",
            by.signer.key_id
        )
    };
    let mut base = String::new();
    for name in signed.trim_matches(['(', ')']).split_whitespace() {
        let value = match name.trim_matches('"') {
            "@method" => "POST".to_owned(),
            "@target-uri" => format!("{}/inbox", by.target),
            _ => content_digest.clone(),
        };
        base.push_str(&format!("{name}: {value}\n"));
    }
    base.push_str(&format!("\"@signature-params\": {}", params(signed)));
    let signature = by.signer.sign(base.as_bytes()).expect("signed");
    super::Sent {
        path: "/inbox".into(),
        headers: vec![
            ("host", by.domain.clone()),
            ("date", date(by.now)),
            ("content-type", "application/activity+json".into()),
            ("content-digest", content_digest),
            ("signature-input", format!("sig1={}", params(claimed))),
            (
                "signature",
                format!("sig1=:{}:", STANDARD.encode(signature)),
            ),
        ],
        body: body.as_bytes().to_vec(),
    }
}

/// Names that look like one of ours.
pub(super) fn masks(by: &Attacker) -> Vec<Attack> {
    let (scheme, rest) = by.member.split_once("://").unwrap_or(("https", ""));
    let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
    let bare = host.split(':').next().unwrap_or(host);
    let port = host.strip_prefix(bare).unwrap_or_default();
    let usual = if scheme == "https" { ":443" } else { ":80" };
    let names = [
        by.member.clone(),
        format!("{scheme}://{}{port}/{path}", bare.to_uppercase()),
        format!("{scheme}://{bare}.{port}/{path}"),
        format!(
            "{scheme}://{bare}{}/{path}",
            if port.is_empty() { usual } else { port }
        ),
        format!("{scheme}://one@{host}/{path}"),
        format!(
            "{scheme}://{}{port}/{path}",
            bare.replacen('o', "\u{43e}", 1)
        ),
        format!("{scheme}://{bare}%2e{port}/{path}"),
    ];
    let mut all = Vec::new();
    for name in names {
        let mut activity = by.activity("x18", "Create", by.article(&by.publication, &name));
        activity["actor"] = json!(name);
        all.push(attack(
            format!("speaks as {name}"),
            by.says(&activity),
            MALFORMED,
        ));
        let mut draft = by.draft(&activity.to_string());
        draft.key_id = format!("{name}#main-key");
        all.push(attack(
            format!("speaks as {name}, with its key"),
            draft.sent(&by.unknown),
            &[400, 401, 503],
        ));
    }
    let masked = format!("{}/actors/masked", by.origin);
    let update = by.activity(
        "x18u",
        "Update",
        json!({"id": by.member, "type": "Person", "name": super::MARK, "inbox": by.actor}),
    );
    all.push(attack(
        "a document of its own with an id of ours",
        {
            let mut draft = by.draft(&by.create(18));
            draft.key_id = format!("{masked}#main-key");
            draft.sent(&by.unknown)
        },
        REFUSED,
    ));
    all.push(attack(
        "edits a member of ours",
        by.says(&update),
        super::WITHOUT_EFFECT,
    ));
    all
}

//! Whose key is it: keys borrowed, planted and of strange sizes, signatures of another scheme, masks.

use super::{Attack, Attacker, MALFORMED, REFUSED, attack, date};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use rsa::pkcs8::{EncodePublicKey as _, LineEnding};
use rsa::{BigUint, RsaPublicKey};
use serde_json::{Value, json};

/// What a message signature must cover.
const FULL: &str = "(\"@method\" \"@target-uri\" \"content-digest\")";

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

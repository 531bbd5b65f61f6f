//! What evidence proves, and that no changed byte of it goes unnoticed.

use super::*;
use crate::trust::key::BASE64;
use crate::trust::vectors::rsa_pair;
use crate::trust::{ProofKey, Signer, json, proof};
use base64::Engine as _;
use serde_json::json;

const AUTHOR: &str = "https://a.example/users/ana";
const NETWORK: &str = "https://a.example/groups/a";
const SUBJECT: &str = "https://a.example/publications/1";
const KEEPER: &str = "https://k.example/groups/k";
const DAY_1: &str = "2026-11-01T00:00:00Z";
const DAY_2: &str = "2026-11-23T12:00:00Z";

fn key_of(actor: &str, seed: u8) -> ProofKey {
    ProofKey::from_seed(format!("{actor}#ed25519-key"), &[seed; 32]).expect("a key")
}

fn document(actor: &str, key: &ProofKey) -> String {
    json!({
        "id": actor, "type": "Person", "inbox": format!("{actor}/inbox"),
        "assertionMethod": [{"id": key.verification_method, "type": "Multikey", "controller": actor,
            "publicKeyMultibase": key.public_multibase()}],
    })
    .to_string()
}

fn seen(actor: &str, id: &str, algorithm: &str, public: &str) -> SeenKey {
    SeenKey {
        id: id.into(),
        actor: actor.into(),
        algorithm: algorithm.into(),
        public: public.into(),
        first_seen: DAY_1.into(),
        last_seen: DAY_2.into(),
    }
}

fn activity() -> serde_json::Value {
    json!({
        "@context": ["https://www.w3.org/ns/activitystreams"],
        "id": "https://a.example/activities/1", "type": "Create", "actor": AUTHOR,
        "object": {"id": SUBJECT, "type": "Article", "attributedTo": AUTHOR, "name": "A street", "content": "été"},
    })
}

fn file(how: How, body: String) -> File {
    let author = key_of(AUTHOR, 1);
    File {
        context: json!(["https://w3id.org/security/data-integrity/v2"]),
        format: FORMAT.into(),
        version: VERSION,
        made: DAY_2.into(),
        subject: SUBJECT.into(),
        name: "A street".into(),
        author: AUTHOR.into(),
        network: Some(NETWORK.into()),
        how,
        received: DAY_2.into(),
        body,
        signed: None,
        documents: vec![Document {
            actor: AUTHOR.into(),
            received: DAY_2.into(),
            body: document(AUTHOR, &author),
        }],
        keys: vec![
            seen(
                AUTHOR,
                &author.verification_method,
                "ed25519",
                &author.public_multibase(),
            ),
            seen(AUTHOR, &format!("{AUTHOR}#main-key"), "rsa", &rsa_pair().1),
        ],
        keeper: Keeper {
            actor: KEEPER.into(),
            name: "Keeper".into(),
            document: document(KEEPER, &key_of(KEEPER, 2)),
        },
    }
}

fn sealed(file: &File) -> String {
    let mut value = serde_json::to_value(file).expect("JSON");
    proof::sign(&mut value, &key_of(KEEPER, 2), DAY_2).expect("signed");
    value.to_string()
}

fn with_proof() -> File {
    let mut activity = activity();
    proof::sign(&mut activity, &key_of(AUTHOR, 1), DAY_2).expect("signed");
    file(How::Proof, activity.to_string())
}

fn request(body: &str, digest_line: impl Fn(&str) -> String) -> Signed {
    request_by(AUTHOR, body, digest_line)
}

fn request_by(actor: &str, body: &str, digest_line: impl Fn(&str) -> String) -> Signed {
    let sum = BASE64.encode(ring::digest::digest(&ring::digest::SHA256, body.as_bytes()));
    let key_id = format!("{actor}#main-key");
    let base = format!(
        "(request-target): post /inbox\nhost: k.example\n{}",
        digest_line(&sum)
    );
    let signer = Signer::from_pem(&key_id, &rsa_pair().0).expect("a key");
    Signed {
        key_id,
        scheme: "cavage".into(),
        signature: BASE64.encode(signer.sign(base.as_bytes()).expect("signed")),
        base,
    }
}

fn with_request() -> File {
    let body = activity().to_string();
    let signed = request(&body, |sum| format!("digest: SHA-256={sum}"));
    File {
        signed: Some(signed),
        ..file(How::Signature, body)
    }
}

fn why(file: &File) -> &'static str {
    match verify(&sealed(file)) {
        Ok(_) => "",
        Err(Broken::Tampered(why) | Broken::Unreadable(why)) => why,
    }
}

#[test]
fn a_proof_and_a_signed_request_prove_and_the_rest_is_attested() {
    let verdict = verify(&sealed(&with_proof())).expect("it holds");
    assert_eq!(verdict.strength, Strength::Proof);
    assert_eq!(verdict.keeper, KEEPER);
    assert_eq!(verdict.keeper_key, key_of(KEEPER, 2).public_multibase());
    let key = verdict.key.expect("a key");
    assert_eq!(
        (key.owner.as_str(), key.first_seen.as_str()),
        (AUTHOR, DAY_1)
    );

    let verdict = verify(&sealed(&with_request())).expect("it holds");
    assert_eq!(verdict.strength, Strength::Signature);
    assert_eq!(verdict.key.expect("a key").algorithm, "rsa");
    let mut newer = with_request();
    newer.signed = Some(request(&newer.body, |sum| {
        format!("\"content-digest\": sha-256=:{sum}:")
    }));
    assert_eq!(why(&newer), "", "the other scheme");

    let object = activity()["object"].to_string();
    let verdict = verify(&sealed(&file(How::Origin, object))).expect("it holds");
    assert_eq!((verdict.strength, verdict.key), (Strength::Attested, None));
    // A request whose signature was not kept proves nothing any more.
    let bare = File {
        signed: None,
        ..with_request()
    };
    let verdict = verify(&sealed(&bare)).expect("it holds");
    assert!(!verdict.strength.is_proven());
}

#[test]
fn a_key_that_was_renewed_since_still_proves_what_it_signed() {
    let mut renewed = with_proof();
    let new = key_of(AUTHOR, 9);
    renewed.keys.insert(
        0,
        seen(
            AUTHOR,
            &new.verification_method,
            "ed25519",
            &new.public_multibase(),
        ),
    );
    renewed.documents[0].body = document(AUTHOR, &new);
    assert_eq!(why(&renewed), "");
}

/// The text with another letter in the place of each of its letters and digits, one after the other.
fn changed(text: &str) -> impl Iterator<Item = String> {
    let letters = text
        .char_indices()
        .filter(|(_, c)| c.is_ascii_alphanumeric());
    letters.map(move |(at, c)| {
        let other = if c == 'x' { "y" } else { "x" };
        format!("{}{other}{}", &text[..at], &text[at + 1..])
    })
}

#[test]
fn any_changed_byte_is_noticed() {
    for file in [with_proof(), with_request()] {
        let whole = sealed(&file);
        assert!(verify(&whole).is_ok());
        for changed in changed(&whole) {
            assert!(verify(&changed).is_err(), "{changed}");
        }
    }
}

#[test]
fn any_changed_byte_of_what_the_author_signed_is_noticed_though_the_keeper_signs_it_again() {
    let (proof, request) = (with_proof(), with_request());
    let signed = request.signed.clone().expect("a request");
    for body in changed(&proof.body) {
        let lie = File {
            body,
            ..proof.clone()
        };
        assert!(verify(&sealed(&lie)).is_err(), "{}", lie.body);
    }
    for body in changed(&request.body) {
        let lie = File {
            body,
            ..request.clone()
        };
        assert!(verify(&sealed(&lie)).is_err(), "{}", lie.body);
    }
    let lies = changed(&signed.base)
        .map(|base| Signed {
            base,
            ..signed.clone()
        })
        .chain(changed(&signed.signature).map(|signature| Signed {
            signature,
            ..signed.clone()
        }));
    for lie in lies {
        let lie = File {
            signed: Some(lie),
            ..request.clone()
        };
        assert!(verify(&sealed(&lie)).is_err(), "{:?}", lie.signed);
    }
    for (at, file) in [(0, &proof), (1, &request)] {
        for public in changed(&file.keys[at].public) {
            let mut lie = file.clone();
            lie.keys[at].public = public;
            assert!(verify(&sealed(&lie)).is_err(), "{:?}", lie.keys[at]);
        }
    }
}

#[test]
fn a_keeper_who_lies_is_found_out_by_what_the_author_signed() {
    let mut lie = with_proof();
    lie.body = lie.body.replace("A street", "A motorway");
    assert!(why(&lie).starts_with("the proof in it does not hold"));
    let mut lie = with_proof();
    lie.keys[0].public = key_of(AUTHOR, 5).public_multibase();
    assert!(why(&lie).starts_with("the proof in it does not hold"));
    // A key of another origin proves nothing, whatever it is called.
    let mut lie = with_proof();
    lie.keys[0].actor = KEEPER.into();
    assert_eq!(why(&lie), "a key is not its actor's");
    let stranger = key_of("https://evil.example/u", 6);
    let mut forged = activity();
    proof::sign(&mut forged, &stranger, DAY_2).expect("signed");
    let mut lie = file(How::Proof, forged.to_string());
    lie.keys.push(seen(
        "https://evil.example/u",
        &stranger.verification_method,
        "ed25519",
        &stranger.public_multibase(),
    ));
    assert!(why(&lie).starts_with("the proof in it does not hold"));

    let mut lie = with_request();
    lie.body = lie.body.replace("A street", "A motorway");
    assert!(why(&lie).starts_with("the signed request was about other bytes"));
    let mut lie = with_request();
    lie.signed = lie.signed.map(|signed| Signed {
        base: signed.base.replace("k.example", "l.example"),
        ..signed
    });
    assert!(why(&lie).starts_with("the signature of the request does not hold"));
    let mut lie = with_request();
    lie.signed = lie.signed.map(|signed| Signed {
        base: format!("{}\n{}", signed.base, "digest: SHA-256=AAAA"),
        ..signed
    });
    assert!(why(&lie).starts_with("the signed request was about other bytes"));
}

#[test]
fn what_another_signed_proves_nothing_of_the_author() {
    const EVIL: &str = "https://evil.example/users/e";
    const NEIGHBOUR: &str = "https://a.example/users/bo";
    let digest = |sum: &str| format!("digest: SHA-256={sum}");
    let with_key = |mut file: File, actor: &str, signed: Signed| {
        file.keys
            .push(seen(actor, &signed.key_id, "rsa", &rsa_pair().1));
        file.signed = Some(signed);
        file
    };
    // Somebody elsewhere passes it on, and signs that.
    let body = json!({"type": "Announce", "actor": EVIL, "object": activity()}).to_string();
    let signed = request_by(EVIL, &body, digest);
    let lie = with_key(file(How::Signature, body), EVIL, signed);
    assert!(why(&lie).starts_with("the signature of the request does not hold"));
    // Somebody on the same node signs what names another as its speaker.
    let body = activity().to_string();
    let signed = request_by(NEIGHBOUR, &body, digest);
    let lie = with_key(file(How::Signature, body), NEIGHBOUR, signed);
    assert!(why(&lie).starts_with("the signature of the request does not hold"));
    // Somebody on the same node, neither its author nor its network, proves it.
    let neighbour = key_of(NEIGHBOUR, 6);
    let mut forged = activity();
    proof::sign(&mut forged, &neighbour, DAY_2).expect("signed");
    let mut lie = file(How::Proof, forged.to_string());
    lie.keys.push(seen(
        NEIGHBOUR,
        &neighbour.verification_method,
        "ed25519",
        &neighbour.public_multibase(),
    ));
    assert!(why(&lie).starts_with("the proof in it does not hold"));
    // The publication of one origin, the author of another.
    let mut object = activity()["object"].clone();
    object["attributedTo"] = json!(EVIL);
    let mut lie = file(How::Origin, object.to_string());
    lie.author = EVIL.into();
    assert_eq!(why(&lie), "its author is of another origin");
}

#[test]
fn evidence_of_something_else_is_none() {
    let mut other = with_proof();
    other.subject = "https://a.example/publications/2".into();
    assert!(why(&other).starts_with("what was received is not the publication"));
    let mut other = with_proof();
    other.author = "https://a.example/users/bo".into();
    assert_eq!(why(&other), "what was received does not name this author");
    let mut other = with_proof();
    other.documents[0].actor = NETWORK.into();
    assert_eq!(why(&other), "a document is not its actor's");
    let mut other = with_proof();
    other.keys[0].first_seen = "2027-01-01T00:00:00Z".into();
    assert_eq!(why(&other), "a key is not its actor's");
    let mut other = with_proof();
    other.version = 2;
    assert!(why(&other).contains("version"));
    assert!(matches!(verify("{}"), Err(Broken::Unreadable(_))));
    assert!(matches!(verify("not JSON"), Err(Broken::Unreadable(_))));
}

#[test]
fn only_the_keeper_itself_vouches_for_the_file() {
    let changed = "the file was changed after its keeper made it";
    let file = with_proof();
    let mut by_another = serde_json::to_value(&file).expect("JSON");
    proof::sign(&mut by_another, &key_of(KEEPER, 3), DAY_2).expect("signed");
    assert_eq!(
        verify(&by_another.to_string()),
        Err(Broken::Tampered(changed))
    );
    let mut of_another = file.clone();
    of_another.keeper.actor = "https://other.example/groups/o".into();
    assert_eq!(why(&of_another), changed);
    let mut bare = json::parse(&sealed(&file)).expect("JSON");
    bare.as_object_mut().expect("an object").remove("proof");
    assert_eq!(verify(&bare.to_string()), Err(Broken::Tampered(changed)));
}

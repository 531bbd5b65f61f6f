//! What strangers and members get at these doors.

use super::{Panels, home_page, routes, show};
use crate::base::clock::{DAY, HOUR, rfc3339};
use crate::base::{Millis, Node};
use crate::directory::found::{Founding, NewMember, found, prepare};
use crate::directory::{Member, Viewer, home, store as directory};
use crate::publication::store::{self, Filter};
use crate::publication::{Audience, Draft, Kind, Publication, publish};
use axum::body::Body;
use axum::routing::get;
use http::{Request, StatusCode};
use tower::ServiceExt as _;

const PANELS: Panels = Panels {
    before_sending: &[],
};

async fn node() -> (Node, Member) {
    let node = Node::for_tests("localhost:8081", |_, _| {}).await;
    node.db.migrate().await.expect("a schema");
    prepare(&node).await.expect("a node");
    let network = Founding {
        handle: "bassins".into(),
        name: "Bassins".into(),
        language: "en".into(),
    };
    let steward = NewMember {
        name: "Amina".into(),
        handle: "amina".into(),
        email: "amina@example.org".into(),
        password: "a long sentence".into(),
        language: "en".into(),
    };
    let member = found(&node, network, steward).await.expect("a network");
    (node, member)
}

fn paper(name: &str, audience: Audience) -> Draft {
    Draft {
        kind: "paper".into(),
        name: name.into(),
        content: "Some words.".into(),
        language: "en".into(),
        audience: audience.code().into(),
        licence: "CC-BY-SA-4.0".into(),
        ..Draft::default()
    }
}

fn event(name: &str, start: Millis) -> Draft {
    Draft {
        kind: "event".into(),
        start_time: rfc3339(start),
        end_time: rfc3339(start + HOUR),
        timezone: "Europe/Paris".into(),
        ..paper(name, Audience::Public)
    }
}

async fn publishes(node: &Node, by: &Member, draft: Draft) -> Publication {
    publish::publish(node, by, None, draft)
        .await
        .expect("published")
}

/// A copy of somebody's paper, as federation would save it.
async fn receives(node: &Node, like: &Publication) {
    let home = home(node).await.expect("a home");
    let mut network = home.network.clone();
    network.id = "vallees".into();
    network.uri = "https://vallees.example/groups/vallees".into();
    network.local = false;
    network.name = "Vallées".into();
    network.host = "vallees.example".into();
    let copy = Publication {
        id: "copy".into(),
        uri: "https://vallees.example/publications/1".into(),
        url: "https://vallees.example/publications/1".into(),
        local: false,
        author_id: network.id.clone(),
        network_id: Some(network.id.clone()),
        ..like.clone()
    };
    let mut tx = node.db.write().await.expect("a transaction");
    directory::save_actor(&mut tx, &network, None)
        .await
        .expect("an actor");
    store::save_newer(&mut tx, &copy).await.expect("a copy");
    tx.commit().await.expect("committed");
}

async fn visit(node: &Node, path: &str) -> (StatusCode, String) {
    let router = routes(node, PANELS)
        .route("/", get(home_page))
        .route(
            "/publications/{id}",
            get(async |visit, id, version| show(visit, id, version, &[]).await),
        )
        .with_state(node.clone());
    let request = Request::get(path).body(Body::empty()).expect("a request");
    let response = router.oneshot(request).await.expect("an answer");
    let status = response.status();
    let body = axum::body::to_bytes(response.into_body(), 1_000_000)
        .await
        .expect("a body");
    (status, String::from_utf8_lossy(&body).into_owned())
}

#[tokio::test]
async fn a_card_names_its_producer_then_leads_to_its_owner_and_only_then_to_the_copy() {
    let (node, member) = node().await;
    let ours = publishes(&node, &member, paper("A street", Audience::Public)).await;
    receives(&node, &ours).await;
    for path in ["/", "/papers"] {
        let (status, page) = visit(&node, path).await;
        assert_eq!(status, StatusCode::OK);
        let cards = page.split("<article class=\"card\">").skip(1);
        let mut cards = cards.filter_map(|rest| rest.split("</article>").next());
        let card = cards.find(|card| card.contains("vallees.example"));
        let card = card.expect("a card of the copy");
        let at = |text: &str| card.find(text).expect(text);
        let owner = at("href=\"https://vallees.example/publications/1\"");
        assert!(at("Vallées") < owner, "{path}");
        assert_eq!(card.find("href="), Some(owner), "{path}");
        assert!(owner < at("href=\"/publications/copy\""), "{path}");
    }
}

#[tokio::test]
async fn what_is_not_for_strangers_is_not_found_and_what_was_withdrawn_is_gone() {
    let (node, member) = node().await;
    let inner = publishes(&node, &member, paper("Among us", Audience::Members)).await;
    let outer = publishes(&node, &member, paper("For all", Audience::Public)).await;
    let path = |p: &Publication, rest: &str| format!("/publications/{}{rest}", p.id);
    for rest in ["", "/revisions"] {
        let (status, page) = visit(&node, &path(&inner, rest)).await;
        assert_eq!(status, StatusCode::NOT_FOUND);
        assert!(!page.contains("Among us"));
        assert_eq!(visit(&node, &path(&outer, rest)).await.0, StatusCode::OK);
    }
    assert!(!visit(&node, "/").await.1.contains("Among us"));
    let edit = visit(&node, &path(&outer, "/edit")).await;
    assert_eq!(edit.0, StatusCode::UNAUTHORIZED);
    publish::withdraw(&node, &member, &outer.id)
        .await
        .expect("withdrawn");
    let (status, page) = visit(&node, &path(&outer, "")).await;
    assert_eq!(status, StatusCode::GONE);
    assert!(!page.contains("For all"));
}

#[tokio::test]
async fn an_agenda_begins_with_what_comes_next_and_what_is_over_stands_apart() {
    let (node, member) = node().await;
    let now = node.now();
    for (name, start) in [
        ("in three days", now + 3 * DAY),
        ("tomorrow", now + DAY),
        ("last week", now - 7 * DAY),
        ("under way", now - HOUR / 2),
        ("yesterday", now - DAY),
    ] {
        publishes(&node, &member, event(name, start)).await;
    }
    let soon = Filter {
        kind: Some(Kind::Event),
        from: Some(now),
        ..Filter::default()
    };
    let over = Filter {
        from: None,
        until: Some(now),
        ..soon.clone()
    };
    let stranger = Viewer::stranger();
    for (filter, names) in [
        (soon, vec!["under way", "tomorrow", "in three days"]),
        (over, vec!["yesterday", "last week"]),
    ] {
        let first = store::list(&node, &stranger, &filter, None, 1)
            .await
            .expect("a list");
        let rest = store::list(&node, &stranger, &filter, first.next.as_ref(), 9)
            .await
            .expect("the rest");
        let found: Vec<&str> = first
            .items
            .iter()
            .chain(&rest.items)
            .map(|item| item.name.as_str())
            .collect();
        assert_eq!(found, names);
        let count = store::count(&node, &stranger, &filter)
            .await
            .expect("a count");
        let all = i64::try_from(names.len()).expect("few");
        assert_eq!(count, [(Kind::Event, all)]);
    }
}

#[tokio::test]
async fn a_picture_is_for_those_who_may_see_what_shows_it() {
    let (node, member) = node().await;
    let image = image::DynamicImage::new_rgb8(8, 8);
    let mut bytes = std::io::Cursor::new(Vec::new());
    image
        .write_to(&mut bytes, image::ImageFormat::Png)
        .expect("a picture");
    let picture = node
        .media
        .save_picture(bytes.into_inner().into())
        .await
        .expect("kept");
    let mut tx = node.db.write().await.expect("a transaction");
    // Somebody uploaded the very same picture before: it is each one's own.
    for owner in ["somebody", &member.id, &member.id] {
        store::save_media(&mut tx, &picture.name(), owner, &picture, 0)
            .await
            .expect("saved");
    }
    tx.commit().await.expect("committed");
    let viewer = Viewer {
        member: Some(member.clone()),
        ..Viewer::default()
    };
    for (viewer, sees) in [(viewer, true), (Viewer::stranger(), false)] {
        let seen = store::may_see_media(&node, &viewer, &picture.name()).await;
        assert_eq!(seen.expect("an answer"), sees);
    }
    let shows = |audience| Draft {
        picture: Some(crate::publication::Picture {
            src: picture.name(),
            alt: "a square".into(),
            media_type: "image/png".into(),
        }),
        ..paper("With a picture", audience)
    };
    let paths = [picture.name(), picture.thumbnail_name()].map(|name| format!("/media/{name}"));
    publishes(&node, &member, shows(Audience::Members)).await;
    for path in &paths {
        assert_eq!(visit(&node, path).await.0, StatusCode::NOT_FOUND);
    }
    publishes(&node, &member, shows(Audience::Public)).await;
    for path in &paths {
        assert_eq!(visit(&node, path).await.0, StatusCode::OK);
    }
}

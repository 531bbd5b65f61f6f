//! What the JSON API says when something is wrong, and what to do then.

use super::*;

#[tokio::test]
async fn a_mistake_is_told_with_what_to_do() {
    let [loos] = Alliance::of(["loos"]).await;
    let ana = token(&loos, &loos.ana).await;
    let post = |body: Value| {
        let (loos, ana) = (&loos, &ana);
        async move { call(loos, ana, "POST", "/api/v1/publications", Some(body)).await }
    };
    for (body, says) in [
        (
            json!({"kind": "paper", "nmae": "x"}),
            "did you mean `name`?",
        ),
        (
            json!({"kind": "paper", "name": "x", "location": {"town": "y"}}),
            "`locality`",
        ),
        (json!({"kind": "paper", "name": 3}), "name: invalid type"),
        (
            json!({"kind": "paper", "name": "x", "audience": "publik"}),
            "did you mean `public`?",
        ),
        (
            json!({"kind": "experience", "name": "x", "detail": {"limit": "y"}}),
            "did you mean `limits`?",
        ),
        (
            json!({"kind": "experience", "name": "x", "detail": {"limits": 3}}),
            "detail.limits is a text",
        ),
        (
            json!({"kind": "paper", "name": "x", "picture": {"name": "y.png", "alt": "z"}}),
            "POST /api/v1/media",
        ),
        (json!([1, 2]), "invalid type"),
    ] {
        let answer = post(body.clone()).await;
        assert!(
            answer.problem(400).contains(says),
            "{body}: {}",
            answer.body
        );
    }
    post(json!({"kind": "papre", "name": "x"}))
        .await
        .problem(422);
    for (query, says) in [
        ("?kidn=event", "did you mean `kind`?"),
        ("?kind=evnt", "did you mean `event`?"),
        ("?sort=oldest", "newest, relevance, soonest"),
        ("?sort=relevance", "goes with q"),
        ("?limit=201", "1 to 200"),
        ("?limit=0", "1 to 200"),
        ("?cursor=abc", "cursor"),
        ("?q=x&cursor=MS54", "another list"),
    ] {
        let answer = get(&loos, "", &format!("/api/v1/publications{query}")).await;
        assert!(
            answer.problem(400).contains(says),
            "{query}: {}",
            answer.body
        );
    }
    let request = |token: &str, kind: &str, body: &'static str| {
        Request::post("/api/v1/publications")
            .header("host", &loos.config.domain)
            .header("authorization", token)
            .header("content-type", kind)
            .body(Body::from(body))
            .expect("a request")
    };
    let bearer = format!("Bearer {ana}");
    let broken = send(&loos, request(&bearer, "application/json", "{\"name\": ")).await;
    assert!(broken.problem(400).contains("line 1"), "{}", broken.body);
    let other = send(&loos, request(&bearer, "text/plain", "{}")).await;
    assert!(other.problem(415).contains("application/json"));
    for wrong in ["Bearer nothing", "Basic YTpi", "Bearer"] {
        let answer = send(&loos, request(wrong, "application/json", "{}")).await;
        assert!(answer.problem(401).contains("atelier token create"));
        assert!(
            answer.headers["www-authenticate"]
                .to_str()
                .expect("text")
                .starts_with("Bearer")
        );
    }
    let patch = call(&loos, &ana, "PATCH", "/api/v1/publications/x", None).await;
    assert!(patch.problem(405).contains("Allow"), "{}", patch.body);
    assert!(
        patch.headers["allow"]
            .to_str()
            .expect("text")
            .contains("DELETE")
    );
    for path in ["/api/v1/nothing", "/api/v2/publications", "/api/v1/"] {
        get(&loos, "", path).await.problem(404);
    }
    get(&loos, "", "/api/v1/publications/%FF")
        .await
        .problem(400);
}

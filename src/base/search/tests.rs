//! Stories of finding, and of not finding.

use super::*;

fn entry(id: &str, name: &str, body: &str) -> Entry {
    Entry {
        id: id.into(),
        kind: "experience".into(),
        network: "https://loos.example/groups/cerdd".into(),
        author: "https://loos.example/people/ana".into(),
        language: "fr".into(),
        audience: "public".into(),
        name: name.into(),
        body: body.into(),
        ..Entry::default()
    }
}

fn words(text: &str) -> Query {
    Query {
        text: text.into(),
        kind: None,
        network: None,
        language: None,
        newest_first: false,
        limit: 20,
        offset: 0,
        seen_by: SeenBy::Anyone,
    }
}

fn index_of(entries: Vec<Entry>) -> (tempfile::TempDir, Search) {
    let dir = tempfile::tempdir().unwrap();
    let search = Search::open(dir.path()).unwrap();
    search.replace(entries, Vec::new(), 1, 1).unwrap();
    (dir, search)
}

fn ids(search: &Search, query: &Query) -> Vec<String> {
    let hits = search.find(query).unwrap();
    assert_eq!(hits.total, hits.items.len());
    hits.items.into_iter().map(|hit| hit.id).collect()
}

#[test]
fn words_are_found_in_their_other_forms() {
    let (_dir, search) = index_of(vec![
        entry(
            "e",
            "L’énergie citoyenne",
            "La coopération entre les territoires.",
        ),
        entry("f", "Les energies", "Un territoire en cooperation."),
        entry("g", "Community gardens", "Gardening with neighbours."),
    ]);
    for (text, found) in [
        ("énergie", vec!["e", "f"]),
        ("energies", vec!["e", "f"]),
        ("ENERGIES", vec!["e", "f"]),
        ("e\u{301}nergie", vec!["e", "f"]),
        ("l'énergie des territoires", vec!["e", "f"]),
        ("territoires", vec!["e", "f"]),
        ("cooperation", vec!["e", "f"]),
        ("coopérations", vec!["e", "f"]),
        ("garden", vec!["g"]),
        ("neighbour", vec!["g"]),
        ("énergie garden", vec![]),
        ("les", vec!["e", "f"]),
        ("énergie jachère", vec![]),
    ] {
        let mut all = ids(&search, &words(text));
        all.sort();
        assert_eq!(all, found, "{text}");
    }
}

#[test]
fn what_a_person_types_is_never_syntax() {
    let (_dir, search) = index_of(vec![entry("a", "Cars AND bikes", "name:x 2 + 2 (or) less")]);
    for text in [
        "cars -bikes",
        "name:cars",
        "cars AND",
        "(cars",
        "\"cars",
        "cars~",
        "\\cars/",
        "+cars*",
        "[cars TO bikes",
        "cars^9",
        "«cars",
        "{{cars}}",
    ] {
        let found = search.find(&words(text)).unwrap().total;
        // "TO" and "name" are words like others, and this text has both but no 9.
        let expected = usize::from(text != "cars^9");
        assert_eq!(found, expected, "{text}");
    }
    assert_eq!(
        search.find(&words(&"word ".repeat(10_000))).unwrap().total,
        0
    );
    assert_eq!(
        search.find(&words("?!… «»")).unwrap().total,
        1,
        "no words: everything"
    );
}

#[test]
fn quotes_ask_for_words_side_by_side() {
    let (_dir, search) = index_of(vec![
        entry("a", "Une", "Des énergies renouvelables et locales"),
        entry(
            "b",
            "Deux",
            "Locales, les forces renouvelables; et l'énergie",
        ),
    ]);
    assert_eq!(ids(&search, &words("«energie renouvelable»")), ["a"]);
    assert_eq!(
        ids(&search, &words("\"énergies renouvelables\" locale")),
        ["a"]
    );
    assert_eq!(
        search.find(&words("energie renouvelable")).unwrap().total,
        2
    );
}

#[test]
fn a_name_weighs_more_than_a_summary_and_that_more_than_a_text() {
    let with = |id: &str, field: fn(&mut Entry) -> &mut String| {
        let mut entry = Entry {
            summary: "Autre".into(),
            place: "Ailleurs".into(),
            people: "Quelqu’un".into(),
            ..entry(id, "Nom", "Texte")
        };
        *field(&mut entry) = "Roubaix".into();
        entry
    };
    let (_dir, search) = index_of(vec![
        with("body", |entry| &mut entry.body),
        with("place", |entry| &mut entry.place),
        with("summary", |entry| &mut entry.summary),
        with("people", |entry| &mut entry.people),
        with("name", |entry| &mut entry.name),
    ]);
    let found = ids(&search, &words("roubaix"));
    assert_eq!(found.len(), 5);
    assert_eq!((found[0].as_str(), found[4].as_str()), ("name", "body"));
}

#[test]
fn everyone_finds_only_what_they_may_see_and_counts_only_that() {
    let near = "https://loos.example/groups/cerdd";
    let far = "https://lille.example/groups/mres";
    let of = |id: &str, audience: &str, local: bool, network: &str| Entry {
        audience: audience.into(),
        local,
        network: network.into(),
        ..entry(id, "Jardin", "")
    };
    let (_dir, search) = index_of(vec![
        of("public", "public", false, far),
        of("told", "followers", false, far),
        of("told-others", "followers", false, "https://other.example/g"),
        of("theirs", "members", false, far),
        of("ours", "members", true, near),
        of("our-followers", "followers", true, near),
    ]);
    let member = |followed: &[&str]| Query {
        seen_by: SeenBy::Member {
            followed_networks: followed.iter().map(ToString::to_string).collect(),
        },
        ..words("jardins")
    };
    let sorted = |query: &Query| {
        let mut found = ids(&search, query);
        found.sort();
        found
    };
    assert_eq!(sorted(&words("jardin")), ["public"]);
    assert_eq!(sorted(&words("")), ["public"]);
    assert_eq!(sorted(&member(&[])), ["our-followers", "ours", "public"]);
    assert_eq!(
        sorted(&member(&[far])),
        ["our-followers", "ours", "public", "told"]
    );
}

#[test]
fn filters_narrow_and_pages_follow_each_other() {
    let (_dir, search) = index_of(
        (0..30_i64)
            .map(|n| Entry {
                published: n * 1000,
                kind: if n % 2 == 0 { "event" } else { "experience" }.into(),
                language: if n % 3 == 0 { "en" } else { "fr" }.into(),
                network: format!("https://n{}.example/g", n % 5),
                ..entry(&n.to_string(), "Fête", "des possibles")
            })
            .collect(),
    );
    let query = Query {
        kind: Some("event".into()),
        language: Some("en".into()),
        network: Some("https://n0.example/g".into()),
        ..words("fete")
    };
    assert_eq!(ids(&search, &query), ["0"]);
    for text in ["", "fêtes"] {
        let page = |limit, offset| {
            let query = Query {
                newest_first: true,
                limit,
                offset,
                ..words(text)
            };
            let hits = search.find(&query).unwrap();
            assert_eq!(hits.total, 30);
            hits.items.into_iter().map(|hit| hit.id).collect::<Vec<_>>()
        };
        assert_eq!(page(3, 0), ["29", "28", "27"]);
        assert_eq!(page(3, 28), ["1", "0"]);
        assert!(page(0, 0).is_empty() && page(3, usize::MAX).is_empty());
        assert_eq!(page(usize::MAX, 0).len(), 30);
    }
}

#[test]
fn a_hit_shows_where_the_words_are_and_nothing_dangerous() {
    let long = "Avant tout, des mots. ".repeat(30);
    let (_dir, search) = index_of(vec![entry(
        "a",
        "Titre",
        &format!("{long}Voici <script>alert('énergies')</script> & la suite. {long}"),
    )]);
    let hits = search.find(&words("energie")).unwrap();
    let html = &hits.items[0].snippet_html;
    assert!(html.contains("<mark>énergies</mark>"), "{html}");
    assert!(html.starts_with('…') && html.ends_with('…'), "{html}");
    assert!(
        !html
            .replace("<mark>", "")
            .replace("</mark>", "")
            .contains('<'),
        "{html}"
    );
    let hits = search.find(&words("titre")).unwrap();
    assert!(hits.items[0].snippet_html.starts_with("Avant tout"));
}

#[test]
fn an_entry_is_replaced_and_removed_and_the_cursor_stays() {
    let dir = tempfile::tempdir().unwrap();
    let search = Search::open(dir.path()).unwrap();
    assert_eq!((search.cursor(), search.epoch(), search.len()), (0, 0, 0));
    let twice = vec![
        entry("a", "Vieux", ""),
        entry("a", "Neuf", ""),
        entry("b", "Neuf", ""),
    ];
    search.replace(twice, Vec::new(), 5, 2).unwrap();
    assert_eq!(search.find(&words("vieux")).unwrap().total, 0);
    assert_eq!(search.find(&words("neuf")).unwrap().total, 2);

    let again = vec![entry("b", "Encore", "")];
    search
        .replace(again, vec!["a".into(), "unknown".into()], 7, 2)
        .unwrap();
    assert_eq!(ids(&search, &words("")), ["b"]);
    drop(search);

    let search = Search::open(dir.path()).unwrap();
    assert_eq!((search.cursor(), search.epoch(), search.len()), (7, 2, 1));
    search.replace(Vec::new(), Vec::new(), 9, 2).unwrap();
    assert_eq!(search.cursor(), 9);
    search.replace(Vec::new(), Vec::new(), 10, 3).unwrap();
    drop(search);
    let search = Search::open(dir.path()).unwrap();
    assert_eq!((search.cursor(), search.epoch()), (10, 3));

    let search = Search::anew(dir.path()).unwrap_or(search);
    assert_eq!((search.cursor(), search.epoch(), search.len()), (0, 0, 0));
}

#[test]
fn a_damaged_index_is_begun_anew() {
    type Damage = fn(&Path);
    let spoil_meta: Damage = |dir| std::fs::write(dir.join("meta.json"), "{not json").unwrap();
    let other_schema: Damage = |dir| {
        let path = dir.join("meta.json");
        let meta = std::fs::read_to_string(&path).unwrap();
        std::fs::write(path, meta.replace(words::NAME, "words-0")).unwrap();
    };
    let segments = |dir: &Path, spoil: fn(&Path)| {
        for file in std::fs::read_dir(dir).unwrap() {
            let path = file.unwrap().path();
            if path
                .extension()
                .is_some_and(|e| ["idx", "store", "term", "fast"].iter().any(|k| e == *k))
            {
                spoil(&path);
            }
        }
    };
    let cut: Damage = |path| {
        let bytes = std::fs::read(path).unwrap();
        std::fs::write(path, &bytes[..bytes.len() / 2]).unwrap();
    };
    let lose: Damage = |path| std::fs::remove_file(path).unwrap();
    for damage in 0..4 {
        let (dir, search) = index_of(vec![entry("a", "Fragile", "")]);
        drop(search);
        match damage {
            0 => spoil_meta(dir.path()),
            1 => other_schema(dir.path()),
            2 => segments(dir.path(), cut),
            _ => segments(dir.path(), lose),
        }
        let search = Search::open(dir.path()).unwrap();
        assert_eq!(
            (search.cursor(), search.epoch(), search.len()),
            (0, 0, 0),
            "{damage}"
        );
        search
            .replace(vec![entry("a", "Fragile", "")], Vec::new(), 1, 1)
            .unwrap();
        assert_eq!(ids(&search, &words("fragile")), ["a"]);
    }
}

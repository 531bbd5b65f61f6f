//! The component page: every piece of the kit with words in it, to look at in development.

use super::form::{self, Choice, Confirm, Field};
use super::kit::{self, CardProps, Producer, Step, Tone};
use super::layout::{Chrome, NavItem, page};
use super::locale::Locale;
use super::{icon, locale::day_and_month};
use crate::base::Issues;
use crate::base::clock::{DAY, HOUR, Millis};
use maud::{Markup, html};

const PARIS: &str = "Europe/Paris";
const SAMPLE_DAY: Millis = 1_796_479_200_000;

/// Every piece of the kit on one page, in the language of the one who looks.
#[must_use]
pub fn component_page(chrome: &Chrome) -> Markup {
    let locale = chrome.locale;
    let title = locale.t("design-title");
    let head = html! { (form::submit(&locale.t("preview-publish"))) };
    let section = |key: &str, body: Markup| kit::section(&locale.t(key), None, body);
    page(
        chrome,
        &title,
        html! {
            (kit::breadcrumb(locale, &[("/", &locale.t("nav-home"))], &title))
            (kit::page_head(&title, Some(&locale.t("design-lede")), head))
            (section("design-cards", cards(locale)))
            (section("design-reading", reading(locale)))
            (section("design-navigation", navigation(locale)))
            (section("design-notices", notices(locale)))
            (section("design-lists", lists(locale)))
            (section("design-forms", forms(locale, &chrome.csrf)))
            (section("design-buttons", buttons(locale)))
            (section("design-colours", colours()))
            (section("design-icons", icons()))
        },
    )
}

fn producers() -> [Producer; 3] {
    let of = |name: Option<&str>, network: &str, host: Option<&str>| Producer {
        name: name.map(str::to_owned),
        href: name.map(|_| "#member".to_owned()),
        network: network.to_owned(),
        network_href: Some("#network".to_owned()),
        host: host.map(str::to_owned),
    };
    [
        of(Some("Amina Diallo"), "Réseau des Collines", None),
        of(
            None,
            "Ville en Herbe",
            Some("atelier.ville-en-herbe.example"),
        ),
        of(
            Some("Jean-Baptiste Lefèvre"),
            "Deux Rives",
            Some("deux-rives.example"),
        ),
    ]
}

fn cards(locale: Locale) -> Markup {
    let [hills, town, banks] = producers();
    let (day, month) = day_and_month(SAMPLE_DAY, PARIS);
    let when = locale.range(SAMPLE_DAY, Some(SAMPLE_DAY + 3 * HOUR), PARIS);
    let verified = html! { (icon::verified()) (locale.t("verified-proof")) };
    let licence = html! { (icon::licence()) "CC BY-SA 4.0" };
    kit::cards(&[
        CardProps {
            href: "#experience".into(),
            kicker: Some((icon::experience(), locale.t("kind-experience"))),
            name: locale.t("design-sample-name"),
            producer: hills,
            summary: Some(locale.t("design-sample-summary")),
            meta: vec![
                html! { (icon::place()) "Loos-en-Gohelle" },
                html! { (locale.ago(SAMPLE_DAY - 3 * DAY, SAMPLE_DAY)) },
                licence.clone(),
            ],
            ..CardProps::default()
        },
        CardProps {
            href: "#event".into(),
            kicker: Some((icon::calendar(), locale.t("kind-event"))),
            name: locale.t("design-sample-event"),
            producer: town,
            day: Some((day.to_string(), locale.month_short(month).to_owned())),
            meta: vec![
                html! { (icon::clock()) (when) },
                html! { (icon::place()) "Romans-sur-Isère" },
            ],
            badge: Some(kit::badge(
                Tone::Warning,
                &locale.t("publication-cancelled"),
            )),
            ..CardProps::default()
        },
        CardProps {
            href: "#paper".into(),
            kicker: Some((icon::paper(), locale.t("kind-paper"))),
            name: locale.t("design-sample-paper"),
            producer: banks,
            summary: Some(locale.t("design-sample-paragraph")),
            meta: vec![verified, licence],
            ..CardProps::default()
        },
    ])
}

fn reading(locale: Locale) -> Markup {
    let paragraph = locale.t("design-sample-paragraph");
    let text = html! {
        p { (paragraph) }
        h2 { (locale.t("publication-levers")) }
        p { (locale.t("design-sample-summary")) " " a href="#source" { (locale.t("publication-source")) } }
        blockquote { p { (locale.t("design-sample-quote")) } }
        ul { li { (locale.t("publication-results")) } li { (locale.t("publication-lessons")) } }
        p { (paragraph) }
    };
    let [hills, ..] = producers();
    let main = html! {
        h1 { (locale.t("design-sample-name")) }
        (kit::prose(text, None))
    };
    let aside = html! {
        (kit::producer_line(&hills))
        (kit::facts(&[
            (locale.t("publication-published"), html! { (locale.date(SAMPLE_DAY)) }),
            (locale.t("publication-licence"), html! { (locale.t("licence-cc-by-sa-4")) }),
            (locale.t("verified-title"), html! {
                (kit::badge(Tone::Good, &locale.t("verified-proof")))
            }),
        ]))
        p.address { "https://collines.example/publications/0199d2" }
    };
    kit::with_aside(main, &locale.t("publication-facts"), aside)
}

fn navigation(locale: Locale) -> Markup {
    let items = |keys: [&str; 3]| -> Vec<NavItem> {
        let item = |(index, key): (usize, &&str)| NavItem {
            href: format!("#{key}"),
            label: locale.t(key),
            current: index == 0,
        };
        keys.iter().enumerate().map(item).collect()
    };
    let kinds = items([
        "kind-experience-plural",
        "kind-event-plural",
        "kind-paper-plural",
    ]);
    html! {
        (kit::tabs(&locale.t("bank-filter-kind"), &kinds))
        (kit::filters(&locale.t("bank-filter-kind"), &items(["common-all", "kind-event", "kind-paper"])))
        (kit::filters(&locale.t("bank-filter-when"), &items(["bank-upcoming", "bank-past", "common-all"])))
        (kit::steps(locale, &[
            (locale.t("setup-network"), Step::Done),
            (locale.t("setup-steward"), Step::Current),
            (locale.t("setup-next-follow"), Step::Next),
        ]))
        (kit::pagination(Some("#next"), &locale.t("bank-next")))
    }
}

fn notices(locale: Locale) -> Markup {
    let say = |tone: Tone, key: &str| kit::notice(tone, html! { p { (locale.t(key)) } });
    let badge = |tone: Tone, key: &str| kit::badge(tone, &locale.t(key));
    html! {
        (say(Tone::Good, "preview-published"))
        (say(Tone::Warning, "preview-recall"))
        (say(Tone::Bad, "verified-not-text"))
        (say(Tone::Accent, "publication-copy"))
        (say(Tone::Neutral, "publication-draft-notice"))
        p.actions {
            (badge(Tone::Neutral, "common-draft"))
            (badge(Tone::Good, "following-state-accepted"))
            (badge(Tone::Warning, "following-state-pending"))
            (badge(Tone::Bad, "following-state-rejected"))
            (badge(Tone::Accent, "common-new"))
        }
        (kit::empty_state(
            &locale.t("following-empty-title"),
            &locale.t("following-empty-text"),
            Some(("#follow", &locale.t("following-follow"))),
        ))
    }
}

fn lists(locale: Locale) -> Markup {
    let heads = [
        locale.t("deliveries-node"),
        locale.t("deliveries-software"),
        locale.t("deliveries-waiting"),
        locale.t("deliveries-last-success"),
        locale.t("deliveries-last-answer"),
    ];
    let ago = |days: i64| html! { (locale.ago(SAMPLE_DAY - days * DAY, SAMPLE_DAY)) };
    let rows = [
        vec![
            html! { "deux-rives.example" },
            html! { "atelier 0.1.0" },
            html! { (locale.number(0)) },
            ago(0),
            kit::badge(Tone::Good, &locale.t("deliveries-state-well")),
        ],
        vec![
            html! { "social.example" },
            html! { "mastodon 4.5.1" },
            html! { (locale.number(12_480)) },
            ago(3),
            kit::badge(Tone::Warning, &locale.t("deliveries-state-slow")),
        ],
    ];
    let backfill = locale.tn(
        "following-backfill",
        &[("done", 1_240.into()), ("total", 3_100.into())],
    );
    let counting = locale.tn("following-backfill-counting", &[("done", 20.into())]);
    html! {
        (kit::figures(&[
            (locale.t("kind-experience-plural"), locale.number(1_248)),
            (locale.t("kind-event-plural"), locale.number(86)),
            (locale.t("network-title"), locale.number(12)),
            (locale.t("members-title"), locale.number(7)),
        ]))
        (kit::facts(&[
            (locale.t("publication-when"),
                html! { (locale.range(SAMPLE_DAY, Some(SAMPLE_DAY + 2 * DAY), PARIS)) }),
            (locale.t("publication-where"), html! { "Halle du marché, Loos-en-Gohelle" }),
            (locale.tn("publication-original", &[("host", "deux-rives.example".into())]), html! {
                a href="#original" { "https://deux-rives.example/publications/0199d2" }
            }),
        ]))
        (kit::progress(1_240, 3_100, &backfill))
        p {}
        (kit::progress(20, 0, &counting))
        p {}
        (kit::table(&locale.t("deliveries-title"), &heads, &rows))
        (kit::definition(
            &locale.t("verified-proof"),
            html! {
                p {
                    (locale.tn("verified-proof-text",
                        &[("name", "Amina Diallo".into()), ("host", "collines.example".into())]))
                }
            },
        ))
    }
}

fn forms(locale: Locale, csrf: &str) -> Markup {
    let mut issues = Issues::default();
    issues.add("scope", "issue-scope-required");
    issues.add("email", "issue-email");
    let labels = [
        ("scope", locale.t("write-scope")),
        ("email", locale.t("sign-in-email")),
    ];
    let field = |name: &'static str, key: &str| Field::new(name, locale.t(key));
    let languages = [
        Choice::new("fr", locale.t("language-fr")),
        Choice::new("en", locale.t("language-en")),
    ];
    let audiences = ["public", "followers", "members"].map(|one| {
        Choice::new(one, locale.t(&format!("audience-{one}")))
            .hint(locale.t(&format!("audience-{one}-hint")))
    });
    let size = locale.bytes(15_000_000);
    html! {
        (form::error_summary(locale, &issues, &labels))
        form.form method="get" action="#form" novalidate {
            (form::csrf_field(csrf))
            (form::fieldset(&locale.t("write-part-core"), None, html! {
                (form::text_field(locale, &field("name", "write-name")
                    .hint(locale.t("write-name-hint")).required().length_max(200)))
                (form::text_area(locale, &field("summary", "write-summary")
                    .hint(locale.t("write-summary-hint")).rows(3).length_max(600)))
                (form::text_area(locale, &field("scope", "write-scope")
                    .hint(locale.t("write-scope-hint")).required().issues(locale, &issues)))
            }))
            (form::fieldset(&locale.t("write-part-practical"), None, html! {
                (form::row(&[
                    form::text_field(locale, &field("start", "write-start").kind("datetime-local")),
                    form::text_field(locale, &field("end", "write-end").kind("datetime-local")),
                ]))
                (form::text_field(locale, &field("email", "sign-in-email").kind("email")
                    .autocomplete("email").value("amina@").issues(locale, &issues)))
                (form::select(locale, &field("language", "write-language").value("fr"), &languages))
                (form::file(locale, &field("picture", "write-picture")
                    .hint(locale.tn("write-picture-hint", &[("size", size.into())])), "image/*"))
            }))
            (form::fieldset(&locale.t("write-part-sharing"), None, html! {
                (form::radios(locale, &field("audience", "write-audience").value("public"), &audiences))
                (form::checkbox(locale, &field("domain", "setup-domain-confirm"), true))
            }))
            (form::save_status(locale))
            (form::actions(html! {
                (form::submit(&locale.t("write-preview")))
                (form::submit_as("status", "draft", &locale.t("action-save-draft")))
            }))
        }
    }
}

fn buttons(locale: Locale) -> Markup {
    html! {
        p.actions {
            button.primary type="button" { (locale.t("preview-publish")) }
            button type="button" { (icon::pencil()) (locale.t("action-edit")) }
            button.danger type="button" { (icon::bin()) (locale.t("action-delete")) }
            button.quiet-button type="button" { (locale.t("action-cancel")) }
            a.button href="#top" { (locale.t("action-see-all")) (icon::next()) }
        }
        (form::confirm(&Confirm {
            action: "#withdraw",
            summary: locale.t("publication-withdraw"),
            text: locale.t("publication-withdraw-text"),
            button: locale.t("publication-withdraw-button"),
            dangerous: true,
            ..Confirm::default()
        }))
    }
}

fn colours() -> Markup {
    const COLOURS: [&str; 8] = [
        "paper",
        "sheet",
        "sunken",
        "ink",
        "accent",
        "accent-wash",
        "ochre",
        "ochre-wash",
    ];
    html! {
        div.swatches {
            @for name in COLOURS { span class={ "swatch swatch-" (name) } { (name) } }
        }
        p {}
        p.actions {
            @for name in ["Amina", "Bo Li", "Chloé", "Dov", "Élan", "Fatou", "Gaël", "Hugo Roy"] {
                (kit::avatar(name))
            }
        }
    }
}

fn icons() -> Markup {
    html! {
        div.icons {
            (icon::search()) (icon::menu()) (icon::good()) (icon::warning()) (icon::bad())
            (icon::info()) (icon::next()) (icon::outward()) (icon::place()) (icon::calendar())
            (icon::paper()) (icon::experience()) (icon::verified()) (icon::plus()) (icon::pencil())
            (icon::bin()) (icon::network()) (icon::people()) (icon::licence()) (icon::language())
            (icon::clock()) (icon::lock()) (icon::lost()) (icon::empty()) (icon::mark())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_piece_can_be_shown_in_every_language_and_keeps_to_the_policy() {
        for locale in Locale::ALL {
            let chrome = Chrome {
                locale,
                network: "Réseau des Collines".into(),
                ..Chrome::default()
            };
            let page = component_page(&chrome).into_string();
            assert!(
                !page.contains(" style="),
                "the policy forbids inline styles"
            );
            assert!(!page.contains(" onclick="), "and inline scripts");
            assert_eq!(page.matches("<main").count(), 1);
        }
    }
}

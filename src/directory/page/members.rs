//! The members of the node, and the invitations that bring new ones.

use super::{again, secret_box, steward_tabs, unkept};
use crate::base::listing::{Cursor, Page};
use crate::base::{Error, Issues, Node, Result};
use crate::directory::found;
use crate::directory::store::{self, Invitation};
use crate::directory::{Member, Role, Visit, uri};
use crate::web::form::{self, Choice, Confirm, Field};
use crate::web::kit::{self, Tone};
use crate::web::respond::see_other_saying;
use axum::extract::{Path, Query};
use axum::response::{IntoResponse as _, Response};
use axum::routing::{get, post};
use axum::{Form, Router};
use http::StatusCode;
use maud::{Markup, html};
use serde::Deserialize;

const MEMBERS_AT_ONCE: usize = 50;
const INVITATION_DAYS: i64 = 14;

pub(super) fn routes() -> Router<Node> {
    Router::new()
        .route("/members", get(show))
        .route("/members/invitations", post(invite))
        .route("/members/invitations/{hash}/revocation", post(revoke))
        .route("/members/{id}/role", post(change_role))
        .route("/members/{id}/removal", post(remove))
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Asked {
    cursor: String,
    role: String,
    note: String,
    csrf: String,
}

async fn show(visit: Visit, Query(asked): Query<Asked>) -> Result<Response> {
    visit.viewer.member()?;
    page(&visit, &asked, &Issues::default(), html! {}).await
}

async fn invite(visit: Visit, Form(asked): Form<Asked>) -> Result<Response> {
    let steward = visit.viewer.at_least(Role::Steward)?;
    visit.check_csrf(&asked.csrf)?;
    let Some(role) = Role::from_code(&asked.role) else {
        let mut issues = Issues::default();
        issues.add("role", "issue-choice");
        return Ok(again(page(&visit, &asked, &issues, html! {}).await?));
    };
    let token = found::invite(&visit.node, steward, role, &asked.note).await?;
    let link = uri::invitation(&visit.node, &token);
    let days = [("days", INVITATION_DAYS.into())];
    // Shown in this answer and nowhere else: only the token's hash is kept.
    let said = kit::notice(
        Tone::Good,
        html! {
            p { strong { (visit.t("invitation-link")) } }
            (secret_box(&visit, "invitation-link", &link))
            p { (visit.locale.tn("invitation-link-hint", &days)) }
        },
    );
    let page = page(&visit, &Asked::default(), &Issues::default(), said).await?;
    Ok(unkept((StatusCode::CREATED, page).into_response()))
}

async fn revoke(
    visit: Visit,
    Path(hash): Path<String>,
    Form(asked): Form<Asked>,
) -> Result<Response> {
    visit.viewer.at_least(Role::Steward)?;
    visit.check_csrf(&asked.csrf)?;
    found::revoke_invitation(&visit.node, &hash).await?;
    Ok(said(&visit, Tone::Good, "invitation-revoked"))
}

async fn change_role(
    visit: Visit,
    Path(id): Path<String>,
    Form(asked): Form<Asked>,
) -> Result<Response> {
    visit.viewer.at_least(Role::Steward)?;
    visit.check_csrf(&asked.csrf)?;
    let member = find(&visit, &id).await?;
    let role = Role::from_code(&asked.role)
        .ok_or_else(|| Error::BadRequest("a role is member, editor or steward".into()))?;
    let outcome = found::change_role(&visit.node, &member, role).await;
    last_steward(&visit, outcome, "members-role-saved")
}

async fn remove(
    visit: Visit,
    Path(id): Path<String>,
    Form(asked): Form<Asked>,
) -> Result<Response> {
    visit.viewer.at_least(Role::Steward)?;
    visit.check_csrf(&asked.csrf)?;
    let member = find(&visit, &id).await?;
    let outcome = found::remove_member(&visit.node, &member).await;
    last_steward(&visit, outcome, "members-removed-said")
}

async fn find(visit: &Visit, id: &str) -> Result<Member> {
    let member = store::find_member(&visit.node, id).await?;
    member
        .filter(|member| member.id == id)
        .ok_or(Error::NotFound)
}

/// The only conflict there can be: nobody would be left to look after the node.
fn last_steward(visit: &Visit, outcome: Result<()>, done: &str) -> Result<Response> {
    match outcome {
        Ok(()) => Ok(said(visit, Tone::Good, done)),
        Err(Error::Conflict(_)) => Ok(said(visit, Tone::Bad, "issue-last-steward")),
        Err(error) => Err(error),
    }
}

fn said(visit: &Visit, tone: Tone, key: &str) -> Response {
    see_other_saying("/members", tone, key, &visit.node.config)
}

async fn page(visit: &Visit, asked: &Asked, issues: &Issues, said: Markup) -> Result<Response> {
    let node = &visit.node;
    let steward = visit.viewer.at_least(Role::Steward).is_ok();
    let cursor = Cursor::decode(&asked.cursor).unwrap_or_else(Cursor::newest);
    let members = store::list_members(node, &cursor, MEMBERS_AT_ONCE).await?;
    let (count, _) = store::count_members(node).await?;
    let title = visit.t("members-title");
    let count = visit.locale.tn("members-count", &[("count", count.into())]);
    let lede = visit.t("members-lede");
    let invitations = if steward {
        store::list_invitations(node).await?
    } else {
        Vec::new()
    };
    let body = html! {
        (steward_tabs(visit))
        (kit::page_head(&title, Some(&lede), html! {
            @if steward { a.button.primary href="#invite" { (visit.t("invitation-new")) } }
        }))
        (said)
        p.count-line { (count) }
        (list(visit, &members, steward))
        @if steward { (inviting(visit, asked, issues, &invitations)) }
    };
    Ok(visit.page(&title, body))
}

fn list(visit: &Visit, members: &Page<Member>, steward: bool) -> Markup {
    let next = members
        .next
        .as_ref()
        .map(|next| format!("/members?cursor={}", next.encode()));
    html! {
        ul.rows role="list" {
            @for member in &members.items { li { (row(visit, member, steward)) } }
        }
        (kit::pagination(next.as_deref(), &visit.t("action-more")))
    }
}

fn row(visit: &Visit, member: &Member, steward: bool) -> Markup {
    let locale = visit.locale;
    let host = &visit.node.config.domain;
    let since = locale.date(member.created_at);
    let tone = match member.role {
        Role::Steward => Tone::Accent,
        Role::Editor => Tone::Warning,
        Role::Member => Tone::Neutral,
    };
    let path = uri::actor_path(true, "Person", "", &member.handle);
    let mut meta = vec![html! { (locale.tn("member-since", &[("date", since.into())])) }];
    if steward {
        meta.push(html! { (member.email) });
    }
    html! {
        div.row-head {
            (kit::avatar(&member.name))
            div.row-words {
                a.row-name href=(path) { (member.name) }
                span.quiet { (uri::address(&member.handle, host)) }
            }
            (kit::badge(tone, &visit.t(&format!("role-{}", member.role.code()))))
        }
        (kit::meta_line(&meta))
        @if steward { (row_tools(visit, member)) }
    }
}

fn row_tools(visit: &Visit, member: &Member) -> Markup {
    let csrf = visit.csrf();
    let field = format!("role-{}", member.id);
    let name = [("name", member.name.as_str().into())];
    html! {
        div.row-tools {
        details.confirm {
            summary { (visit.t("members-change-role")) }
            form method="post" action={ "/members/" (member.id) "/role" } {
                (form::csrf_field(&csrf))
                label.field-label for=(field) { (visit.t("members-role")) }
                div.row-tools {
                    select id=(field) name="role" {
                        @for choice in roles(visit) {
                            option value=(choice.value) selected[choice.value == member.role.code()] {
                                (choice.label)
                            }
                        }
                    }
                    button type="submit" { (visit.t("action-save")) }
                }
            }
        }
        (form::confirm(&Confirm {
            action: &format!("/members/{}/removal", member.id),
            csrf: &csrf,
            summary: visit.locale.tn("members-remove", &name),
            text: visit.t("members-remove-text"),
            button: visit.t("action-remove"),
            hidden: &[],
            dangerous: true,
        }))
        }
    }
}

fn roles(visit: &Visit) -> Vec<Choice> {
    [Role::Member, Role::Editor, Role::Steward]
        .map(|role| {
            let key = format!("role-{}", role.code());
            Choice::new(role.code(), visit.t(&key)).hint(visit.t(&format!("{key}-hint")))
        })
        .to_vec()
}

fn inviting(visit: &Visit, asked: &Asked, issues: &Issues, open: &[Invitation]) -> Markup {
    let locale = visit.locale;
    let days = [("days", INVITATION_DAYS.into())];
    let chosen = if asked.role.is_empty() {
        Role::Member.code()
    } else {
        &asked.role
    };
    let note = Field::new("note", visit.t("invitation-for"))
        .hint(visit.t("invitation-for-hint"))
        .value(&asked.note)
        .autocomplete("off")
        .length_max(120);
    let role = Field::new("role", visit.t("members-role"))
        .value(chosen)
        .required()
        .issues(locale, issues);
    html! {
        section.section #invite {
            div.section-head { h2 { (visit.t("invitation-new")) } }
            p { (locale.tn("invitation-new-hint", &days)) }
            form.form method="post" action="/members/invitations" {
                (form::csrf_field(&visit.csrf()))
                (form::text_field(locale, &note))
                (form::radios(locale, &role, &roles(visit)))
                (form::actions(form::submit(&visit.t("invitation-create"))))
            }
        }
        @if !open.is_empty() {
            (kit::section(&visit.t("invitation-title"), None, html! {
                ul.rows role="list" {
                    @for one in open { li { (waiting(visit, one)) } }
                }
            }))
        }
    }
}

fn waiting(visit: &Visit, one: &Invitation) -> Markup {
    let until = visit.locale.date(one.expires_at);
    let nobody = visit.t("invitation-unnamed");
    let name = if one.note.is_empty() {
        &nobody
    } else {
        &one.note
    };
    let action = format!("/members/invitations/{}/revocation", one.token_hash);
    html! {
        div.row-head {
            div.row-words {
                span.row-name { (name) }
                span.quiet {
                    (visit.locale.tn("invitation-open", &[("date", until.into())])) " · "
                    (visit.locale.tn("invitation-by", &[("name", one.by.as_str().into())]))
                }
            }
            (kit::badge(Tone::Neutral, &visit.t(&format!("role-{}", one.role.code()))))
            (form::button_form(&action, &visit.csrf(), &visit.t("invitation-revoke"), &[]))
        }
    }
}

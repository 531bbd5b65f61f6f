//! The doors of following: whom our network listens to, who listens to it, and who is heard here.

mod authorize;
mod followers;
mod following;
mod networks;
mod panel;

pub use panel::state_panel;

use super::{Progress, State};
use crate::base::Node;
use crate::directory::Visit;
use crate::web::kit::{self, Tone};
use axum::Router;
use maud::{Markup, html};

/// The doors of this folder.
pub fn routes() -> Router<Node> {
    Router::new()
        .merge(following::routes())
        .merge(followers::routes())
        .merge(networks::routes())
        .merge(authorize::routes())
}

fn state_badge(visit: &Visit, state: State) -> Markup {
    let tone = match state {
        State::Looking | State::Pending => Tone::Warning,
        State::Accepted => Tone::Good,
        State::Rejected | State::Failed => Tone::Bad,
    };
    let key = format!("following-state-{}", state.code());
    kit::badge(tone, &visit.t(&key))
}

/// How far the history of a followed network has come here, in words and as a bar.
fn history(visit: &Visit, progress: Progress) -> Markup {
    let locale = visit.locale;
    let done = [("count", progress.done.into())];
    let count = |n: i64| u64::try_from(n).unwrap_or_default();
    let total = progress.total.unwrap_or_default();
    let args = [("done", progress.done.into()), ("total", total.into())];
    html! {
        @if progress.failed {
            p.quiet { (locale.tn("following-backfill-failed", &done)) }
        } @else if !progress.running {
            p.quiet { (locale.tn("following-backfill-done", &done)) }
        } @else if total > 0 {
            (kit::progress(count(progress.done), count(total), &locale.tn("following-backfill", &args)))
        } @else {
            (kit::progress(0, 0, &locale.tn("following-backfill-counting", &args)))
        }
    }
}

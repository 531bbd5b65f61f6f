//! Reading the history of a followed network: its outbox back to the first item, page by page, in the
//! background, to be taken up again after a stop (D18). The same job catches up after an outage.

use super::actor::read_signed;
use super::document::{id_of, type_of};
use super::receive::{self, Arrived, Came, Why};
use super::store::{self, Reading};
use crate::base::clock::{DAY, SECOND};
use crate::base::queue::{self, About, Job};
use crate::base::{Error, Node, Result, Tx};
use crate::directory::{Actor, store as directory};
use crate::publication::store as publications;
use crate::trust::Budget;
use crate::trust::origin::may_speak_for;
use serde_json::Value;

/// The kind of the job that reads one page.
pub const BACKFILL: &str = "backfill";
const PAGES_MAX: i64 = 5_000;
const ITEMS_PER_PAGE_MAX: usize = 500;
const LOOK_AGAIN_AFTER: i64 = DAY;
const PATIENCE: i64 = 12;
/// A breath between two pages: a good neighbour does not drain a small server.
const BETWEEN_PAGES: i64 = SECOND / 10;

/// Starts reading an actor's history.
///
/// # Errors
/// When the database refuses.
pub async fn start(node: &Node, tx: &mut Tx, actor_id: &str) -> Result<()> {
    store::start_reading(tx, actor_id, node.now()).await?;
    queue::add(node, tx, BACKFILL, &queue::about(actor_id), node.now()).await
}

/// Looks again at histories that were last looked at a day ago.
///
/// # Errors
/// When the database refuses.
pub async fn look_again(node: &Node) -> Result<()> {
    for actor_id in store::list_stale_readings(node, node.now() - LOOK_AGAIN_AFTER).await? {
        let mut tx = node.db.write().await?;
        start(node, &mut tx, &actor_id).await?;
        tx.commit().await?;
    }
    Ok(())
}

/// Reads one page, and leaves a job for the next one.
///
/// # Errors
/// When the network does not answer; the job then runs again, from the same page.
pub async fn page(node: &Node, job: &Job) -> Result<()> {
    let about: About = job.payload()?;
    let Some(actor) = directory::find_actor(node, &about.id).await? else {
        return Ok(());
    };
    let Some(reading) = store::find_reading(node, &actor.id)
        .await?
        .filter(|reading| reading.running)
    else {
        return Ok(());
    };
    match read_page(node, job, &actor, reading).await {
        Err(error)
            if job.attempts >= PATIENCE
                || matches!(
                    error,
                    Error::NotFound | Error::Gone | Error::Unusable(_) | Error::Refused { .. }
                ) =>
        {
            store::reading_failed(node, &actor.id, &error.to_string()).await
        }
        other => other,
    }
}

async fn read_page(node: &Node, job: &Job, actor: &Actor, mut reading: Reading) -> Result<()> {
    let budget = Budget::page(node);
    let outbox = actor
        .outbox
        .clone()
        .ok_or_else(|| Error::refused("actor_without_outbox"))?;
    let address = reading.next_url.clone().unwrap_or(outbox);
    if !may_speak_for(&actor.uri, &address) {
        return Err(Error::refused("outbox_of_another_origin"));
    }
    let fetched = read_signed(node, &address, &budget).await?;
    if !may_speak_for(&actor.uri, fetched.url.as_str()) {
        return Err(Error::refused("outbox_of_another_origin"));
    }
    let total = fetched.value.get("totalItems").and_then(Value::as_i64);
    let collection = fetched.value;
    let first_page = collection.get("first").filter(|first| first.is_object());
    let holder = first_page.unwrap_or(&collection);
    let items = holder
        .get("orderedItems")
        .or_else(|| holder.get("items"))
        .and_then(Value::as_array);
    let mut known = false;
    for item in items.into_iter().flatten().take(ITEMS_PER_PAGE_MAX) {
        known |= take_item(node, actor, item, &budget).await?;
        reading.done += 1;
    }
    let next = match (items, collection.get("first")) {
        (None, Some(first)) => id_of(first),
        _ => holder.get("next").and_then(id_of),
    };
    reading.pages += 1;
    let caught_up = reading.full_once && known;
    reading.next_url = next
        .filter(|_| !caught_up && reading.pages < PAGES_MAX)
        .map(str::to_owned);
    let more = reading.next_url.is_some();
    if !more {
        reading.full_once = true;
        if caught_up {
            // The rest was read before.
            reading.done = total.unwrap_or(reading.done);
        }
    }
    let mut tx = node.db.write().await?;
    store::save_reading(
        &mut tx,
        &actor.id,
        &reading,
        total,
        if more { "running" } else { "done" },
        node.now(),
    )
    .await?;
    if more {
        queue::add(
            node,
            &mut tx,
            BACKFILL,
            &queue::about(&actor.id),
            node.now() + BETWEEN_PAGES,
        )
        .await?;
    }
    queue::finish_in(&mut tx, job).await?;
    tx.commit().await
}

/// Takes one item of an outbox. Gives whether it was known already. What one item does wrong does not
/// stop the reading of the others; that the budget is spent does.
async fn take_item(node: &Node, actor: &Actor, item: &Value, budget: &Budget) -> Result<bool> {
    let Some((object, around)) = unwrap_item(item) else {
        return Ok(false);
    };
    let Some(id) = id_of(object) else {
        return Ok(false);
    };
    if let Some(held) = publications::find_by_uri(node, id).await? {
        let claimed = super::document::read(object)
            .ok()
            .flatten()
            .and_then(|o| o.updated.or(o.published));
        if held.local || held.withdrawn || claimed.is_none_or(|at| at <= held.version()) {
            return Ok(true);
        }
    }
    let taken = if object.is_object() {
        let raw = around.unwrap_or(object).to_string();
        let arrived = Arrived {
            object,
            raw: &raw,
            by: Some(actor),
            came: Came::Listed,
            around,
            why: Why::Vouched,
        };
        receive::take(node, arrived, budget).await
    } else {
        receive::read_and_take(node, id, Why::Vouched, budget).await
    };
    match taken {
        Ok(_) => Ok(false),
        Err(error @ (Error::Unavailable { .. } | Error::Internal(_))) => Err(error),
        Err(error) if budget.fetches_left() == 0 => Err(error),
        Err(error) => {
            tracing::info!(item = id, %error, "an item of an outbox was passed over");
            Ok(false)
        }
    }
}

/// The object of an item: of a Create, of an Announce of one, of an Announce, or the item itself; and
/// the activity of its author around it.
fn unwrap_item(item: &Value) -> Option<(&Value, Option<&Value>)> {
    match type_of(item) {
        Some("Create" | "Update") => Some((item.get("object")?, Some(item))),
        Some("Announce") => {
            let inner = item.get("object")?;
            match type_of(inner) {
                Some("Create" | "Update") => Some((inner.get("object")?, Some(inner))),
                _ => Some((inner, None)),
            }
        }
        _ => None,
    }
}

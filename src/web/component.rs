//! The component page: every piece of the kit with words in it, to look at in development.

use super::kit;
use super::layout::{Chrome, page};
use maud::{Markup, html};

/// Every piece of the kit on one page.
#[must_use]
pub fn component_page(chrome: &Chrome) -> Markup {
    let title = chrome.locale.t("design-title");
    page(
        chrome,
        &title,
        html! { (kit::page_head(&title, None, html! {})) },
    )
}

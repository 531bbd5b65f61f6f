//! The HTML kit every page is made of; no word of the Charter, no table.

pub mod api;
pub mod component;
pub mod form;
pub mod icon;
pub mod kit;
pub mod layout;
pub mod locale;
pub mod panel;
pub mod respond;
pub mod session;

pub use layout::{Chrome, NavItem, SignedIn, page};
pub use locale::{Arg, Locale};
pub use panel::Panel;
pub use respond::see_other;

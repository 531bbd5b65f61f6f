//! Rows of what we said and owe, what we heard, and how far histories were read.

mod heard;
mod reading;
mod said;

pub use heard::*;
pub use reading::*;
pub use said::*;

/// How many rows one statement writes at most: both engines limit its values.
const ROWS_AT_ONCE: usize = 400;

//! A publication as the document that leaves, and back. Written strictly, read tolerantly; what is
//! written is a pure function of a revision (D19).

pub mod limits;
mod read;
#[cfg(test)]
mod shapes;
mod write;

pub use read::{Incoming, id_of, ids_of, page_of, read, read_said_by, type_of};
pub use write::{Parties, object, served, signed, tombstone};

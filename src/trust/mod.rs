//! Whom to believe, and how to ask: origins, signatures, proofs, keys, and every request that leaves.

pub mod address;
mod answer;
pub mod budget;
pub mod closed;
pub mod fetch;
pub mod json;
pub mod key;
mod knock;
mod make;
pub mod origin;
pub mod policy;
pub mod proof;
mod seal;
pub mod signature;
pub mod socket;
mod store;
#[cfg(test)]
pub(crate) mod vectors;

pub use budget::Budget;
pub use fetch::{Answer, Fetched};
pub use key::{ProofKey, PublicKey, Signer};
pub use origin::Origin;
pub use policy::NetPolicy;
pub use socket::SocketOutside;

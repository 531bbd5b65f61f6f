//! The one integration binary: stories, the wire, storage, and the rules of the house.

mod rig;

mod addresses;
mod api;
mod audience;
mod cli;
mod crowd;
mod doors;
mod federating;
mod permutations;
mod publishing;
mod sockets;
mod strangers;
mod tidy;
mod wire;

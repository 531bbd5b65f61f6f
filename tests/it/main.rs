//! The one integration binary: stories, the wire, storage, and the rules of the house.

mod rig;

mod addresses;
mod api;
mod asking;
mod audience;
mod cli;
mod crowd;
mod doors;
mod evidence;
mod federating;
mod fuzz;
mod hostile;
mod orders;
mod permutations;
mod pretenders;
mod publishing;
mod renewing;
mod sockets;
mod strangers;
mod tidy;
mod waiting;
mod wire;

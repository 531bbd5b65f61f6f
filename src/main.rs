//! The program `atelier`.
fn main() {}

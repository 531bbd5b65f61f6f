//! libFuzzer over the body of the same name.
#![no_main]
#[path = "../bodies.rs"]
mod fuzz;
libfuzzer_sys::fuzz_target!(|data: &[u8]| fuzz::body::signature::body(data));

//! The program `atelier`.

use std::os::unix::process::CommandExt as _;
use std::process::{Command, ExitCode};

/// What the system's allocator takes from the environment only, before anything runs: blocks from a
/// quarter of a mebibyte on go back to the system when they are freed, and threads share two arenas. A
/// node that indexed and drew pictures all day is then as small at rest as one that just started.
const ALLOCATOR: [(&str, &str); 2] = [
    ("MALLOC_MMAP_THRESHOLD_", "262144"),
    ("MALLOC_ARENA_MAX", "2"),
];

fn main() -> ExitCode {
    if cfg!(target_env = "gnu")
        && std::env::var_os(ALLOCATOR[0].0).is_none()
        && let Ok(program) = std::env::current_exe()
    {
        // The same process begins again with them set; where that fails, it goes on as it is.
        let _ = Command::new(program)
            .args(std::env::args_os().skip(1))
            .envs(ALLOCATOR)
            .exec();
    }
    atelier::cli::run()
}

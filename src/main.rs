//! The program `atelier`.

/// Gives freed memory back sooner than the system's own: a node at rest stays small.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> std::process::ExitCode {
    atelier::cli::run()
}

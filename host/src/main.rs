//! The `talaria` program: everything is in the library, see `cli`.

use std::process::ExitCode;

/// The default allocator of musl, which static builds get, is several times slower under threads.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    talaria::cli::run(std::env::args_os())
}

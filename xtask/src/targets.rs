//! Compilation targets beyond the machine's own: found in the toolchain, else added with rustup.

use std::path::Path;

use crate::process::{self, Result, program};

/// The target of plugins.
pub(crate) const WASM: &str = "wasm32-wasip2";

/// The target of the static server.
pub(crate) const MUSL: &str = "x86_64-unknown-linux-musl";

/// Makes the target available. Asks the compiler first, so that a toolchain without rustup serves as well.
pub(crate) fn ensure(target: &str) -> Result {
    if installed(target)? {
        return Ok(());
    }
    if !process::succeeds(program("rustup").arg("--version")) {
        return Err(format!(
            "the target {target} is not installed and rustup is not on PATH: install rustup, \
             or add {target} to this Rust toolchain by the means it came from"
        )
        .into());
    }
    process::run(program("rustup").args(["target", "add", target]))
}

fn installed(target: &str) -> Result<bool> {
    let printed = process::output(program("rustc").args(["--print", "target-libdir", "--target", target]))?;
    let folder = String::from_utf8_lossy(&printed);
    Ok(Path::new(folder.trim()).is_dir())
}

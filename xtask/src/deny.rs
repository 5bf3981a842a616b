//! `cargo xtask deny`: `deny.toml` against the dependency tree, with cargo-deny.

use std::{env, path::PathBuf};

use crate::{
    args,
    process::{self, Result, cargo, program},
    tree,
};

/// Installed when there is none on PATH. Fixed, so that a new release does not turn an old commit red.
const VERSION: &str = "0.20.2";

pub(crate) fn run(args: &[String]) -> Result {
    args::none(args)?;
    let deny = find_or_install()?;
    process::run(program(&deny).args(["check", "--hide-inclusion-graph", "bans", "licenses", "sources"]))?;
    if process::succeeds(program(&deny).args(["fetch", "db"])) {
        process::run(program(&deny).args(["check", "--disable-fetch", "advisories"]))
    } else {
        eprintln!("SKIPPED: advisories, their database cannot be reached");
        Ok(())
    }
}

fn find_or_install() -> Result<PathBuf> {
    let on_path = PathBuf::from("cargo-deny");
    if process::succeeds(program(&on_path).arg("--version")) {
        return Ok(on_path);
    }
    let folder = tree::tools();
    let installed = folder.join(format!("bin/cargo-deny{}", env::consts::EXE_SUFFIX));
    if !installed.exists() {
        // Unoptimised: it runs for a second, but would compile for many minutes.
        let mut install = cargo(["install", "cargo-deny", "--version", VERSION, "--locked"]);
        install.args(["--debug", "--root"]).arg(&folder);
        process::run(install.env("CARGO_PROFILE_DEV_DEBUG", "0"))?;
    }
    Ok(installed)
}

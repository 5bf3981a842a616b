//! `talaria plugin test`: builds the component and runs the crate's tests, which find it by a variable.

use std::{ffi::OsString, path::PathBuf};

use anyhow::Result;

use super::{build, cargo::Crate};

/// Read by the test kit.
const VARIABLE: &str = "TALARIA_COMPONENT";

#[derive(clap::Args, Debug)]
pub(in crate::cli) struct Args {
    /// Cargo.toml of the plugin [default: the nearest one upward]
    #[arg(long, value_name = "FILE")]
    manifest_path: Option<PathBuf>,
    /// Arguments for `cargo test`
    #[arg(last = true)]
    cargo: Vec<OsString>,
}

pub(super) fn run(args: &Args) -> Result<()> {
    let plugin = Crate::find(args.manifest_path.as_deref())?;
    let component = build::component(&plugin, None, None)?;
    plugin.test(&args.cargo, (VARIABLE, component.as_os_str()))
}

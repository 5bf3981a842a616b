//! Where the component comes from.

use std::{
    env, fs,
    path::{Path, PathBuf},
    sync::OnceLock,
};

use anyhow::{Context as _, Result, anyhow};

/// Set by `talaria plugin test`, which has built it.
const VARIABLE: &str = "TALARIA_COMPONENT";

#[derive(Debug)]
pub(crate) enum Source {
    File(PathBuf),
    /// Of the folder with its Cargo.toml.
    Crate(PathBuf),
    Bytes(Vec<u8>),
}

impl Source {
    pub(crate) fn read(self) -> Result<Vec<u8>> {
        let file = match self {
            Self::Bytes(bytes) => return Ok(bytes),
            Self::File(file) => file,
            Self::Crate(folder) => match env::var_os(VARIABLE) {
                Some(file) => file.into(),
                None => build(&folder)?,
            },
        };
        fs::read(&file).with_context(|| format!("cannot read {}", file.display()))
    }
}

/// Once for all tests of a process: they are of one crate, and each would wait for cargo.
fn build(folder: &Path) -> Result<PathBuf> {
    static BUILT: OnceLock<Result<PathBuf, String>> = OnceLock::new();
    let build = || {
        let manifest = folder.join("Cargo.toml");
        talaria::cli::build_component(&manifest).map_err(|error| format!("{error:#}"))
    };
    BUILT.get_or_init(build).clone().map_err(|error| anyhow!("the component is not built: {error}"))
}

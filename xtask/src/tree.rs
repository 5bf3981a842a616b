//! Where things are in the workspace.

use std::{
    env,
    path::{Path, PathBuf},
};

/// The root of the workspace, known since this crate was compiled.
pub(crate) fn root() -> &'static Path {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().expect("xtask is a folder of the workspace")
}

/// Where cargo builds.
pub(crate) fn target() -> PathBuf {
    match env::var_os("CARGO_TARGET_DIR") {
        Some(elsewhere) => root().join(elsewhere),
        None => root().join("target"),
    }
}

/// Built components. Tests read them here, wherever cargo builds.
pub(crate) fn components() -> PathBuf {
    root().join("target/plugins")
}

/// The server of a cargo profile's folder, `debug` or `release`.
pub(crate) fn server(profile: &str) -> PathBuf {
    binary(profile, "talaria")
}

/// A program of ours in a cargo profile's folder.
pub(crate) fn binary(profile: &str, name: &str) -> PathBuf {
    target().join(profile).join(format!("{name}{}", env::consts::EXE_SUFFIX))
}

/// Tools that the commands install for themselves.
pub(crate) fn tools() -> PathBuf {
    root().join("target/tools")
}

//! `talaria plugin build`: compiles the crate and writes who it is at the component's root.

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result};

use super::{
    cargo::Crate,
    identity::{self, Identity},
    show,
};
use crate::dispatch::wasm::{Hook, Manifest};

#[derive(clap::Args, Debug)]
pub(in crate::cli) struct Args {
    /// Cargo.toml of the plugin [default: the nearest one upward]
    #[arg(long, value_name = "FILE")]
    manifest_path: Option<PathBuf>,
    /// Where to write the component [default: plugins/NAME.wasm in cargo's target directory]
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// Cargo profile [default: `plugin` when the workspace defines it, else `release`]
    #[arg(long, value_name = "NAME")]
    profile: Option<String>,
}

pub(super) fn run(args: &Args) -> Result<()> {
    let plugin = Crate::find(args.manifest_path.as_deref())?;
    component(&plugin, args.profile.as_deref(), args.out.as_deref()).map(drop)
}

/// Builds the component of a crate and says what it is. Answers where it lies.
pub(super) fn component(plugin: &Crate, profile: Option<&str>, out: Option<&Path>) -> Result<PathBuf> {
    let compiled = plugin.compile(profile)?;
    let bytes = fs::read(&compiled).with_context(|| format!("cannot read {}", compiled.display()))?;
    let package = plugin.package.clone();
    let out = out
        .map(Path::to_owned)
        .unwrap_or_else(|| plugin.target_directory.join(format!("plugins/{}.wasm", package.name)));
    let identity = Identity {
        name: package.name,
        version: package.version,
        description: package.description,
        license: package.license,
        authors: package.authors,
        repository: package.repository,
    };
    finish(&bytes, &identity, &out)?;
    Ok(out)
}

/// Writes a component with who it is, if it is a plugin, and says what it is.
pub(super) fn finish(component: &[u8], identity: &Identity, out: &Path) -> Result<()> {
    let component = identity.write_into(component)?;
    let manifest = Manifest::read(&component, u64::MAX)?;
    let hooks: Vec<_> = manifest.hooks.iter().copied().map(Hook::name).collect();
    let capabilities: Vec<_> = manifest.capabilities.iter().map(|capability| capability.name()).collect();

    identity::save(out, &component)?;
    println!("{}: {}", out.display(), show::size(component.len()));
    println!("hooks: {}", show::list(&hooks));
    println!("capabilities: {}", show::list(&capabilities));
    Ok(())
}

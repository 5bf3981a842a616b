//! `talaria plugin inspect`: what a component says about itself. Its type is its manifest, so nothing has to run.

use std::{fs, path::PathBuf};

use anyhow::{Context, Result};

use super::show;
use crate::dispatch::wasm::{Hook, Manifest};

#[derive(clap::Args, Debug)]
pub(in crate::cli) struct Args {
    /// A component
    file: PathBuf,
}

pub(super) fn run(args: &Args) -> Result<()> {
    let file = &args.file;
    let bytes = fs::read(file).with_context(|| format!("cannot read {}", file.display()))?;
    let manifest = Manifest::read(&bytes, u64::MAX).with_context(|| file.display().to_string())?;
    let hooks: Vec<_> = manifest.hooks.iter().copied().map(Hook::name).collect();
    let capabilities: Vec<_> = manifest.capabilities.iter().map(|capability| capability.name()).collect();

    println!("{} {}", show::plain(&manifest.name), show::plain(&manifest.version));
    let described = [
        ("description", manifest.description),
        ("license", manifest.license),
        ("authors", manifest.authors),
        ("hooks", Some(show::list(&hooks))),
        ("capabilities", Some(show::list(&capabilities))),
        ("signed by", manifest.signer),
        ("size", Some(show::size(bytes.len()))),
    ];
    for (label, value) in described {
        if let Some(value) = value {
            println!("  {label:<13} {}", show::plain(&value));
        }
    }
    Ok(())
}

//! `talaria plugin inspect`: what a component says about itself. Its type is its manifest, so nothing has to run.

use std::{fs, path::PathBuf};

use anyhow::{Context, Result};
use wasm_metadata::Payload;

use super::show;
use crate::dispatch::wasm;

#[derive(clap::Args, Debug)]
pub(in crate::cli) struct Args {
    /// A component
    file: PathBuf,
}

pub(super) fn run(args: &Args) -> Result<()> {
    let file = &args.file;
    let bytes = fs::read(file).with_context(|| format!("cannot read {}", file.display()))?;
    let manifest = wasm::inspect(&bytes).with_context(|| file.display().to_string())?;
    let payload = Payload::from_binary(&bytes)?;
    let metadata = payload.metadata();

    println!("{} {}", manifest.name, manifest.version);
    let described = [
        ("description", metadata.description.as_ref().map(ToString::to_string)),
        ("license", metadata.licenses.as_ref().map(ToString::to_string)),
        ("authors", metadata.authors.as_ref().map(ToString::to_string)),
        ("source", metadata.source.as_ref().map(ToString::to_string)),
        ("hooks", Some(show::list(&manifest.hooks))),
        ("capabilities", Some(show::list(&manifest.capabilities))),
        ("size", Some(show::size(bytes.len()))),
    ];
    for (label, value) in described {
        if let Some(value) = value {
            println!("  {label:<13} {value}");
        }
    }
    Ok(())
}

//! `cargo xtask gen`: files that the code writes about itself, and the SDK's copy of the contract.

use std::{fs, path::Path};

use crate::{
    args,
    process::{self, Result, cargo, program},
    tree,
};

/// A file of the repository and the arguments with which the server prints it.
struct Generated {
    file: &'static str,
    printed_by: &'static [&'static str],
}

const GENERATED: &[Generated] = &[Generated { file: "docs/config.example.toml", printed_by: &["config", "example"] }];

pub(crate) fn run(args: &[String]) -> Result {
    let only_check = args::only_flag(args, "--check")?;
    if !only_check {
        copy_contract()?;
    }
    process::run(&mut cargo(["build", "-p", "talaria"]))?;
    if only_check { check() } else { write() }
}

/// The SDK carries the contract of plugins with it, and code made from it; a test of the SDK compares both. The copy
/// comes first, as the test is built from it.
fn copy_contract() -> Result {
    let (contract, copies) = (tree::root().join("proto/plugin"), tree::root().join("plugin-sdk/wit"));
    let copy = || -> std::io::Result<()> {
        for file in fs::read_dir(&contract)? {
            let file = file?;
            fs::copy(file.path(), copies.join(file.file_name()))?;
        }
        Ok(())
    };
    copy().map_err(|cause| format!("cannot copy {} to {}: {cause}", contract.display(), copies.display()))?;
    process::run(cargo(["test", "-p", "talaria-sdk", "--test", "generated"]).env("UPDATE", "1"))
}

/// Fails when a file differs from what the built server prints.
pub(crate) fn check() -> Result {
    let mut stale = Vec::new();
    for generated in GENERATED {
        if fs::read(path(generated)).ok() != Some(fresh(generated)?) {
            stale.push(generated.file);
        }
    }
    if stale.is_empty() {
        return Ok(());
    }
    let stale = stale.join(", ");
    Err(format!("stale: {stale}; run `cargo xtask gen` and commit the result").into())
}

fn write() -> Result {
    for generated in GENERATED {
        let text = fresh(generated)?;
        fs::write(path(generated), text).map_err(|cause| format!("cannot write {}: {cause}", generated.file))?;
        eprintln!("wrote {}", generated.file);
    }
    Ok(())
}

fn fresh(generated: &Generated) -> Result<Vec<u8>> {
    process::output(program(tree::server("debug")).args(generated.printed_by))
}

fn path(generated: &Generated) -> impl AsRef<Path> {
    tree::root().join(generated.file)
}

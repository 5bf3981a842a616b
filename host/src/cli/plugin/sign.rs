//! `talaria plugin keygen` and `talaria plugin sign`: who vouches for a component.

use std::{
    fs,
    io::Write as _,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result};

use crate::dispatch::wasm::{Manifest, SigningKey};

#[derive(clap::Args, Debug)]
pub(in crate::cli) struct Keygen {
    /// File for the secret key, which must not exist
    #[arg(long, value_name = "FILE", default_value = "talaria.key")]
    out: PathBuf,
}

#[derive(clap::Args, Debug)]
pub(in crate::cli) struct Sign {
    /// A component; a signature that it has is replaced
    file: PathBuf,
    /// File with the secret key
    #[arg(long, value_name = "FILE")]
    key: PathBuf,
    /// File for the signed component [default: the same]
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

pub(super) fn keygen(args: &Keygen) -> Result<()> {
    let key = SigningKey::generate()?;
    let file = &args.out;
    write_secret(file, &key.secret()).with_context(|| format!("cannot write {}", file.display()))?;
    println!("{}", key.public());
    eprintln!("The secret key is in {}; keep it to yourself. Servers trust it by", file.display());
    eprintln!("  [plugins.trusted_keys]\n  release = \"{}\"", key.public());
    Ok(())
}

pub(super) fn sign(args: &Sign) -> Result<()> {
    let (file, key) = (&args.file, &args.key);
    let text = fs::read_to_string(key).with_context(|| format!("cannot read {}", key.display()))?;
    let key = SigningKey::parse(&text).with_context(|| key.display().to_string())?;
    let component = fs::read(file).with_context(|| format!("cannot read {}", file.display()))?;
    let signed = key.sign(&component);
    // What is signed is a plugin, and not just any file.
    let manifest = Manifest::read(&signed, u64::MAX).with_context(|| file.display().to_string())?;
    let out = args.out.as_ref().unwrap_or(file);
    let staged = out.with_extension("wasm.new");
    fs::write(&staged, &signed)
        .and_then(|()| fs::rename(&staged, out))
        .with_context(|| format!("cannot write {}", out.display()))?;
    println!("signed {} {} with {}", manifest.name, manifest.version, key.public());
    Ok(())
}

fn write_secret(file: &Path, secret: &str) -> std::io::Result<()> {
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    writeln!(options.open(file)?, "{secret}")
}

//! `talaria plugin build`: compiles the crate and writes who it is at the component's root. The toolchain alone leaves
//! name and version on an inner module, where the server does not look.

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result, ensure};
use wasm_metadata::{AddMetadata, AddMetadataField, Authors, Description, Licenses, Payload, Source, Version};

use super::{
    cargo::{Crate, Package},
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
    let component = with_metadata(&bytes, &plugin.package)?;
    let manifest = Manifest::read(&component, u64::MAX)?;
    let hooks: Vec<_> = manifest.hooks.iter().copied().map(Hook::name).collect();
    let capabilities: Vec<_> = manifest.capabilities.iter().map(|capability| capability.name()).collect();

    let name = &plugin.package.name;
    let out = out.map(Path::to_owned).unwrap_or_else(|| plugin.target_directory.join(format!("plugins/{name}.wasm")));
    write(&out, &component)?;
    println!("{}: {}", out.display(), show::size(component.len()));
    println!("hooks: {}", show::list(&hooks));
    println!("capabilities: {}", show::list(&capabilities));
    Ok(out)
}

/// The component with the crate's name, version, description, license and authors at its root.
fn with_metadata(component: &[u8], package: &Package) -> Result<Vec<u8>> {
    let payload = Payload::from_binary(component).context("cargo built something that is not WebAssembly")?;
    ensure!(matches!(payload, Payload::Component { .. }), "cargo built a core module where a component is needed");
    let mut metadata = AddMetadata::default();
    metadata.name = AddMetadataField::Set(package.name.clone());
    metadata.version = AddMetadataField::Set(Version::new(package.version.clone()));
    if let Some(description) = &package.description {
        metadata.description = AddMetadataField::Set(Description::new(description.clone()));
    }
    if let Some(license) = &package.license {
        let licenses = Licenses::new(license).with_context(|| format!("`{license}` is no SPDX license expression"))?;
        metadata.licenses = AddMetadataField::Set(licenses);
    }
    if !package.authors.is_empty() {
        metadata.authors = AddMetadataField::Set(Authors::new(package.authors.join(", ")));
    }
    if let Some(source) = package.repository.as_deref().and_then(|url| Source::new(url).ok()) {
        metadata.source = AddMetadataField::Set(source);
    }
    metadata.to_wasm(component).context("cannot add the metadata")
}

/// By way of a temporary name, because a server may be watching the folder.
fn write(path: &Path, bytes: &[u8]) -> Result<()> {
    let cannot = || format!("cannot write {}", path.display());
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).with_context(cannot)?;
    }
    let partial = path.with_extension("wasm.partial");
    fs::write(&partial, bytes).with_context(cannot)?;
    fs::rename(&partial, path).with_context(cannot)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The smallest component: a header and nothing in it.
    const COMPONENT: &[u8] = b"\0asm\x0d\0\x01\0";
    const MODULE: &[u8] = b"\0asm\x01\0\0\0";

    fn package() -> Package {
        serde_json::from_str(
            r#"{"id": "x", "name": "greeter", "version": "1.2.3", "description": "Greets.", "license": "MIT OR Apache-2.0",
                "authors": ["A", "B"], "repository": null, "manifest_path": "", "targets": []}"#,
        )
        .unwrap()
    }

    #[test]
    fn metadata_lands_at_the_root() {
        let component = with_metadata(COMPONENT, &package()).unwrap();
        let payload = Payload::from_binary(&component).unwrap();
        let metadata = payload.metadata();
        assert_eq!(metadata.name.as_deref(), Some("greeter"));
        assert_eq!(metadata.version.as_ref().map(ToString::to_string).as_deref(), Some("1.2.3"));
        assert_eq!(metadata.description.as_ref().map(ToString::to_string).as_deref(), Some("Greets."));
        assert_eq!(metadata.licenses.as_ref().map(ToString::to_string).as_deref(), Some("MIT OR Apache-2.0"));
        assert_eq!(metadata.authors.as_ref().map(ToString::to_string).as_deref(), Some("A, B"));
    }

    #[test]
    fn only_components_are_accepted() {
        assert!(with_metadata(MODULE, &package()).unwrap_err().to_string().contains("core module"));
        assert!(with_metadata(b"hello", &package()).is_err());
    }
}

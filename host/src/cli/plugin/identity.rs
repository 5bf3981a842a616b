//! Who a plugin is, written at its component's root as standard metadata. Toolchains leave name and version on an inner
//! module, or nowhere; the server looks at the root.

use std::{fs, path::Path};

use anyhow::{Context, Result, ensure};
use wasm_metadata::{AddMetadata, AddMetadataField, Authors, Description, Licenses, Payload, Source, Version};

/// What a component says of itself.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub(super) struct Identity {
    pub(super) name: String,
    pub(super) version: String,
    pub(super) description: Option<String>,
    pub(super) license: Option<String>,
    pub(super) authors: Vec<String>,
    pub(super) repository: Option<String>,
}

impl Identity {
    /// The component with this at its root, in place of what was there.
    pub(super) fn write_into(&self, component: &[u8]) -> Result<Vec<u8>> {
        let payload = Payload::from_binary(component).context("this is not WebAssembly")?;
        ensure!(matches!(payload, Payload::Component { .. }), "this is a core module where a component is needed");
        let mut metadata = AddMetadata::default();
        metadata.name = AddMetadataField::Set(self.name.clone());
        metadata.version = AddMetadataField::Set(Version::new(self.version.clone()));
        if let Some(description) = &self.description {
            metadata.description = AddMetadataField::Set(Description::new(description.clone()));
        }
        if let Some(license) = &self.license {
            let licenses =
                Licenses::new(license).with_context(|| format!("`{license}` is no SPDX license expression"))?;
            metadata.licenses = AddMetadataField::Set(licenses);
        }
        if !self.authors.is_empty() {
            metadata.authors = AddMetadataField::Set(Authors::new(self.authors.join(", ")));
        }
        if let Some(source) = self.repository.as_deref().and_then(|url| Source::new(url).ok()) {
            metadata.source = AddMetadataField::Set(source);
        }
        let nameless = forget(component).context("cannot take off the metadata that it has")?;
        metadata.to_wasm(&nameless).context("cannot add the metadata")
    }
}

/// The component without what it says of itself; what is set beside it would be added to it.
fn forget(component: &[u8]) -> Result<Vec<u8>> {
    let mut metadata = AddMetadata::default();
    metadata.version = AddMetadataField::Clear;
    metadata.description = AddMetadataField::Clear;
    metadata.licenses = AddMetadataField::Clear;
    metadata.authors = AddMetadataField::Clear;
    metadata.source = AddMetadataField::Clear;
    metadata.to_wasm(component)
}

/// Writes a component by way of a temporary name, because a server may be watching the folder.
pub(super) fn save(path: &Path, bytes: &[u8]) -> Result<()> {
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

    fn identity() -> Identity {
        Identity {
            name: "greeter".into(),
            version: "1.2.3".into(),
            description: Some("Greets.".into()),
            license: Some("MIT OR Apache-2.0".into()),
            authors: vec!["A".into(), "B".into()],
            repository: None,
        }
    }

    #[test]
    fn metadata_lands_at_the_root() {
        let component = identity().write_into(COMPONENT).unwrap();
        let payload = Payload::from_binary(&component).unwrap();
        let metadata = payload.metadata();
        assert_eq!(metadata.name.as_deref(), Some("greeter"));
        assert_eq!(metadata.version.as_ref().map(ToString::to_string).as_deref(), Some("1.2.3"));
        assert_eq!(metadata.description.as_ref().map(ToString::to_string).as_deref(), Some("Greets."));
        assert_eq!(metadata.licenses.as_ref().map(ToString::to_string).as_deref(), Some("MIT OR Apache-2.0"));
        assert_eq!(metadata.authors.as_ref().map(ToString::to_string).as_deref(), Some("A, B"));
    }

    #[test]
    fn written_again_it_is_replaced() {
        let before = identity().write_into(COMPONENT).unwrap();
        let after = Identity { version: "1.2.4".into(), ..identity() }.write_into(&before).unwrap();
        assert_eq!(after.len(), before.len());
        assert_eq!(Payload::from_binary(&after).unwrap().metadata().version.as_ref().unwrap().to_string(), "1.2.4");
    }

    #[test]
    fn only_components_are_accepted() {
        assert!(identity().write_into(MODULE).unwrap_err().to_string().contains("core module"));
        assert!(identity().write_into(b"hello").is_err());
    }
}

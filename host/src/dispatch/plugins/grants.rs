//! Permission is what a plugin imports and the operator granted, both.

use super::{Error, Plugins};
use crate::{
    dispatch::{hostcalls::Capability, wasm::Manifest},
    model::plugin::PluginSettings,
};

impl Plugins {
    /// What a plugin is granted: by the configuration, and by the consent at its installation.
    pub(super) fn granted(&self, settings: &PluginSettings) -> Vec<String> {
        let configured = self.settings.grants.get(&settings.name).into_iter().flatten();
        let mut granted: Vec<_> = settings.grants.iter().chain(configured).cloned().collect();
        granted.sort_unstable();
        granted.dedup();
        granted
    }
}

/// The capabilities which the plugin imports and nobody granted.
pub(super) fn missing(manifest: &Manifest, grants: &[String]) -> Vec<Capability> {
    let granted = |capability: &Capability| grants.iter().any(|grant| grant == capability.name());
    manifest.capabilities.iter().filter(|capability| !granted(capability)).copied().collect()
}

/// An error that names each of them.
pub(super) fn check(manifest: &Manifest, grants: &[String]) -> Result<(), Error> {
    let missing = missing(manifest, grants);
    if missing.is_empty() { Ok(()) } else { Err(Error::MissingGrants { plugin: manifest.name.clone(), missing }) }
}

/// An error for a grant that no capability answers to.
pub(super) fn check_names(grants: &[String]) -> Result<(), Error> {
    match grants.iter().find(|grant| Capability::find(grant).is_none()) {
        Some(unknown) => Err(Error::UnknownGrant(unknown.clone())),
        None => Ok(()),
    }
}

/// All that the plugin asks for.
pub(super) fn everything(manifest: &Manifest) -> Vec<String> {
    manifest.capabilities.iter().map(|capability| capability.name().to_owned()).collect()
}

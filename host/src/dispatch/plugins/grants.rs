//! Permission is what a plugin imports and the operator granted, both.

use super::Error;
use crate::dispatch::{hostcalls::Capability, wasm::Manifest};

/// An error that names each capability which the plugin imports and nobody granted.
pub(super) fn check(manifest: &Manifest, grants: &[String]) -> Result<(), Error> {
    let granted = |capability: &Capability| grants.iter().any(|grant| grant == capability.name());
    let missing: Vec<_> = manifest.capabilities.iter().filter(|capability| !granted(capability)).copied().collect();
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

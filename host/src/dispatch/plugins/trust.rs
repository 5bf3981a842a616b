//! Whom the operator trusts. With keys configured, a component that none of them signed is refused, whatever its way
//! in.

use super::{Error, Plugins};
use crate::dispatch::wasm::Manifest;

impl Plugins {
    /// An error for a component that the operator's keys do not vouch for.
    pub(super) fn check_trust(&self, manifest: &Manifest) -> Result<(), Error> {
        if self.settings.trusted_keys.is_empty() || self.signed_by(manifest).is_some() {
            return Ok(());
        }
        let plugin = manifest.name.clone();
        Err(match &manifest.signer {
            None => Error::Unsigned(plugin),
            Some(key) => Error::Untrusted { plugin, key: key.clone() },
        })
    }

    /// The name of the trusted key that signed it.
    pub(super) fn signed_by(&self, manifest: &Manifest) -> Option<String> {
        let signer = manifest.signer.as_ref()?;
        let keys = &self.settings.trusted_keys;
        keys.iter().find(|(_, key)| key.eq_ignore_ascii_case(signer)).map(|(name, _)| name.clone())
    }
}

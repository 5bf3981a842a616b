//! What an installation would mean, for the operator who is to agree with it.

use std::sync::Arc;

use bytes::Bytes;
use serde::Serialize;

use super::{Error, Plugins, grants};
use crate::dispatch::{
    hostcalls::Capability,
    wasm::{Hook, Manifest},
};

/// A component beside what is installed under its name.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct Examination {
    #[serde(flatten)]
    pub manifest: Manifest,
    /// The version that it would replace.
    pub running_version: Option<String>,
    /// The name of the trusted key that signed it.
    pub signed_by: Option<String>,
    /// Hooks that the running version does not handle; all without one.
    pub new_hooks: Vec<Hook>,
    /// Capabilities that the running version does not ask for; all without one.
    pub new_capabilities: Vec<Capability>,
    /// Capabilities that nobody has granted yet.
    pub missing_grants: Vec<Capability>,
    /// Hosts that it may send requests to, of one that asks for `http`.
    pub http_hosts: Vec<String>,
}

impl Plugins {
    /// Reads a component without installing it.
    pub async fn examine(&self, bytes: Bytes) -> Result<Examination, Error> {
        let manifest = self.read_manifest(Arc::from(&bytes[..])).await?;
        let settings = self.settings_of(&manifest).await?;
        let missing_grants = grants::missing(&manifest, &self.granted(&settings));
        let state = self.state.lock().await;
        let installed = state.installed.get(&manifest.name);
        let running = installed.and_then(|installed| installed.running.as_ref()).map(|plugin| &plugin.manifest);
        let new = |known: &dyn Fn(&Manifest) -> bool| running.is_none_or(|running| !known(running));
        let asks_for_http = manifest.capabilities.contains(&Capability::Http);
        let http = self.settings.http.get(&manifest.name).filter(|_| asks_for_http);
        let hosts = http.map(|http| http.hosts.iter().chain(&http.private_hosts).cloned().collect());
        Ok(Examination {
            running_version: running.map(|running| running.version.clone()),
            new_hooks: manifest
                .hooks
                .iter()
                .copied()
                .filter(|hook| new(&|running| running.hooks.contains(hook)))
                .collect(),
            new_capabilities: manifest
                .capabilities
                .iter()
                .copied()
                .filter(|capability| new(&|running| running.capabilities.contains(capability)))
                .collect(),
            missing_grants,
            signed_by: self.signed_by(&manifest),
            http_hosts: hosts.unwrap_or_default(),
            manifest,
        })
    }
}

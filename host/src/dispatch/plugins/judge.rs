//! Plugins that have a say in how plugins are configured. What the server itself takes back is not asked about.

use serde_json::Value;

use super::{Error, Installed, Plugins, status::mask};
use crate::{
    dispatch::{Verdict, wasm::Hook},
    model::{
        Context,
        happened::{ConfigChange, Happened},
    },
};

impl Plugins {
    /// Whether a plugin, which may not be installed yet, may have a configuration.
    pub(super) async fn judge_config(&self, name: &str, config: &Value) -> Result<(), Error> {
        if !self.hooks.uses(Hook::ConfigBeforeSave) {
            return Ok(());
        }
        let shown = match self.state.lock().await.installed.get(name) {
            Some(installed) => installed.mask(config),
            None => mask(config, ""),
        };
        self.ask(name, &shown).await
    }

    /// The same for one that is at hand.
    pub(super) async fn judge_config_of(&self, installed: &Installed, config: &Value) -> Result<(), Error> {
        self.ask(&installed.manifest.name, &installed.mask(config)).await
    }

    /// A plugin has a new configuration.
    pub(super) fn config_changed(&self, name: &str) {
        let change = || ConfigChange { plugin: name.to_owned() };
        self.hooks.happened(Hook::ConfigChanged, || Happened::ConfigChanged(change()));
    }

    async fn ask(&self, name: &str, shown: &Value) -> Result<(), Error> {
        match self.hooks.config_before_save(&Context::admin(), name, &shown.to_string()).await {
            Verdict::Continue => Ok(()),
            Verdict::Deny(denial) => Err(Error::Denied(denial)),
            Verdict::Drop => Err(Error::ConfigNotAnObject),
        }
    }
}

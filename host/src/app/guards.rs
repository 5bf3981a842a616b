//! Plugins that must not be passed by: a server that cannot call them would let everything pass. One that is not installed yet is
//! another matter: it takes a running server to install it. A developer's own plugin may be broken between two edits.

use anyhow::{Result, bail};

use crate::{
    config::Config,
    dispatch::{
        plugins::{PluginState, Plugins},
        wasm::{Hook, Manifest},
    },
    model::plugin::Mode,
};

/// What a plugin decides of who comes in.
const LOGIN: [Hook; 3] = [Hook::AuthAuthenticate, Hook::AuthAuthorize, Hook::AuthBeforeLogin];

/// A plugin that does not run.
struct Absent<'a> {
    name: &'a str,
    /// Not there when nothing of it can be read.
    manifest: Option<&'a Manifest>,
    mode: Mode,
    file: &'a str,
    cause: &'a str,
}

/// An error when such a plugin does not run.
pub(super) async fn check(plugins: &Plugins, config: &Config) -> Result<()> {
    for plugin in plugins.list().await.into_iter().filter(|plugin| plugin.state == PluginState::Failed) {
        let cause = plugin.error.unwrap_or_default();
        let Manifest { name, .. } = &plugin.manifest;
        let absent =
            Absent { name, manifest: Some(&plugin.manifest), mode: plugin.mode, file: &plugin.file, cause: &cause };
        absent.check(config)?;
    }
    for plugin in plugins.missing().await? {
        let file = plugin.file.display().to_string();
        let cause = format!("{file} cannot be read, and may be it: {}", plugin.cause);
        let manifest = plugin.manifest.as_ref();
        Absent { name: &plugin.name, manifest, mode: plugin.mode, file: &file, cause: &cause }.check(config)?;
    }
    Ok(())
}

impl Absent<'_> {
    fn check(&self, config: &Config) -> Result<()> {
        let Self { name, file, cause, .. } = self;
        if config.plugins.essential.iter().any(|essential| essential == name) {
            bail!(
                "the plugin `{name}` is essential and does not load: {cause}; mend it, or take it out of plugins.essential"
            );
        }
        if !config.dev && self.may_decide() {
            bail!(
                "the plugin `{name}` decides who may log in and does not load: {cause}; mend it, or remove {file} so that the server decides without it"
            );
        }
        Ok(())
    }

    /// One of which nothing is known may.
    fn may_decide(&self) -> bool {
        let decides = |manifest: &Manifest| manifest.hooks.iter().any(|hook| LOGIN.contains(hook));
        self.mode != Mode::Shadow && self.manifest.is_none_or(decides)
    }
}

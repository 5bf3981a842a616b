//! Plugins that must not be passed by: a server that cannot call them would let everything pass. One that is not
//! installed yet is another matter: it takes a running server to install it. A developer's own plugin may be broken
//! between two edits.

use anyhow::{Result, anyhow, bail};

use crate::{
    config::Config,
    dispatch::{
        plugins::{PluginState, PluginStatus, Plugins},
        wasm::Hook,
    },
    model::plugin::Mode,
    store::embedded::{EmbeddedStore, OpenError},
};

/// What a plugin decides of who comes in.
const LOGIN: [Hook; 3] = [Hook::AuthAuthenticate, Hook::AuthAuthorize, Hook::AuthBeforeLogin];

/// An error when such a plugin does not run.
pub(super) async fn check(plugins: &Plugins, config: &Config) -> Result<()> {
    plugins.list().await.iter().filter(|plugin| !is_content(plugin)).try_for_each(|plugin| check_one(plugin, config))
}

/// Lets a server that does not run start without a plugin whose file is gone, whatever it decided. Answers whether a
/// version of it is kept: the name may be a wrong one otherwise. Blocks for a moment when a server runs.
///
/// # Errors
///
/// When a server runs, the file is there, or nothing can be written in the data directory.
pub async fn forget_plugin(config: &Config, name: &str) -> Result<bool> {
    let data = &config.server.data;
    if !data.is_dir() {
        bail!("there is no data directory {}; name the server's with --data", data.display());
    }
    let _lock = EmbeddedStore::lock(data).map_err(|error| match error {
        OpenError::Locked { path } => anyhow!(
            "a server runs with the data directory {}; have it remove the plugin with `talaria plugin remove {name}`, or stop it first",
            path.display()
        ),
        error => error.into(),
    })?;
    Ok(Plugins::forget(&config.plugin_directory(), config.plugin_versions(), name).await?)
}

/// Whether it runs, or is not to.
const fn is_content(plugin: &PluginStatus) -> bool {
    match plugin.state {
        PluginState::Running | PluginState::Disabled => true,
        PluginState::Failed | PluginState::Missing | PluginState::Damaged => false,
    }
}

fn check_one(plugin: &PluginStatus, config: &Config) -> Result<()> {
    let name = &plugin.manifest.name;
    let cause = plugin.error.as_deref().unwrap_or_default();
    let is_essential = config.plugins.essential.iter().any(|essential| essential == name);
    if !is_essential && (config.dev || plugin.mode == Mode::Shadow) {
        return Ok(());
    }
    let (role, otherwise) = match plugin.is_known {
        _ if is_essential => ("is essential", "start without it: take it out of plugins.essential, and "),
        // One of which nothing is known may.
        false => ("may decide who may log in", "decide without it: "),
        true if plugin.manifest.hooks.iter().any(|hook| LOGIN.contains(hook)) => {
            ("decides who may log in", "decide without it: ")
        }
        true => return Ok(()),
    };
    let (file, data) = (&plugin.file, config.server.data.display());
    let (mend, delete) = match plugin.state {
        PluginState::Missing => (format!("put its file {file} back"), ""),
        _ => (format!("mend its file {file}"), "delete the file, and "),
    };
    let kept = config.plugin_versions().join(name);
    let kept = if plugin.is_known { format!(" (what ran here is in {})", kept.display()) } else { String::new() };
    bail!(
        "the plugin `{name}` {role} and does not load: {cause}; {mend}{kept}, or have the server {otherwise}{delete}run `talaria plugin forget {name} --data {data}`"
    );
}

//! What the operator sees of a plugin.

use serde::Serialize;
use serde_json::Value;

use super::Installed;
use crate::{
    dispatch::{
        hooks::Lag,
        wasm::{BreakerStatus, Manifest},
    },
    model::Timestamp,
};

/// Whether a plugin handles its hooks.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum PluginState {
    Running,
    /// Installed, and told to handle nothing.
    Disabled,
    /// Its file does not load and no earlier version runs.
    Failed,
}

/// One plugin, as the admin API shows it.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct PluginStatus {
    /// What lies in the directory.
    #[serde(flatten)]
    pub manifest: Manifest,
    pub state: PluginState,
    /// The version that handles the hooks; another than the manifest's when the newer one failed.
    pub running_version: Option<String>,
    pub error: Option<String>,
    pub grants: Vec<String>,
    /// With secrets masked.
    pub config: Value,
    /// Failed calls since the running version was loaded.
    pub faults: u64,
    /// Whether the hooks of the running version are called.
    pub breakers: Vec<BreakerStatus>,
    /// How far it is behind with what it observes.
    pub lag: Option<Lag>,
    pub file: String,
    /// When the settings changed last.
    pub updated: Timestamp,
}

impl PluginStatus {
    pub(super) fn of(installed: &Installed, lag: Option<Lag>) -> Self {
        let state = match (&installed.running, installed.settings.enabled) {
            (Some(_), _) => PluginState::Running,
            (None, true) => PluginState::Failed,
            (None, false) => PluginState::Disabled,
        };
        let schema = installed.running.as_ref().map_or("", |plugin| &plugin.config_schema);
        Self {
            manifest: installed.manifest.clone(),
            state,
            running_version: installed.running.as_ref().map(|plugin| plugin.manifest.version.clone()),
            error: installed.error.clone(),
            grants: installed.settings.grants.clone(),
            config: mask(&installed.settings.config, schema),
            faults: installed.running.as_ref().map_or(0, |plugin| plugin.faults()),
            breakers: installed.running.as_ref().map_or_else(Vec::new, |plugin| plugin.breakers()),
            lag,
            file: installed.file.display().to_string(),
            updated: installed.settings.updated,
        }
    }
}

/// The configuration without what its schema marks as secret. Without a schema nothing is known of its fields, so none is
/// shown.
fn mask(config: &Value, schema: &str) -> Value {
    let Value::Object(fields) = config else { return Value::Null };
    let schema: Value = serde_json::from_str(schema).unwrap_or_default();
    let shown = |name: &str| {
        schema["properties"][name].is_object() && schema["properties"][name]["writeOnly"] != Value::Bool(true)
    };
    fields.iter().map(|(name, value)| (name.clone(), if shown(name) { value.clone() } else { "***".into() })).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::mask;

    #[test]
    fn secrets_and_unknown_fields_are_masked() {
        let schema = r#"{"properties": {"words": {"type": "array"}, "key": {"type": "string", "writeOnly": true}}}"#;
        let config = json!({"words": ["a"], "key": "hunter2", "other": 1});
        assert_eq!(mask(&config, schema), json!({"words": ["a"], "key": "***", "other": "***"}));
        assert_eq!(mask(&config, ""), json!({"words": "***", "key": "***", "other": "***"}));
    }
}

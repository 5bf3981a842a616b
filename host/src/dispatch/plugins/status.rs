//! What the operator sees of a plugin.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::Value;

use super::{Installed, versions::KeptVersion};
use crate::{
    config::RouteAccess,
    dispatch::{
        Outage, QuotaStatus,
        hooks::Lag,
        wasm::{BreakerStatus, CommandInfo, Manifest, Scope, WouldHave},
    },
    model::{Timestamp, job::JobCounts, plugin::Mode},
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
    /// Its file is gone.
    Missing,
    /// A file that cannot be read may be its.
    Damaged,
}

/// A version, or a configuration of the running one, that failed on probation.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct RolledBack {
    pub version: String,
    pub sha256: String,
    pub date: Timestamp,
    pub cause: String,
}

impl RolledBack {
    /// What made the first of these, which runs, run.
    pub(super) fn find(versions: &[KeptVersion]) -> Option<Self> {
        let running = versions.first()?;
        let of = |version: &KeptVersion| {
            let failure = version.failure.as_ref().filter(|failure| failure.date >= running.since)?;
            Some(Self {
                version: version.version.clone(),
                sha256: version.sha256.clone(),
                date: failure.date,
                cause: failure.cause.clone(),
            })
        };
        versions.iter().filter_map(of).max_by_key(|rolled_back| rolled_back.date.0)
    }
}

/// One plugin, as the admin API shows it.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct PluginStatus {
    /// What lies in the directory; of one that has no file that can be read, the version that ran last.
    #[serde(flatten)]
    pub manifest: Manifest,
    /// Whether the manifest has more than the name.
    #[serde(skip)]
    pub is_known: bool,
    pub state: PluginState,
    /// The version that handles the hooks; another than the manifest's when the newer one failed.
    pub running_version: Option<String>,
    /// Whether it runs as one instance, which gets its calls one after the other.
    pub serial: bool,
    /// How much of what it decides is done.
    pub mode: Mode,
    /// The version that decides the rest.
    pub beside_version: Option<String>,
    /// What it would have done, of one in shadow.
    pub would_have: Option<WouldHave>,
    pub error: Option<String>,
    /// What was taken back in favour of what runs, and why.
    pub rolled_back: Option<RolledBack>,
    pub grants: Vec<String>,
    /// The name of the trusted key that signed the file.
    pub signed_by: Option<String>,
    /// With secrets masked.
    pub config: Value,
    /// Failed calls since the running version was loaded.
    pub faults: u64,
    /// Whether the hooks of the running version are called.
    pub breakers: Vec<BreakerStatus>,
    /// What those hooks of the running version are called for that are not called for everything.
    pub scopes: BTreeMap<&'static str, Scope>,
    /// How far it is behind with what it observes.
    pub lag: Option<Lag>,
    /// Its jobs, as they were a few seconds ago.
    pub jobs: JobCounts,
    /// What it has used of what it may.
    pub quotas: QuotaStatus,
    /// While the store of objects fails it.
    pub outage: Option<Outage>,
    /// The timers of the running version: the cron expressions by name.
    pub timers: BTreeMap<String, String>,
    /// Who may come to the routes of the running version, as it says itself; by prefix.
    pub routes: BTreeMap<String, RouteAccess>,
    /// Those of the running version.
    pub commands: Vec<CommandInfo>,
    pub file: String,
    /// When the settings changed last.
    pub updated: Timestamp,
}

impl PluginStatus {
    pub(super) fn of(
        installed: &Installed,
        grants: Vec<String>,
        signed_by: Option<String>,
        (lag, jobs): (Option<Lag>, JobCounts),
        (quotas, outage): (QuotaStatus, Option<Outage>),
    ) -> Self {
        let absence = installed.absence.as_ref();
        let state = match (&installed.running, installed.settings.enabled, absence) {
            (Some(_), ..) => PluginState::Running,
            (None, false, _) => PluginState::Disabled,
            (None, true, None) => PluginState::Failed,
            (None, true, Some(absence)) if absence.is_damage() => PluginState::Damaged,
            (None, true, Some(_)) => PluginState::Missing,
        };
        let beside = installed.running.as_ref().and_then(|plugin| plugin.beside());
        Self {
            manifest: installed.manifest.clone(),
            is_known: absence.is_none_or(|absence| absence.is_known),
            state,
            running_version: installed.running.as_ref().map(|plugin| plugin.manifest.version.clone()),
            serial: installed.running.as_ref().is_some_and(|plugin| plugin.is_serial()),
            mode: installed.settings.mode,
            beside_version: beside.map(|plugin| plugin.manifest.version.clone()),
            would_have: installed.running.as_ref().and_then(|plugin| plugin.would_have()),
            error: absence.map(ToString::to_string).or_else(|| installed.loss()).or_else(|| installed.error.clone()),
            rolled_back: installed.rolled_back.clone(),
            grants,
            signed_by,
            config: installed.mask(&installed.settings.config),
            faults: installed.running.as_ref().map_or(0, |plugin| plugin.faults()),
            breakers: installed.running.as_ref().map_or_else(Vec::new, |plugin| plugin.breakers()),
            scopes: installed.running.as_ref().map_or_else(BTreeMap::new, |plugin| plugin.scopes()),
            lag,
            jobs,
            quotas,
            outage,
            timers: installed.running.as_ref().map_or_else(BTreeMap::new, |plugin| {
                let timers = plugin.timers().iter();
                timers.map(|timer| (timer.name().to_owned(), timer.expression().to_owned())).collect()
            }),
            routes: installed.running.as_ref().map_or_else(BTreeMap::new, |plugin| plugin.routes().clone()),
            commands: installed.running.as_ref().map_or_else(Vec::new, |plugin| plugin.commands().to_vec()),
            file: installed.file.display().to_string(),
            updated: installed.settings.updated,
        }
    }
}

impl Installed {
    /// A configuration as it may be shown.
    pub(super) fn mask(&self, config: &Value) -> Value {
        mask(config, self.running.as_ref().map_or("", |plugin| &plugin.config_schema))
    }
}

/// The configuration without what its schema marks as secret. Without a schema nothing is known of its fields, so none
/// is shown.
pub(super) fn mask(config: &Value, schema: &str) -> Value {
    if !config.is_object() {
        return Value::Null;
    }
    mask_value(config, &serde_json::from_str(schema).unwrap_or_default())
}

/// What the schema says nothing of is not shown, at any depth.
fn mask_value(value: &Value, schema: &Value) -> Value {
    let masked = || Value::from("***");
    if schema["writeOnly"] == Value::Bool(true) {
        return masked();
    }
    let others = &schema["additionalProperties"];
    match value {
        Value::Object(fields) => fields
            .iter()
            .map(|(name, value)| {
                let own = &schema["properties"][name];
                let of = if own.is_object() { own } else { others };
                (name.clone(), if of.is_object() { mask_value(value, of) } else { masked() })
            })
            .collect(),
        Value::Array(items) if schema["items"].is_object() => {
            items.iter().map(|item| mask_value(item, &schema["items"])).collect()
        }
        Value::Array(items) if items.iter().any(|item| item.is_object() || item.is_array()) => masked(),
        other => other.clone(),
    }
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
        let nested = r#"{"properties": {"smtp": {"properties": {"host": {}, "password": {"writeOnly": true}}},
            "peers": {"items": {"properties": {"key": {"writeOnly": true}, "url": {}}}}}}"#;
        let config = json!({"smtp": {"host": "h", "password": "p"}, "peers": [{"key": "k", "url": "u"}]});
        let shown = json!({"smtp": {"host": "h", "password": "***"}, "peers": [{"key": "***", "url": "u"}]});
        assert_eq!(mask(&config, nested), shown);
        let config = json!({"words": ["a"], "key": "hunter2", "other": 1});
        assert_eq!(mask(&config, ""), json!({"words": "***", "key": "***", "other": "***"}));
    }
}

//! What one plugin may use up of what all share.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Plugins;

/// What one plugin may use where that is not what the others may.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct PluginQuotas {
    pub kv_bytes: Option<u64>,
    pub http_bytes_per_minute: Option<u64>,
    pub log_bytes_per_minute: Option<u64>,
    pub cpu_percent: Option<u32>,
}

/// What a plugin may use.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Quota {
    pub kv_bytes: u64,
    pub http_bytes_per_minute: u64,
    pub log_bytes_per_minute: u64,
    pub cpu_percent: u32,
}

impl Plugins {
    /// What a plugin may use.
    #[must_use]
    pub fn quota(&self, plugin: &str) -> Quota {
        let own = self.quotas.get(plugin).copied().unwrap_or_default();
        Quota {
            kv_bytes: own.kv_bytes.unwrap_or(self.kv_bytes),
            http_bytes_per_minute: own.http_bytes_per_minute.unwrap_or(self.http_bytes_per_minute),
            log_bytes_per_minute: own.log_bytes_per_minute.unwrap_or(self.log_bytes_per_minute),
            cpu_percent: own.cpu_percent.unwrap_or(self.cpu_percent),
        }
    }

    /// The name of a plugin that could do nothing at all.
    pub(super) fn find_bad_quota(&self) -> Option<&str> {
        let is_bad = |quotas: &PluginQuotas| {
            let bytes = [quotas.kv_bytes, quotas.http_bytes_per_minute, quotas.log_bytes_per_minute];
            bytes.contains(&Some(0)) || quotas.cpu_percent == Some(0)
        };
        self.quotas.iter().find(|(_, quotas)| is_bad(quotas)).map(|(plugin, _)| plugin.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plugin_may_have_a_quota_of_its_own() {
        let mut plugins = Plugins::default();
        plugins.quotas.insert("archive".into(), PluginQuotas { kv_bytes: Some(5), ..PluginQuotas::default() });
        assert_eq!(plugins.quota("archive"), Quota { kv_bytes: 5, ..plugins.quota("calm") });
        assert_eq!(plugins.validate(), Ok(()));
        plugins.quotas.insert("calm".into(), PluginQuotas { cpu_percent: Some(0), ..PluginQuotas::default() });
        assert!(plugins.validate().is_err_and(|reason| reason.contains("plugins.quotas.calm")));
    }
}

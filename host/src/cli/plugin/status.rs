//! What the server tells of a plugin, as far as the commands show it.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::mode::Mode;

#[derive(Deserialize, Debug)]
pub(super) struct Status {
    pub(super) name: String,
    pub(super) version: String,
    pub(super) hooks: Vec<String>,
    pub(super) state: String,
    pub(super) running_version: Option<String>,
    #[serde(default = "full")]
    pub(super) mode: Mode,
    pub(super) beside_version: Option<String>,
    /// Of one in shadow, what it would have done, how often.
    pub(super) would_have: Option<BTreeMap<String, u64>>,
    pub(super) error: Option<String>,
    pub(super) rolled_back: Option<RolledBack>,
    pub(super) sha256: String,
    /// The name of the trusted key.
    pub(super) signed_by: Option<String>,
    pub(super) faults: u64,
    pub(super) breakers: Vec<Breaker>,
    /// Of hooks that are not called for everything.
    #[serde(default)]
    pub(super) scopes: BTreeMap<String, serde_json::Value>,
    /// Of a plugin that observes.
    pub(super) lag: Option<Lag>,
    pub(super) jobs: Jobs,
    /// Absent from a server of an earlier version.
    pub(super) quotas: Option<Quotas>,
    /// While the store of objects fails it.
    pub(super) outage: Option<Outage>,
}

impl Status {
    /// Of one that has no file, and of which nothing is kept, the server knows the name alone.
    pub(super) fn is_known(&self) -> bool {
        !self.sha256.is_empty()
    }

    /// The name, with the version.
    pub(super) fn called(&self) -> String {
        if self.is_known() { format!("{} {}", self.name, self.version) } else { self.name.clone() }
    }
}

#[derive(Deserialize, Debug)]
pub(super) struct Outage {
    pub(super) since: i64,
    pub(super) last: i64,
    pub(super) cause: String,
}

/// What it has used of what it may.
#[derive(Deserialize, Debug)]
pub(super) struct Quotas {
    pub(super) kv_bytes: u64,
    pub(super) kv_bytes_limit: u64,
    pub(super) rest_ms: Option<u64>,
}

#[derive(Deserialize, Debug, Default)]
pub(super) struct Jobs {
    pub(super) waiting: i64,
    pub(super) dead: i64,
}

const fn full() -> Mode {
    Mode::Full
}

#[derive(Deserialize, Debug)]
pub(super) struct Lag {
    pub(super) waiting: i64,
    /// When the oldest happened.
    pub(super) since: Option<i64>,
}

/// What failed on probation.
#[derive(Deserialize, Debug)]
pub(super) struct RolledBack {
    pub(super) version: String,
    pub(super) sha256: String,
    pub(super) date: i64,
    pub(super) cause: String,
}

/// Of one hook.
#[derive(Deserialize, Debug)]
pub(super) struct Breaker {
    pub(super) hook: String,
    pub(super) state: String,
    /// Milliseconds since 1970, as all times.
    pub(super) since: i64,
    pub(super) next_trial: Option<i64>,
    pub(super) last_fault: Option<String>,
}

impl Breaker {
    pub(super) fn is_closed(&self) -> bool {
        self.state == "closed"
    }
}

#[derive(Deserialize, Debug)]
pub(super) struct List {
    pub(super) plugins: Vec<Status>,
}

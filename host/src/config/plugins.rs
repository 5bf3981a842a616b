//! Settings of the plugin platform.

use std::{collections::BTreeMap, path::PathBuf};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{PluginQuotas, RouteAccess, Secret};

/// Seconds. Who wants a plugin to rest for longer disables it.
const LONGEST_PAUSE: u64 = 7 * 24 * 60 * 60;

/// Of the plugin that keeps what clients of the protocol upload.
const STORAGE_BUCKETS: [&str; 3] = ["user-profile-picture", "group-profile-picture", "message-attachment"];

/// The plugin platform.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Plugins {
    /// The directory whose components are loaded, and watched for changes. Absent: `plugins` in the data directory.
    #[schemars(example = "talaria-data/plugins")]
    pub directory: Option<PathBuf>,
    /// The largest component that is accepted, in bytes.
    pub max_file_bytes: usize,
    /// Memory of one instance, in bytes.
    pub memory_bytes: usize,
    /// Instances of one plugin at a time; a call beyond waits for one until its deadline.
    pub max_instances: usize,
    /// Instances of one plugin that are kept for the next call.
    pub warm_instances: usize,
    /// What compiled components may take on the disk, so that a start need not compile them again; 0 to keep none.
    pub compiled_max_bytes: u64,
    /// How long calls of a version that was replaced may go on.
    pub drain_seconds: u64,
    /// Hours for which events are kept that all plugins have taken, so that one can be told of them again.
    pub replay_hours: u32,
    /// Hours for which an event waits for a plugin that does not take it, because it is switched off or out of order.
    pub wait_hours: u32,
    /// Versions of a plugin that are kept to go back to, the running one included.
    pub versions_kept: usize,
    /// A version that fails so soon after it replaced another is taken back, and the other put in its place; 0 for
    /// never.
    pub probation_seconds: u64,
    /// Failures in that time that are too many. A breaker that opens is enough, too;
    /// errors that observers, timers and jobs answer count for neither.
    pub probation_failures: u64,
    /// Names of plugins that must not be passed by: when one of them cannot answer, what it filters is refused, and the
    /// server does not start when one is installed and does not load. Who decides about logins is never passed by at
    /// the start.
    pub essential: Vec<String>,
    /// Whether plugins run as one instance that gets its calls one after the other (`serial`) or as many (`shared`), by
    /// their names: `counter = "serial"`. Absent, each says so itself.
    pub instances: BTreeMap<String, PluginInstances>,
    /// Capabilities that plugins are granted besides those that were agreed to when they were installed, by the names
    /// of the plugins: `antispam = ["log"]`.
    pub grants: BTreeMap<String, Vec<String>>,
    /// Public keys by names: a table `[plugins.trusted_keys]` with `release = "..."`, as `talaria plugin keygen` prints
    /// them. With any, a component that none of them has signed is refused, whatever its way in.
    pub trusted_keys: BTreeMap<String, String>,
    /// Failures of a plugin on one hook, within `breaker_window_seconds`, after which the hook is called no more; what
    /// it filters then passes or is refused, as its failure policy says, and events wait.
    pub breaker_failures: usize,
    /// See `breaker_failures`.
    pub breaker_window_seconds: u64,
    /// Until one call is tried again. The pause doubles with each that fails, and a success ends it.
    pub breaker_pause_seconds: u64,
    /// The longest pause.
    pub breaker_max_pause_seconds: u64,
    /// The users as whom plugins send messages, by the names of the plugins: `chatbot = 900`. Each must exist.
    pub accounts: BTreeMap<String, i64>,
    /// Secrets of plugins, by the names of the plugins and then of the secrets: a table `[plugins.secrets.chatbot]`
    /// with `token = "..."`, or the variable `TALARIA_PLUGINS__SECRETS__CHATBOT__TOKEN`. They are never shown and never
    /// logged.
    pub secrets: BTreeMap<String, BTreeMap<String, Secret>>,
    /// Hosts that plugins may send HTTP requests to, by the names of the plugins: a table `[plugins.http.chatbot]` with
    /// `hosts` and, for those with addresses that are not public, `private_hosts`; `requests_at_a_time` says how many
    /// may be under way, 16 when absent.
    pub http: BTreeMap<String, PluginHttp>,
    /// Who may come to the routes of plugins, by the names of the plugins: a table `[plugins.routes.poll]` with lines
    /// such as `"/results" = "public"`; also `user`, `admin` and `off`. They count more than what the plugins say.
    pub routes: BTreeMap<String, BTreeMap<String, RouteAccess>>,
    /// Buckets of objects that plugins may use, by the names of the plugins. A development server lets each use all.
    pub buckets: BTreeMap<String, Vec<String>>,
    /// How often one plugin may send, edit or recall a message, decide about one that it holds, push news or end
    /// sessions in a second, in the long run; at once it may twice as often.
    pub messages_per_second: u32,
    /// Bytes that the keys and values of one plugin's `kv` may take together.
    pub kv_bytes: u64,
    /// Bytes that one plugin may send and get over HTTP in a minute, in the long run; it may use a minute's at once.
    pub http_bytes_per_minute: u64,
    /// The same for what it writes to the log, and prints.
    pub log_bytes_per_minute: u64,
    /// How much of one core the calls of one plugin may take, over ten seconds: 100 is the whole of one, 250 two and a
    /// half. A plugin that takes more is not called until it has time again: what it filters passes or is refused, as
    /// its failure policy says, and events, timers and jobs wait.
    pub cpu_percent: u32,
    /// What is otherwise for some plugins, by their names: a table `[plugins.quotas.archive]` with `kv_bytes`,
    /// `http_bytes_per_minute`, `log_bytes_per_minute` or `cpu_percent`.
    pub quotas: BTreeMap<String, PluginQuotas>,
    /// Jobs of one plugin that may wait at a time, those that are being run included.
    pub jobs_waiting: u32,
    /// Bytes that these may hold.
    pub jobs_waiting_bytes: u32,
    /// Jobs of one plugin that are run at a time; no more than half of `max_instances`.
    pub jobs_at_a_time: usize,
    /// How often a job is tried that fails; then it is dead.
    pub jobs_attempts: u32,
    /// Dead jobs of one plugin that are kept, the last ones.
    pub jobs_dead_kept: u32,
}

/// What one plugin may reach over HTTP: `host`, `*.domain` for all below it, either with `:port`. Without one, the
/// usual port of the scheme is meant.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct PluginHttp {
    /// Hosts that must have public addresses.
    pub hosts: Vec<String>,
    /// Hosts that may have any address, also those of this machine and of private networks.
    pub private_hosts: Vec<String>,
    /// Requests that may be under way.
    pub requests_at_a_time: usize,
}

impl Default for PluginHttp {
    fn default() -> Self {
        // As many as there are instances, unless those are configured: each mostly waits for one.
        Self { hosts: Vec::new(), private_hosts: Vec::new(), requests_at_a_time: 16 }
    }
}

/// How many instances of a plugin there are.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum PluginInstances {
    Shared,
    Serial,
}

impl Default for Plugins {
    fn default() -> Self {
        Self {
            directory: None,
            max_file_bytes: 64 * 1024 * 1024,
            memory_bytes: 64 * 1024 * 1024,
            max_instances: 16,
            warm_instances: 8,
            compiled_max_bytes: 512 * 1024 * 1024,
            drain_seconds: 10,
            replay_hours: 72,
            wait_hours: 168,
            versions_kept: 5,
            probation_seconds: 60,
            probation_failures: 20,
            essential: Vec::new(),
            instances: BTreeMap::new(),
            trusted_keys: BTreeMap::new(),
            grants: BTreeMap::new(),
            breaker_failures: 5,
            breaker_window_seconds: 10,
            breaker_pause_seconds: 5,
            breaker_max_pause_seconds: 300,
            accounts: BTreeMap::new(),
            http: BTreeMap::new(),
            secrets: BTreeMap::new(),
            routes: BTreeMap::new(),
            buckets: BTreeMap::from([("storage".into(), STORAGE_BUCKETS.map(String::from).to_vec())]),
            messages_per_second: 100,
            kv_bytes: 64 * 1024 * 1024,
            http_bytes_per_minute: 256 * 1024 * 1024,
            log_bytes_per_minute: 8 * 1024 * 1024,
            cpu_percent: 100,
            quotas: BTreeMap::new(),
            jobs_waiting: 10_000,
            jobs_waiting_bytes: 64 * 1024 * 1024,
            jobs_at_a_time: 1,
            jobs_attempts: 12,
            jobs_dead_kept: 1_000,
        }
    }
}

impl Plugins {
    /// Why these settings cannot be used.
    pub fn validate(&self) -> Result<(), String> {
        let at_least_one = [
            ("max_file_bytes", self.max_file_bytes as u64),
            ("memory_bytes", self.memory_bytes as u64),
            ("max_instances", self.max_instances as u64),
            ("versions_kept", self.versions_kept as u64),
            ("probation_failures", self.probation_failures),
            ("breaker_failures", self.breaker_failures as u64),
            // Without a window nothing would ever be counted.
            ("breaker_window_seconds", self.breaker_window_seconds),
            ("breaker_pause_seconds", self.breaker_pause_seconds),
            ("kv_bytes", self.kv_bytes),
            ("http_bytes_per_minute", self.http_bytes_per_minute),
            ("log_bytes_per_minute", self.log_bytes_per_minute),
            ("cpu_percent", self.cpu_percent.into()),
            ("jobs_waiting", self.jobs_waiting.into()),
            ("jobs_waiting_bytes", self.jobs_waiting_bytes.into()),
            ("jobs_at_a_time", self.jobs_at_a_time as u64),
            ("jobs_attempts", self.jobs_attempts.into()),
        ];
        if let Some((name, _)) = at_least_one.into_iter().find(|(_, value)| *value == 0) {
            return Err(format!("plugins.{name} must be at least 1"));
        }
        if let Some(plugin) = self.find_bad_quota() {
            return Err(format!("plugins.quotas.{plugin} has a 0; each must be at least 1"));
        }
        if let Some((plugin, id)) = self.accounts.iter().find(|(_, id)| **id <= 0) {
            return Err(format!("plugins.accounts.{plugin} is {id}, but user ids are positive"));
        }
        if let Some((plugin, _)) = self.http.iter().find(|(_, http)| http.requests_at_a_time == 0) {
            return Err(format!("plugins.http.{plugin}.requests_at_a_time must be at least 1"));
        }
        if let Some((plugin, bucket)) = self.find_bad_bucket() {
            return Err(format!(
                "plugins.buckets.{plugin} has `{bucket}`, but the name of a bucket has 3 to 63 of a-z, 0-9 and `-`, the first \
                 and last of which is no `-`"
            ));
        }
        let is_key = |key: &str| key.len() == 64 && key.bytes().all(|digit| digit.is_ascii_hexdigit());
        if let Some((name, _)) = self.trusted_keys.iter().find(|(_, key)| !is_key(key)) {
            return Err(format!("plugins.trusted_keys.{name} must be a public key, 64 hexadecimal digits"));
        }
        if let Some((plugin, prefix)) = self.find_bad_route() {
            return Err(format!("plugins.routes.{plugin} has `{prefix}`, but a route begins with a slash"));
        }
        if self.breaker_max_pause_seconds < self.breaker_pause_seconds {
            return Err("plugins.breaker_max_pause_seconds must be at least plugins.breaker_pause_seconds".into());
        }
        if self.breaker_max_pause_seconds > LONGEST_PAUSE {
            return Err(format!("plugins.breaker_max_pause_seconds must be at most {LONGEST_PAUSE}, which is a week"));
        }
        Ok(())
    }
}

impl Plugins {
    fn find_bad_bucket(&self) -> Option<(&str, &str)> {
        let is_allowed = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
        let is_bad = |name: &str| {
            let has_ends = !name.starts_with('-') && !name.ends_with('-');
            !(3..=63).contains(&name.len()) || !name.bytes().all(is_allowed) || !has_ends
        };
        let buckets =
            self.buckets.iter().flat_map(|(plugin, names)| names.iter().map(move |name| (&**plugin, &**name)));
        buckets.into_iter().find(|(_, name)| is_bad(name))
    }

    fn find_bad_route(&self) -> Option<(&str, &str)> {
        let routes =
            self.routes.iter().flat_map(|(plugin, routes)| routes.keys().map(move |prefix| (&**plugin, &**prefix)));
        routes.into_iter().find(|(_, prefix)| !prefix.starts_with('/'))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_breaker_has_a_window_and_pauses_that_end() {
        let with = |change: fn(&mut Plugins)| {
            let mut plugins = Plugins::default();
            change(&mut plugins);
            plugins.validate()
        };
        assert_eq!(with(|_| {}), Ok(()));
        for refused in [
            with(|plugins| plugins.breaker_window_seconds = 0),
            with(|plugins| plugins.breaker_pause_seconds = 0),
            with(|plugins| plugins.breaker_max_pause_seconds = 1),
            with(|plugins| plugins.breaker_max_pause_seconds = u64::MAX),
        ] {
            assert!(refused.as_ref().is_err_and(|reason| reason.contains("plugins.breaker_")), "{refused:?}");
        }
    }

    #[test]
    fn buckets_have_names_of_buckets() {
        let with = |name: &str| {
            let mut plugins = Plugins::default();
            plugins.buckets.insert("archive".into(), vec![name.into()]);
            plugins.validate()
        };
        assert_eq!(with("archive-2"), Ok(()));
        for bad in ["", "ab", "Archive", "-abc", "a/b/c"] {
            assert!(with(bad).is_err_and(|reason| reason.contains("plugins.buckets.archive")), "{bad}");
        }
    }

    #[test]
    fn who_may_send_requests_may_send_one_at_a_time_at_least() {
        let mut plugins = Plugins::default();
        plugins.http.insert("chatbot".into(), PluginHttp { requests_at_a_time: 0, ..PluginHttp::default() });
        assert!(plugins.validate().is_err_and(|reason| reason.contains("plugins.http.chatbot.requests_at_a_time")));
    }
}

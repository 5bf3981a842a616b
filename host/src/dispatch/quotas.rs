//! What each plugin uses up of what all share. Whatever version runs, a plugin has one account, which all instances
//! share.

mod bucket;
mod cpu;

use std::{
    collections::BTreeMap,
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    time::{Duration, Instant},
};

use parking_lot::Mutex;
use serde::Serialize;

use self::bucket::Bucket;
pub(super) use self::cpu::Cpu;
use super::logs::{LogLevel, LogSource, LogWriter};
use crate::{
    clock::Clock,
    config::{self, Quota},
    store::{self, Store},
};

const MINUTE: f64 = 60.0;
/// How often the operator is told of the same refusal.
const SILENCE: Duration = Duration::from_secs(60);

/// The accounts of all plugins, each made when it is first asked for.
#[derive(Debug)]
pub(super) struct Quotas {
    clock: Clock,
    config: config::Plugins,
    accounts: Mutex<BTreeMap<String, Arc<Account>>>,
}

/// What one plugin has used.
#[derive(Debug)]
pub(super) struct Account {
    plugin: String,
    clock: Clock,
    quota: Quota,
    /// Deeds, in which each is one.
    deeds: Mutex<Bucket>,
    http: Mutex<Bucket>,
    http_bytes: metrics::Counter,
    log: Mutex<Bucket>,
    log_bytes: metrics::Counter,
    pub(super) cpu: Cpu,
    /// As it was a few seconds ago.
    kv_bytes: AtomicI64,
    told: Mutex<BTreeMap<&'static str, Duration>>,
}

/// What a plugin has used, as the operator sees it.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
pub struct QuotaStatus {
    /// In the store, as it was a few seconds ago.
    pub kv_bytes: i64,
    pub kv_bytes_limit: u64,
    /// Percent of what it may send and get over HTTP at once.
    pub http_used_percent: u32,
    /// Percent of what it may write to the log at once.
    pub log_used_percent: u32,
    /// Percent of the time that its calls may take at once; above 100 it has to rest.
    pub cpu_used_percent: u32,
    /// How long it is not called, because its calls took too much time.
    pub rest_ms: Option<u64>,
}

impl Quotas {
    pub(super) fn new(clock: Clock, config: &config::Plugins) -> Self {
        Self { clock, config: config.clone(), accounts: Mutex::default() }
    }

    pub(super) fn account(&self, plugin: &str) -> Arc<Account> {
        let mut accounts = self.accounts.lock();
        if let Some(account) = accounts.get(plugin) {
            return Arc::clone(account);
        }
        let account = Arc::new(Account::new(plugin, self.clock.clone(), &self.config));
        accounts.insert(plugin.to_owned(), Arc::clone(&account));
        account
    }

    /// Looks up anew what plugins keep in the store, also for the metrics.
    pub(super) async fn show(&self, store: &dyn Store) -> Result<(), store::Error> {
        let found: BTreeMap<_, _> = store.kv_sizes().await?.into_iter().collect();
        for (plugin, account) in &*self.accounts.lock() {
            let bytes = found.get(plugin).copied().unwrap_or(0);
            account.kv_bytes.store(bytes, Ordering::Relaxed);
            #[expect(clippy::cast_precision_loss, reason = "a gauge shows no more")]
            metrics::gauge!("talaria_plugin_kv_bytes", "plugin" => plugin.clone()).set(bytes as f64);
        }
        Ok(())
    }
}

impl Account {
    fn new(plugin: &str, clock: Clock, config: &config::Plugins) -> Self {
        let (now, quota) = (since_1970(&clock), config.quota(plugin));
        // A minute's worth at once.
        #[expect(clippy::cast_precision_loss, reason = "what has more than 52 bits is no limit")]
        let bytes = |per_minute: u64| Mutex::new(Bucket::new(per_minute as f64 / MINUTE, per_minute as f64, now));
        let deeds = f64::from(config.messages_per_second);
        Self {
            plugin: plugin.to_owned(),
            clock,
            quota,
            deeds: Mutex::new(Bucket::new(deeds, deeds * 2.0, now)),
            http: bytes(quota.http_bytes_per_minute),
            http_bytes: metrics::counter!("talaria_plugin_http_bytes_total", "plugin" => plugin.to_owned()),
            log: bytes(quota.log_bytes_per_minute),
            log_bytes: metrics::counter!("talaria_plugin_log_bytes_total", "plugin" => plugin.to_owned()),
            cpu: Cpu::new(plugin, quota.cpu_percent),
            kv_bytes: AtomicI64::new(0),
            told: Mutex::default(),
        }
    }

    pub(super) const fn quota(&self) -> Quota {
        self.quota
    }

    /// Whether the plugin may send, edit or recall once more, or do something to a session.
    pub(super) fn take_deed(&self) -> bool {
        self.deeds.lock().take(1.0, since_1970(&self.clock))
    }

    /// Whether the plugin may send so much over HTTP.
    pub(super) fn take_http(&self, bytes: usize) -> bool {
        let may = self.http.lock().take(amount(bytes), since_1970(&self.clock));
        if may {
            self.http_bytes.increment(bytes as u64);
        }
        may
    }

    /// Enters what came over HTTP, which nobody knew before.
    pub(super) fn charge_http(&self, bytes: usize) {
        self.http.lock().charge(amount(bytes), since_1970(&self.clock));
        self.http_bytes.increment(bytes as u64);
    }

    /// Whether the plugin may write so much to the log.
    pub(super) fn take_log(&self, bytes: usize) -> bool {
        let may = self.log.lock().take(amount(bytes), since_1970(&self.clock));
        if may {
            self.log_bytes.increment(bytes as u64);
        }
        may
    }

    /// Counts that something was refused, and tells the operator, unless that was done a moment ago.
    pub(super) fn refuse(&self, setting: &'static str, log: &LogWriter) {
        metrics::counter!("talaria_plugin_quota_refusals_total", "plugin" => self.plugin.clone(), "quota" => setting)
            .increment(1);
        self.tell(setting, log, || format!("its quota is used up (plugins.{setting}), and what it wants is refused"));
    }

    /// Tells the operator of something that may come again at any rate, unless that was done a moment ago.
    pub(super) fn tell(&self, about: &'static str, log: &LogWriter, text: impl FnOnce() -> String) {
        let now = since_1970(&self.clock);
        let mut told = self.told.lock();
        if told.get(about).is_some_and(|last| now.saturating_sub(*last) < SILENCE) {
            return;
        }
        told.insert(about, now);
        drop(told);
        let text = text();
        log.enter(LogLevel::Warn, LogSource::Fault, None, &text);
        tracing::warn!(plugin = self.plugin, "{text}");
    }

    pub(super) fn status(&self) -> QuotaStatus {
        let now = since_1970(&self.clock);
        QuotaStatus {
            kv_bytes: self.kv_bytes.load(Ordering::Relaxed),
            kv_bytes_limit: self.quota.kv_bytes,
            http_used_percent: self.http.lock().used_percent(now),
            log_used_percent: self.log.lock().used_percent(now),
            cpu_used_percent: self.cpu.used_percent(Instant::now()),
            rest_ms: self.cpu.rest().map(|rest| u64::try_from(rest.as_millis()).unwrap_or(u64::MAX)),
        }
    }
}

/// Buckets are filled by the server's clock, which tests move.
fn since_1970(clock: &Clock) -> Duration {
    Duration::from_millis(u64::try_from(clock.now().0).unwrap_or(0))
}

#[expect(clippy::cast_precision_loss, reason = "what has more than 52 bits does not fit into memory")]
const fn amount(bytes: usize) -> f64 {
    bytes as f64
}

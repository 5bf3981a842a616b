//! Whom the store of objects fails, and since when. A plugin tells its users that it is away; the operator has to know why.

use std::{collections::BTreeMap, sync::Arc};

use parking_lot::Mutex;
use serde::Serialize;

use crate::{clock::Clock, model::Timestamp};

/// A store that does not do what a plugin asks of it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Outage {
    /// Nothing was done since then.
    pub since: Timestamp,
    /// When it was asked last.
    pub last: Timestamp,
    /// Why it did not do what it was asked last. Without secrets.
    pub cause: String,
    /// What was asked in vain.
    pub failures: u64,
}

/// The outages that there are, by the plugins that asked.
#[derive(Debug)]
pub(super) struct Outages {
    clock: Clock,
    current: Mutex<BTreeMap<Arc<str>, Outage>>,
}

impl Outages {
    pub(super) fn new(clock: Clock) -> Self {
        Self { clock, current: Mutex::default() }
    }

    /// The store failed. The log has a line for each cause, and not for each request.
    pub(super) fn failed(&self, plugin: &Arc<str>, operation: &'static str, cause: &str) {
        let (now, mut current) = (self.clock.now(), self.current.lock());
        let outage = current.entry(Arc::clone(plugin)).or_insert_with(|| Outage {
            since: now,
            last: now,
            cause: String::new(),
            failures: 0,
        });
        outage.failures += 1;
        outage.last = now;
        if outage.cause != cause {
            cause.clone_into(&mut outage.cause);
            tracing::error!(plugin = &**plugin, operation, "the store of objects failed: {cause}");
        }
    }

    /// The store did what it was asked, or knows why not.
    pub(super) fn answered(&self, plugin: &str) {
        let mut current = self.current.lock();
        if let Some(outage) = current.remove(plugin) {
            let (failures, cause) = (outage.failures, outage.cause);
            tracing::info!(plugin, failures, "the store of objects answers again; it failed last with: {cause}");
        }
    }

    pub(super) fn of(&self, plugin: &str) -> Option<Outage> {
        self.current.lock().get(plugin).cloned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_outage_lasts_until_the_store_answers() {
        let clock = Clock::fake(Timestamp(1_000));
        let outages = Outages::new(clock.clone());
        let (plugin, other) = (Arc::from("storage"), Arc::from("depot"));
        outages.failed(&plugin, "head", "it is away");
        clock.advance(500);
        outages.failed(&plugin, "put", "it is full");
        let (since, last, cause) = (Timestamp(1_000), Timestamp(1_500), "it is full".to_owned());
        assert_eq!(outages.of("storage"), Some(Outage { since, last, cause, failures: 2 }));
        outages.answered(&other);
        assert!(outages.of("storage").is_some() && outages.of("depot").is_none());
        outages.answered(&plugin);
        assert_eq!(outages.of("storage"), None);
    }
}

//! Whom the store of objects fails, and since when. A plugin tells its users that it is away; the operator has to know
//! why.

use std::{collections::BTreeMap, sync::Arc};

use parking_lot::Mutex;
use serde::Serialize;

use crate::{clock::Clock, model::Timestamp, objects::BucketName};

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

/// What a plugin asked that was not done: a bucket may refuse what others let happen, and a disk that is full can be
/// read.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) struct Asked {
    pub(super) plugin: Arc<str>,
    pub(super) bucket: BucketName,
    pub(super) operation: &'static str,
}

/// The outages that there are.
#[derive(Debug)]
pub(super) struct Outages {
    clock: Clock,
    current: Mutex<BTreeMap<Asked, Outage>>,
}

impl Outages {
    pub(super) fn new(clock: Clock) -> Self {
        Self { clock, current: Mutex::default() }
    }

    /// The store failed. The log has a line for each cause, and not for each request.
    pub(super) fn failed(&self, asked: Asked, cause: &str) {
        let (now, mut current) = (self.clock.now(), self.current.lock());
        let is_told = current.iter().any(|(other, outage)| other.plugin == asked.plugin && outage.cause == cause);
        if !is_told {
            let Asked { plugin, bucket, operation } = &asked;
            tracing::error!(plugin = &**plugin, %bucket, operation, "the store of objects failed: {cause}");
        }
        let outage =
            current.entry(asked).or_insert_with(|| Outage { since: now, last: now, cause: String::new(), failures: 0 });
        outage.failures += 1;
        outage.last = now;
        cause.clone_into(&mut outage.cause);
    }

    /// The store did what it was asked, or knows why not.
    pub(super) fn answered(&self, asked: &Asked) {
        let mut current = self.current.lock();
        if let Some(Outage { failures, cause, .. }) = current.remove(asked) {
            let Asked { plugin, bucket, operation } = asked;
            tracing::info!(
                plugin = &**plugin, %bucket, operation, failures,
                "the store of objects answers again; it failed last with: {cause}"
            );
        }
    }

    /// The one of this plugin that was noticed last.
    pub(super) fn of(&self, plugin: &str) -> Option<Outage> {
        let current = self.current.lock();
        let own = current.iter().filter(|(asked, _)| &*asked.plugin == plugin);
        own.map(|(_, outage)| outage).max_by_key(|outage| outage.last.0).cloned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(plugin: &str, operation: &'static str) -> Asked {
        Asked { plugin: Arc::from(plugin), bucket: BucketName::parse("bucket").unwrap(), operation }
    }

    #[test]
    fn an_outage_lasts_until_the_store_does_the_same() {
        let clock = Clock::fake(Timestamp(1_000));
        let outages = Outages::new(clock.clone());
        outages.failed(asked("storage", "put"), "it is full");
        clock.advance(500);
        outages.failed(asked("storage", "put"), "it is very full");
        let (since, last, cause) = (Timestamp(1_000), Timestamp(1_500), "it is very full".to_owned());
        assert_eq!(outages.of("storage"), Some(Outage { since, last, cause, failures: 2 }));
        for other in [asked("depot", "put"), asked("storage", "head")] {
            outages.answered(&other);
        }
        assert!(outages.of("storage").is_some() && outages.of("depot").is_none());
        outages.answered(&asked("storage", "put"));
        assert_eq!(outages.of("storage"), None);
    }

    #[test]
    fn the_last_outage_is_told() {
        let clock = Clock::fake(Timestamp(1_000));
        let outages = Outages::new(clock.clone());
        outages.failed(asked("storage", "put"), "it is full");
        clock.advance(500);
        outages.failed(asked("storage", "head"), "it is away");
        assert_eq!(outages.of("storage").unwrap().cause, "it is away");
        outages.answered(&asked("storage", "head"));
        assert_eq!(outages.of("storage").unwrap().cause, "it is full");
    }
}

//! The trait for the timers of plugins.

use async_trait::async_trait;

use super::Result;
use crate::model::job::TimerMark;

/// How far each timer has got, so that it fires once for all nodes and is not forgotten over a restart.
#[async_trait]
pub trait TimerStore: Send + Sync {
    async fn find_timer(&self, plugin: &str, name: &str) -> Result<Option<TimerMark>>;

    /// Writes `mark` only while the timer's is `expected`; true when it did. Of several who try, one succeeds.
    async fn advance_timer(
        &self,
        plugin: &str,
        name: &str,
        expected: Option<TimerMark>,
        mark: TimerMark,
    ) -> Result<bool>;

    /// Forgets all timers of a plugin.
    async fn delete_timers(&self, plugin: &str) -> Result<()>;
}

//! Running the jobs of one plugin, the one that is due first before the others.

use std::{
    sync::{Arc, Weak},
    time::Duration,
};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use super::JobSettings;
use crate::{
    clock::Clock,
    dispatch::wasm::{Fault, Hook, JobEnd, Plugin},
    model::{
        Context, Origin, Timestamp,
        job::{Job, JobFailure},
    },
    store::{self, Store},
};

/// The longest sleep: the clock may be set meanwhile.
const SLICE: Duration = Duration::from_secs(1);
/// After the store has failed.
const PAUSE: Duration = Duration::from_secs(5);
/// Before the second attempt. Each later one waits twice as long.
const FIRST_BACKOFF: i64 = 1_000;
const LAST_BACKOFF: i64 = 60 * 60 * 1_000;
/// How long a claim lasts beyond the deadline of the call: an instance may have to be started, and the store be waited
/// for.
const GRACE: i64 = 30_000;

pub(super) struct Runner {
    pub(super) store: Arc<dyn Store>,
    pub(super) clock: Clock,
    pub(super) settings: JobSettings,
    pub(super) tasks: TaskTracker,
    pub(super) permits: Arc<Semaphore>,
    /// While it waits it must not hold a version that is to stop.
    pub(super) version: Weak<Plugin>,
    pub(super) name: Arc<str>,
    pub(super) end: CancellationToken,
}

impl Runner {
    /// Runs jobs until the server stops or another version has its turn.
    pub(super) async fn run(self) {
        let (mut added, runner) = (self.store.job_added(), Arc::new(self));
        loop {
            let permit = tokio::select! {
                permit = Arc::clone(&runner.permits).acquire_owned() => permit,
                () = runner.end.cancelled() => return,
            };
            // Nobody closes it.
            let Ok(permit) = permit else { return };
            added.mark_unchanged();
            let sleep = match Arc::clone(&runner).next(permit).await {
                Ok(None) => continue,
                Ok(Some(sleep)) => sleep,
                Err(error) => {
                    tracing::error!(plugin = &*runner.name, %error, "the jobs of the plugin cannot be read");
                    PAUSE
                }
            };
            tokio::select! {
                () = tokio::time::sleep(sleep) => {}
                _ = added.changed() => {}
                () = runner.end.cancelled() => return,
            }
        }
    }

    /// Begins with the job that is due first; answers how long to wait when there is none.
    async fn next(self: Arc<Self>, permit: OwnedSemaphorePermit) -> Result<Option<Duration>, store::Error> {
        let Some(plugin) = self.version.upgrade().filter(|_| !self.end.is_cancelled()) else { return Ok(Some(SLICE)) };
        if let Some(rest) = plugin.rest(Hook::JobRun) {
            return Ok(Some(rest.min(SLICE)));
        }
        let now = self.clock.now();
        let limit = i64::try_from(plugin.settings(Hook::JobRun).deadline.as_millis()).unwrap_or(i64::MAX);
        let until = now.plus_millis(limit.saturating_add(GRACE));
        let Some(job) = self.store.claim_job(&self.name, self.settings.node, now, until).await? else {
            let next = self.store.find_next_job(&self.name).await?;
            let left = next.map_or(SLICE, |next| Duration::from_millis(u64::try_from(next.0 - now.0).unwrap_or(1)));
            return Ok(Some(left.min(SLICE)));
        };
        let runner = Arc::clone(&self);
        self.tasks.spawn(async move {
            if let Err(error) = runner.carry_out(&plugin, job).await {
                tracing::error!(plugin = &*runner.name, %error, "what became of a job cannot be stored; it is run again");
            }
            drop(permit);
        });
        Ok(None)
    }

    async fn carry_out(&self, plugin: &Plugin, job: Job) -> Result<(), store::Error> {
        if job.attempts > self.settings.attempts {
            // It was under way each time that the server died.
            return self.give_up(job, "the server ended while it was run").await;
        }
        let context = Context { origin: Origin::Plugin, hop: job.hop, ..Context::admin() };
        let fault = match plugin.job_run(&context, &job).await {
            Ok(JobEnd::Done) => return self.store.delete_job(job.id).await,
            Ok(JobEnd::GivenUp(cause)) => return self.give_up(job, &cause).await,
            Err(fault) => fault,
        };
        match fault {
            // It was not called.
            Fault::Open { retry } | Fault::OverTime { retry } => {
                self.store.return_job(job.id, self.after(retry), job.attempts.saturating_sub(1), None).await
            }
            Fault::Saturated | Fault::NoRoom(_) | Fault::Replaced => {
                self.store.return_job(job.id, self.after(SLICE), job.attempts.saturating_sub(1), None).await
            }
            fault if job.attempts >= self.settings.attempts => self.give_up(job, &fault.to_string()).await,
            fault => {
                let pause = backoff(job.attempts, rand::random_range(0.75..1.25));
                let date = self.clock.now();
                let failure = JobFailure { cause: fault.to_string(), date };
                self.store.return_job(job.id, date.plus_millis(pause), job.attempts, Some(failure)).await
            }
        }
    }

    async fn give_up(&self, job: Job, cause: &str) -> Result<(), store::Error> {
        let Job { id, name, attempts, .. } = job;
        tracing::error!(plugin = &*self.name, job = id, name, attempts, "a job is given up: {cause}");
        metrics::counter!("talaria_plugin_jobs_given_up_total", "plugin" => self.name.to_string()).increment(1);
        let failure = JobFailure { cause: cause.to_owned(), date: self.clock.now() };
        self.store.bury_job(id, failure, self.settings.dead_kept).await
    }

    fn after(&self, pause: Duration) -> Timestamp {
        self.clock.now().plus_millis(i64::try_from(pause.as_millis()).unwrap_or(i64::MAX))
    }
}

/// Milliseconds after so many failed attempts. What failed together is not tried again together: `jitter` is about 1.
fn backoff(attempts: u32, jitter: f64) -> i64 {
    let pause = FIRST_BACKOFF.saturating_mul(1_i64.checked_shl(attempts.saturating_sub(1)).unwrap_or(i64::MAX));
    let pause = if pause <= 0 { LAST_BACKOFF } else { pause.min(LAST_BACKOFF) };
    #[expect(clippy::cast_precision_loss, clippy::cast_possible_truncation, reason = "at most an hour")]
    let pause = (pause as f64 * jitter) as i64;
    pause
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_attempt_waits_twice_as_long_up_to_an_hour() {
        assert_eq!([1, 2, 3, 13].map(|attempts| backoff(attempts, 1.0)), [1_000, 2_000, 4_000, LAST_BACKOFF]);
        for attempts in [62, 63, 64, 65, u32::MAX] {
            assert_eq!(backoff(attempts, 1.0), LAST_BACKOFF, "{attempts}");
        }
        assert_eq!(backoff(1, 0.75), 750);
    }
}

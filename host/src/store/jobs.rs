//! The trait for the jobs of plugins.

use async_trait::async_trait;
use tokio::sync::watch;

use super::Result;
use crate::model::{
    Timestamp,
    job::{DeadJobs, Enqueued, Job, JobCounts, JobFailure, JobPage, JobQuota, JobRecord, NewJob},
};

/// Work for later. A job waits, is claimed and run, and then deleted, or waits again, or is dead.
#[async_trait]
pub trait JobStore: Send + Sync {
    /// Changes whenever a job was added.
    fn job_added(&self) -> watch::Receiver<u64>;

    /// Adds a job within the quota of its plugin; durable when it returns.
    async fn insert_job(&self, job: NewJob, quota: JobQuota) -> Result<Enqueued>;

    /// Takes back the job that waits with this key; true when there was one. One that is being run does not wait.
    async fn cancel_job(&self, plugin: &str, key: &str) -> Result<bool>;

    /// Takes the job of a plugin that is due first, for `node`, and counts an attempt. Unless its end is told before
    /// `until`, it is due again then: whoever ran it may be gone.
    async fn claim_job(&self, plugin: &str, node: u16, now: Timestamp, until: Timestamp) -> Result<Option<Job>>;

    /// It is done.
    async fn delete_job(&self, id: i64) -> Result<()>;

    /// It waits again, until `due`, with so many attempts behind it, the last of which may have failed. When another
    /// waits with its key meanwhile, it goes without one.
    async fn return_job(&self, id: i64, due: Timestamp, attempts: u32, failure: Option<JobFailure>) -> Result<()>;

    /// It is run no more, but kept, as one of the last `kept` of its plugin.
    async fn bury_job(&self, id: i64, failure: JobFailure, kept: u32) -> Result<()>;

    /// What this node had claimed waits again and is due now. For its start: nothing of it is being run then.
    async fn release_jobs(&self, node: u16, now: Timestamp) -> Result<usize>;

    /// When the next job of a plugin is due.
    async fn find_next_job(&self, plugin: &str) -> Result<Option<Timestamp>>;

    /// The jobs of each plugin that has any, by name.
    async fn count_jobs(&self) -> Result<Vec<(String, JobCounts)>>;

    /// Some jobs of a plugin, by their ids.
    async fn list_jobs(&self, page: JobPage) -> Result<Vec<JobRecord>>;

    /// Dead jobs wait again and are due now, as if they had never been tried; whatever the quota says. When another
    /// waits with its key, one goes without. Answers how many there were.
    async fn revive_jobs(&self, plugin: &str, which: DeadJobs, now: Timestamp) -> Result<usize>;

    /// Deletes dead jobs. Answers how many there were.
    async fn discard_jobs(&self, plugin: &str, which: DeadJobs) -> Result<usize>;

    /// Deletes all jobs of a plugin, when it is removed for good.
    async fn clear_jobs(&self, plugin: &str) -> Result<()>;
}

//! What plugins have done when it is time: timers and jobs.

use bytes::Bytes;
use serde::{Deserialize, Serialize};

use super::Timestamp;

/// How far a timer has got.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TimerMark {
    /// The expression that it goes by. One with another begins anew.
    pub cron: String,
    /// The moment that it has fired for last, or when it was first seen.
    pub fired: Timestamp,
}

/// A job that is to be stored.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct NewJob {
    pub plugin: String,
    pub name: String,
    pub payload: Bytes,
    pub added: Timestamp,
    pub due: Timestamp,
    /// No two that wait have the same, among those of a plugin.
    pub key: Option<String>,
    /// How many plugins what it is about has come through.
    pub hop: u8,
}

/// A job that is taken to be run.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Job {
    pub id: i64,
    pub name: String,
    pub payload: Bytes,
    /// When it was to be run.
    pub due: Timestamp,
    /// This one included.
    pub attempts: u32,
    pub hop: u8,
}

/// Why an attempt came to nothing.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct JobFailure {
    pub cause: String,
    pub date: Timestamp,
}

/// Where a job stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum JobState {
    Waiting,
    Running,
    /// It failed as often as it may.
    Dead,
}

/// A job, as operators see it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct JobRecord {
    pub id: i64,
    pub name: String,
    pub state: JobState,
    /// What makes it the only one, if anything does.
    pub key: Option<String>,
    /// Of payload.
    pub bytes: i64,
    /// Those that failed or are under way.
    pub attempts: u32,
    pub added: Timestamp,
    /// When it is to be run; of one that is being run, when it is taken for lost.
    pub due: Option<Timestamp>,
    /// Of the last attempt.
    pub failure: Option<JobFailure>,
}

/// Jobs of one plugin, by their ids.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct JobPage {
    pub plugin: String,
    /// All of them, when absent.
    pub state: Option<JobState>,
    /// Those after this one.
    pub after: Option<i64>,
    pub limit: u32,
}

/// Dead jobs of a plugin.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum DeadJobs {
    All,
    One(i64),
}

/// What of a plugin may wait at a time.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct JobQuota {
    pub jobs: i64,
    /// Of payload.
    pub bytes: i64,
}

/// What became of a new job.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Enqueued {
    New,
    /// One with its key waits already.
    Waits,
    /// The quota is used up.
    Full,
}

/// The jobs of a plugin.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize)]
pub struct JobCounts {
    /// Those that are being run included.
    pub waiting: i64,
    /// Failed as often as they may.
    pub dead: i64,
}

//! The jobs of plugins.

mod records;

use async_trait::async_trait;
use bytes::Bytes;
use rusqlite::{Connection, OptionalExtension as _, params};
use tokio::sync::watch;

use super::{EmbeddedStore, rows::count};
use crate::{
    model::{
        Timestamp,
        job::{DeadJobs, Enqueued, Job, JobCounts, JobFailure, JobPage, JobQuota, JobRecord, NewJob},
    },
    store::{JobStore, Result},
};

#[async_trait]
impl JobStore for EmbeddedStore {
    fn job_added(&self) -> watch::Receiver<u64> {
        self.job_added.subscribe()
    }

    async fn insert_job(&self, job: NewJob, quota: JobQuota) -> Result<Enqueued> {
        let enqueued = self.writer.run(move |write| insert(write.connection, &job, quota)).await?;
        if enqueued == Enqueued::New {
            self.tell_of_jobs();
        }
        Ok(enqueued)
    }

    async fn cancel_job(&self, plugin: &str, key: &str) -> Result<bool> {
        let (plugin, key) = (plugin.to_owned(), key.to_owned());
        self.writer
            .run(move |write| {
                let mut statement = write.connection.prepare_cached(
                    "DELETE FROM jobs WHERE plugin = ?1 AND key = ?2 AND node IS NULL AND cause IS NULL",
                )?;
                Ok(statement.execute([plugin, key])? > 0)
            })
            .await
    }

    async fn claim_job(&self, plugin: &str, node: u16, now: Timestamp, until: Timestamp) -> Result<Option<Job>> {
        let plugin = plugin.to_owned();
        self.writer
            .run(move |write| {
                let Some(job) = find_due(write.connection, &plugin, now)? else { return Ok(None) };
                write
                    .connection
                    .prepare_cached("UPDATE jobs SET node = ?2, due = ?3, attempts = ?4 WHERE id = ?1")?
                    .execute(params![job.id, node, until.0, job.attempts])?;
                Ok(Some(job))
            })
            .await
    }

    async fn delete_job(&self, id: i64) -> Result<()> {
        self.writer
            .run(move |write| {
                write.connection.prepare_cached("DELETE FROM jobs WHERE id = ?1")?.execute([id])?;
                Ok(())
            })
            .await
    }

    async fn return_job(&self, id: i64, due: Timestamp, attempts: u32, failure: Option<JobFailure>) -> Result<()> {
        self.writer
            .run(move |write| {
                if let Some(JobFailure { cause, date }) = &failure {
                    write
                        .connection
                        .prepare_cached("UPDATE jobs SET failure = ?2, failed = ?3 WHERE id = ?1 AND cause IS NULL")?
                        .execute(params![id, cause, date.0])?;
                }
                put_back(write.connection, id, due, Some(attempts))
            })
            .await
    }

    async fn bury_job(&self, id: i64, failure: JobFailure, kept: u32) -> Result<()> {
        self.writer
            .run(move |write| {
                write
                    .connection
                    .prepare_cached("UPDATE jobs SET cause = ?2, failed = ?3, node = NULL WHERE id = ?1")?
                    .execute(params![id, failure.cause, failure.date.0])?;
                write
                    .connection
                    .prepare_cached(
                        "DELETE FROM jobs WHERE id IN (
                             SELECT id FROM jobs WHERE cause IS NOT NULL
                                 AND plugin = (SELECT plugin FROM jobs WHERE id = ?1)
                             ORDER BY id DESC LIMIT -1 OFFSET ?2)",
                    )?
                    .execute([id, kept.into()])?;
                Ok(())
            })
            .await
    }

    async fn release_jobs(&self, node: u16, now: Timestamp) -> Result<usize> {
        self.writer
            .run(move |write| {
                let mut statement = write.connection.prepare_cached("SELECT id FROM jobs WHERE node = ?1")?;
                let ids: Vec<i64> = statement.query_map([node], |row| row.get(0))?.collect::<rusqlite::Result<_>>()?;
                for id in &ids {
                    put_back(write.connection, *id, now, None)?;
                }
                Ok(ids.len())
            })
            .await
    }

    async fn find_next_job(&self, plugin: &str) -> Result<Option<Timestamp>> {
        let plugin = plugin.to_owned();
        self.readers
            .run(move |connection| {
                let mut statement =
                    connection.prepare_cached("SELECT min(due) FROM jobs WHERE plugin = ?1 AND cause IS NULL")?;
                Ok(statement.query_row([plugin], |row| row.get::<_, Option<i64>>(0))?.map(Timestamp))
            })
            .await
    }

    async fn count_jobs(&self) -> Result<Vec<(String, JobCounts)>> {
        self.readers
            .run(|connection| {
                let mut statement =
                    connection.prepare_cached("SELECT plugin, waiting, dead FROM job_totals ORDER BY plugin")?;
                let counts = statement
                    .query_map([], |row| Ok((row.get(0)?, JobCounts { waiting: row.get(1)?, dead: row.get(2)? })))?;
                Ok(counts.collect::<rusqlite::Result<_>>()?)
            })
            .await
    }

    async fn list_jobs(&self, page: JobPage) -> Result<Vec<JobRecord>> {
        self.readers.run(move |connection| records::list(connection, &page)).await
    }

    async fn revive_jobs(&self, plugin: &str, which: DeadJobs, now: Timestamp) -> Result<usize> {
        let plugin = plugin.to_owned();
        let revived = self.writer.run(move |write| records::revive(write.connection, &plugin, which, now)).await?;
        if revived > 0 {
            self.tell_of_jobs();
        }
        Ok(revived)
    }

    async fn discard_jobs(&self, plugin: &str, which: DeadJobs) -> Result<usize> {
        let plugin = plugin.to_owned();
        self.writer.run(move |write| records::discard(write.connection, &plugin, which)).await
    }

    async fn clear_jobs(&self, plugin: &str) -> Result<()> {
        let plugin = plugin.to_owned();
        self.writer
            .run(move |write| {
                write.connection.prepare_cached("DELETE FROM jobs WHERE plugin = ?1")?.execute([plugin])?;
                Ok(())
            })
            .await
    }
}

impl EmbeddedStore {
    /// There are jobs that may be due before those that there were.
    fn tell_of_jobs(&self) {
        self.job_added.send_modify(|count| *count = count.wrapping_add(1));
    }
}

fn insert(connection: &Connection, job: &NewJob, quota: JobQuota) -> Result<Enqueued> {
    let mut totals = connection.prepare_cached("SELECT waiting, bytes FROM job_totals WHERE plugin = ?1")?;
    let totals = totals.query_row([&job.plugin], |row| Ok((row.get::<_, i64>(0)?, row.get::<_, i64>(1)?)));
    let (waiting, bytes) = totals.optional()?.unwrap_or_default();
    let mut insert = connection.prepare_cached(
        "INSERT INTO jobs (plugin, name, key, payload, due, attempts, hop, added)
             VALUES (?1, ?2, ?3, ?4, ?5, 0, ?6, ?7)
             ON CONFLICT (plugin, key) WHERE key IS NOT NULL AND node IS NULL AND cause IS NULL DO NOTHING",
    )?;
    if waiting >= quota.jobs || bytes.saturating_add(count(job.payload.len())) > quota.bytes {
        return Ok(if is_waiting(connection, job)? { Enqueued::Waits } else { Enqueued::Full });
    }
    let NewJob { plugin, name, payload, added, due, key, hop } = job;
    let added = insert.execute(params![plugin, name, key, &payload[..], due.0, hop, added.0])?;
    Ok(if added > 0 { Enqueued::New } else { Enqueued::Waits })
}

/// Whether one with the job's key waits.
fn is_waiting(connection: &Connection, job: &NewJob) -> Result<bool> {
    let mut statement = connection.prepare_cached(
        "SELECT EXISTS (SELECT 1 FROM jobs WHERE plugin = ?1 AND key = ?2 AND node IS NULL AND cause IS NULL)",
    )?;
    Ok(statement.query_row(params![job.plugin, job.key], |row| row.get(0))?)
}

/// With the attempt that it is taken for.
fn find_due(connection: &Connection, plugin: &str, now: Timestamp) -> Result<Option<Job>> {
    let mut statement = connection.prepare_cached(
        "SELECT id, name, payload, due, attempts, hop FROM jobs
             WHERE plugin = ?1 AND due <= ?2 AND cause IS NULL ORDER BY due, id LIMIT 1",
    )?;
    let job = statement.query_row(params![plugin, now.0], |row| {
        Ok(Job {
            id: row.get(0)?,
            name: row.get(1)?,
            payload: Bytes::from(row.get::<_, Vec<u8>>(2)?),
            due: Timestamp(row.get(3)?),
            attempts: row.get::<_, u32>(4)?.saturating_add(1),
            hop: row.get(5)?,
        })
    });
    Ok(job.optional()?)
}

/// `attempts`: as they are, when `None`.
fn put_back(connection: &Connection, id: i64, due: Timestamp, attempts: Option<u32>) -> Result<()> {
    connection
        .prepare_cached(
            "UPDATE jobs SET node = NULL, due = ?2, attempts = coalesce(?3, attempts),
                 key = iif(EXISTS (SELECT 1 FROM jobs AS other
                     WHERE other.plugin = jobs.plugin AND other.key = jobs.key AND other.id <> jobs.id
                         AND other.node IS NULL AND other.cause IS NULL), NULL, key)
             WHERE id = ?1 AND cause IS NULL",
        )?
        .execute(params![id, due.0, attempts])?;
    Ok(())
}

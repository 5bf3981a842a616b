//! What operators see of jobs, and what they do about dead ones.

use rusqlite::{Connection, Row, params};

use super::put_back;
use crate::{
    model::{
        Timestamp,
        job::{DeadJobs, JobFailure, JobPage, JobRecord, JobState},
    },
    store::Result,
};

pub(super) fn list(connection: &Connection, page: &JobPage) -> Result<Vec<JobRecord>> {
    let state = page.state.map(|state| match state {
        JobState::Waiting => "waiting",
        JobState::Running => "running",
        JobState::Dead => "dead",
    });
    let mut statement = connection.prepare_cached(
        "SELECT id, name, key, length(payload), attempts, added, due, failed, coalesce(cause, failure),
             cause IS NOT NULL, node IS NOT NULL
         FROM jobs WHERE plugin = ?1 AND id > ?2
             AND coalesce(?3 = iif(cause IS NOT NULL, 'dead', iif(node IS NOT NULL, 'running', 'waiting')), TRUE)
         ORDER BY id LIMIT ?4",
    )?;
    let after = page.after.unwrap_or(i64::MIN);
    let records = statement.query_map(params![page.plugin, after, state, page.limit], read)?;
    Ok(records.collect::<rusqlite::Result<_>>()?)
}

fn read(row: &Row<'_>) -> rusqlite::Result<JobRecord> {
    let (is_dead, is_running) = (row.get(9)?, row.get(10)?);
    let state = match (is_dead, is_running) {
        (true, _) => JobState::Dead,
        (false, true) => JobState::Running,
        (false, false) => JobState::Waiting,
    };
    let date: Option<i64> = row.get(7)?;
    let failure = row.get::<_, Option<String>>(8)?.zip(date);
    let due = Timestamp(row.get(6)?);
    Ok(JobRecord {
        id: row.get(0)?,
        name: row.get(1)?,
        state,
        key: row.get(2)?,
        bytes: row.get(3)?,
        attempts: row.get(4)?,
        added: Timestamp(row.get(5)?),
        due: (!is_dead).then_some(due),
        failure: failure.map(|(cause, date)| JobFailure { cause, date: Timestamp(date) }),
    })
}

pub(super) fn revive(connection: &Connection, plugin: &str, which: DeadJobs, now: Timestamp) -> Result<usize> {
    let ids = find(connection, plugin, which)?;
    for id in &ids {
        // The node keeps it apart from those that wait until its key is known to be free.
        connection
            .prepare_cached("UPDATE jobs SET node = -1, failure = cause, cause = NULL WHERE id = ?1")?
            .execute([id])?;
        put_back(connection, *id, now, Some(0))?;
    }
    Ok(ids.len())
}

pub(super) fn discard(connection: &Connection, plugin: &str, which: DeadJobs) -> Result<usize> {
    let ids = find(connection, plugin, which)?;
    for id in &ids {
        connection.prepare_cached("DELETE FROM jobs WHERE id = ?1")?.execute([id])?;
    }
    Ok(ids.len())
}

/// Those of them that are dead.
fn find(connection: &Connection, plugin: &str, which: DeadJobs) -> Result<Vec<i64>> {
    let id = match which {
        DeadJobs::All => None,
        DeadJobs::One(id) => Some(id),
    };
    let mut statement = connection.prepare_cached(
        "SELECT id FROM jobs WHERE plugin = ?1 AND cause IS NOT NULL AND id = coalesce(?2, id) ORDER BY id",
    )?;
    let ids = statement.query_map(params![plugin, id], |row| row.get(0))?;
    Ok(ids.collect::<rusqlite::Result<_>>()?)
}

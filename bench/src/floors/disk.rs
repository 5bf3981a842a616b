//! C4 and C7: bytes and rows that survive a power cut.

use std::{
    fs::OpenOptions,
    io::Write as _,
    path::Path,
    time::{Duration, Instant},
};

use rusqlite::{Connection, params};

use crate::{
    latency::{Times, micros},
    machine::cpu,
};

const BLOCK: [u8; 4096] = [b'.'; 4096];
const SYNCS: usize = 400;
/// As long as the texts of W1.
const TEXT: usize = 200;
/// Rows of one commit when what counts is the CPU.
const MANY: i64 = 100;
const MANY_COMMITS: i64 = 300;
/// Rows of one commit when what counts is the time.
const FEW: i64 = 10;
const FEW_COMMITS: i64 = 400;

/// What rows cost.
pub(super) struct Rows {
    /// CPU a row in microseconds, at 100 rows a commit.
    pub(super) cost: f64,
    /// Times of commits of 10 rows.
    pub(super) commits: Times,
}

/// C4: how long 4 KiB at the end of a file take until they are safe.
pub(super) fn appends(folder: &Path) -> anyhow::Result<Times> {
    let mut file = OpenOptions::new().create(true).append(true).open(folder.join("append"))?;
    let mut times = Times::new();
    for _ in 0..SYNCS {
        let start = Instant::now();
        file.write_all(&BLOCK)?;
        file.sync_data()?;
        times.record(start.elapsed());
    }
    Ok(times)
}

/// C7: rows of a message's size, to be found by their id and by their conversation.
pub(super) fn rows(folder: &Path) -> anyhow::Result<Rows> {
    let connection = Connection::open(folder.join("rows.sqlite"))?;
    connection.pragma_update(None, "journal_mode", "WAL")?;
    connection.pragma_update(None, "synchronous", "FULL")?;
    connection.execute_batch(
        "CREATE TABLE message (id INTEGER PRIMARY KEY, conversation INTEGER, sender INTEGER, date INTEGER, text TEXT);
         CREATE INDEX message_by_conversation ON message (conversation, date);",
    )?;
    let mut next = 0;
    commit(&connection, &mut next, MANY)?;
    let before = cpu::of_this_thread()?;
    for _ in 0..MANY_COMMITS {
        commit(&connection, &mut next, MANY)?;
    }
    let used = cpu::of_this_thread()? - before;
    let mut commits = Times::new();
    for _ in 0..FEW_COMMITS {
        commits.record(commit(&connection, &mut next, FEW)?);
    }
    Ok(Rows { cost: micros(used) / (MANY * MANY_COMMITS) as f64, commits })
}

/// Writes `rows` rows and answers how long it took until they were safe.
fn commit(connection: &Connection, next: &mut i64, rows: i64) -> rusqlite::Result<Duration> {
    let text = ".".repeat(TEXT);
    let start = Instant::now();
    let transaction = connection.unchecked_transaction()?;
    let mut insert = transaction.prepare_cached("INSERT INTO message VALUES (?1, ?2, ?3, ?4, ?5)")?;
    for _ in 0..rows {
        *next += 1;
        insert.execute(params![*next, *next % 1000, *next % 1000, 1_700_000_000_000 + *next, text])?;
    }
    drop(insert);
    transaction.commit()?;
    Ok(start.elapsed())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_written() {
        let folder = tempfile::tempdir().unwrap();
        let rows = rows(folder.path()).unwrap();
        assert!(rows.cost > 0.0 && rows.commits.summary().count == FEW_COMMITS as u64);
        let connection = Connection::open(folder.path().join("rows.sqlite")).unwrap();
        let count: i64 = connection.query_row("SELECT count(*) FROM message", [], |row| row.get(0)).unwrap();
        assert_eq!(count, MANY * (MANY_COMMITS + 1) + FEW * FEW_COMMITS);
    }
}

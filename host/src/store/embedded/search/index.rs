//! The database of words: for each message the terms of its text and of its conversation.

use std::{
    fs,
    path::{Path, PathBuf},
    time::Duration,
};

use rusqlite::{Connection, OptionalExtension, Transaction, params};

use super::words;
use crate::store::{Result, embedded::engine::open::create_private};

const FILE: &str = "search.db";

/// After the name of the file: the index is not to be used any more.
const DAMAGE_MARK: &str = "-damaged";

/// Another version of the tables, or of what the words of a text are, makes the index anew.
const VERSION: i64 = 1;

/// Without the texts and the places of words in them, which the messages tell.
const SCHEMA: &str = "
    CREATE VIRTUAL TABLE texts USING fts5 (terms, content = '', contentless_delete = 1, detail = none,
        tokenize = \"ascii tokenchars '@#'\");
    CREATE TABLE progress (searched_through INTEGER NOT NULL, queue_through INTEGER NOT NULL) STRICT;
    INSERT INTO progress VALUES (0, 0);";

/// What connects a message with those who may find it. Neither begins like a word.
pub(super) fn user_term(user: i64) -> String {
    format!("@{user}")
}

pub(super) fn group_term(group: i64) -> String {
    format!("#{group}")
}

pub(super) fn path(directory: &Path) -> PathBuf {
    directory.join(FILE)
}

pub(super) fn delete(path: &Path) {
    // The mark goes last: until then the index counts as damaged.
    for suffix in ["", "-wal", "-shm", DAMAGE_MARK] {
        // Mostly there is none; what cannot be deleted cannot be opened either, and that is told.
        let _ = fs::remove_file(beside(path, suffix));
    }
}

/// Has the index made anew at the next start: connections that search it cannot be given another meanwhile.
pub(super) fn mark_damaged(path: &Path) {
    let mark = damage_mark(path);
    if !mark.exists() {
        tracing::error!("the index of words is damaged; it is made anew at the next start of the server");
        // Without the mark, the damage is met and told again.
        let _ = fs::write(mark, b"");
    }
}

fn damage_mark(path: &Path) -> PathBuf {
    beside(path, DAMAGE_MARK)
}

fn beside(path: &Path, suffix: &str) -> PathBuf {
    let mut file = path.as_os_str().to_owned();
    file.push(suffix);
    file.into()
}

/// The one connection that writes.
pub(super) struct Index {
    pub(super) path: PathBuf,
    connection: Connection,
    pub(super) progress: Progress,
}

/// How far the index has come.
#[derive(Clone, Copy)]
pub(super) struct Progress {
    /// The greatest id of the messages that were followed.
    pub(super) searched_through: i64,
    /// The last number of the queue.
    pub(super) queue_through: i64,
}

/// A message to index.
pub(super) struct Entry {
    pub(super) id: i64,
    pub(super) sender: i64,
    pub(super) target: i64,
    pub(super) text: String,
}

impl Index {
    /// Makes the index anew when there is none that fits the data.
    pub(super) fn open(path: &Path, data: &Connection) -> rusqlite::Result<Self> {
        match Self::open_existing(path, data) {
            Ok(Some(index)) => return Ok(index),
            Ok(None) => {}
            Err(error) => tracing::warn!(%error, "the index of words cannot be read and is made anew"),
        }
        delete(path);
        create_private(path).map_err(|error| rusqlite::Error::ToSqlConversionFailure(Box::new(error)))?;
        let connection = connect(path)?;
        connection.execute_batch(SCHEMA)?;
        connection.pragma_update(None, "user_version", VERSION)?;
        Ok(Self { path: path.to_owned(), connection, progress: Progress { searched_through: 0, queue_through: 0 } })
    }

    fn open_existing(path: &Path, data: &Connection) -> rusqlite::Result<Option<Self>> {
        if !path.exists() || damage_mark(path).exists() {
            return Ok(None);
        }
        let connection = connect(path)?;
        let version: i64 = connection.query_row("PRAGMA user_version", [], |row| row.get(0))?;
        if version != VERSION {
            return Ok(None);
        }
        let progress = connection.query_row("SELECT searched_through, queue_through FROM progress", [], |row| {
            Ok(Progress { searched_through: row.get(0)?, queue_through: row.get(1)? })
        })?;
        // It was made from data that came later, of which those here may be a copy.
        let is_ahead =
            progress.searched_through > indexed_through(data)? || progress.queue_through > last_number(data)?;
        Ok((!is_ahead).then_some(Self { path: path.to_owned(), connection, progress }))
    }

    /// Writes what `change` writes and the progress that it makes, both or neither.
    pub(super) fn advance<T>(
        &mut self,
        change: impl FnOnce(&Transaction<'_>, &mut Progress) -> Result<T>,
    ) -> Result<T> {
        let transaction = self.connection.transaction()?;
        let mut progress = self.progress;
        let result = change(&transaction, &mut progress)?;
        transaction
            .prepare_cached("UPDATE progress SET searched_through = ?1, queue_through = ?2")?
            .execute([progress.searched_through, progress.queue_through])?;
        transaction.commit()?;
        self.progress = progress;
        Ok(result)
    }
}

fn connect(path: &Path) -> rusqlite::Result<Connection> {
    let connection = Connection::open(path)?;
    connection.busy_timeout(Duration::from_secs(5))?;
    // Durable with each commit, as what is done goes from the queue.
    connection.execute_batch(
        "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA temp_store = MEMORY;
         PRAGMA wal_autocheckpoint = 4000; PRAGMA journal_size_limit = 16777216;",
    )?;
    Ok(connection)
}

/// Messages up to here do not come any more, but for those in the queue.
pub(super) fn indexed_through(data: &Connection) -> rusqlite::Result<i64> {
    data.prepare_cached("SELECT indexed_through FROM message_index")?.query_row([], |row| row.get(0))
}

fn last_number(data: &Connection) -> rusqlite::Result<i64> {
    let last = data
        .query_row("SELECT seq FROM sqlite_sequence WHERE name = 'search_queue'", [], |row| row.get(0))
        .optional()?;
    Ok(last.unwrap_or(0))
}

pub(super) fn insert(transaction: &Transaction<'_>, entry: &Entry, terms: &mut String) -> Result<()> {
    terms.clear();
    if entry.target < 0 {
        terms.push_str(&group_term(-entry.target));
    } else {
        terms.push_str(&user_term(entry.sender));
        terms.push(' ');
        terms.push_str(&user_term(entry.target));
    }
    words::index(&entry.text, terms);
    transaction
        .prepare_cached("INSERT INTO texts (rowid, terms) VALUES (?1, ?2)")?
        .execute(params![entry.id, &*terms])?;
    Ok(())
}

pub(super) fn remove(transaction: &Transaction<'_>, message: i64) -> Result<()> {
    transaction.prepare_cached("DELETE FROM texts WHERE rowid = ?1")?.execute([message])?;
    Ok(())
}

/// Removes some of what comes before a message; says how many.
pub(super) fn remove_before(transaction: &Transaction<'_>, first: i64, limit: u32) -> Result<usize> {
    let before: Vec<i64> = transaction
        .prepare_cached("SELECT rowid FROM texts WHERE rowid < ?1 ORDER BY rowid LIMIT ?2")?
        .query_map([first, limit.into()], |row| row.get(0))?
        .collect::<rusqlite::Result<_>>()?;
    before.iter().try_for_each(|message| remove(transaction, *message))?;
    Ok(before.len())
}

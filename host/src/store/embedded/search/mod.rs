//! Finding messages by their words. The words are indexed in a database of its own beside the data, by a thread of its
//! own that follows the messages, so that no message waits for it. That database holds nothing that the data do not:
//! when it is missing, damaged or does not fit them, it is made anew.
//!
//! Invariants: the words of all messages up to a message are indexed, but for those in a queue, which is written in the
//! transaction that edits a message or brings one late. A search looks through the messages above in the conversations
//! that it is about, and compares every message that the index names with what is asked for: an index that is behind,
//! as it is while many messages come, costs time, and no truth.

mod feed;
mod find;
mod follower;
mod index;
mod words;

use std::{
    path::{Path, PathBuf},
    sync::Arc,
    thread::{Builder, JoinHandle},
};

use parking_lot::Mutex;
use rusqlite::Connection;

pub(super) use self::{feed::Feed, find::find};
use self::{follower::Follower, index::Index};
use crate::store::Error;

/// The thread that follows the messages. It ends when it is closed or dropped.
pub(super) struct Search {
    path: PathBuf,
    feed: Arc<Feed>,
    thread: Mutex<Option<JoinHandle<()>>>,
}

impl Search {
    /// `data` reads the messages. Blocks.
    pub(super) fn start(directory: &Path, data: Connection) -> rusqlite::Result<Self> {
        let path = index::path(directory);
        let index = Index::open(&path, &data)?;
        let (feed, wakes) = Feed::new();
        let feed = Arc::new(feed);
        let follower = Follower::new(data, index, Arc::clone(&feed), wakes);
        let thread = Builder::new()
            .name("store-search".into())
            .spawn(move || follower.run())
            .map_err(|error| rusqlite::Error::ToSqlConversionFailure(Box::new(error)))?;
        Ok(Self { path, feed, thread: Mutex::new(Some(thread)) })
    }

    /// Deletes the index, which would not know what happens without it.
    pub(super) fn forget(directory: &Path) {
        index::delete(&index::path(directory));
    }

    pub(super) fn feed(&self) -> Arc<Feed> {
        Arc::clone(&self.feed)
    }

    /// Called with what went wrong with the index.
    pub(super) fn failed(&self, error: &Error) {
        if matches!(error, Error::Corrupt(_)) {
            index::mark_damaged(&self.path);
        }
    }

    /// Lets a connection search.
    pub(super) fn attach(&self, connection: &Connection) -> rusqlite::Result<()> {
        connection.execute("ATTACH ?1 AS search", [self.path.to_string_lossy()])?;
        Ok(())
    }

    /// Ends the thread, which can go on another time. Blocks.
    pub(super) fn close(&self) {
        self.feed.close();
        if let Some(thread) = self.thread.lock().take()
            && thread.join().is_err()
        {
            tracing::error!("the thread that indexes words panicked");
        }
    }
}

impl Drop for Search {
    fn drop(&mut self) {
        self.close();
    }
}

//! The default engine: SQLite in the data directory. One thread writes with group commit, a few threads read, and what
//! the path of a message asks for is answered from memory.

mod conversations;
mod engine;
mod enrolments;
mod friend_requests;
mod group_blocked_users;
mod group_types;
mod groups;
mod jobs;
mod kv;
mod members;
mod messages;
mod outbox;
mod plugins;
mod questions;
mod reactions;
mod relationship_groups;
mod relationships;
mod rows;
mod search;
mod settings;
#[cfg(test)]
mod steps;
#[cfg(test)]
mod tests;
mod timers;
mod users;
mod versions;

use std::{
    fs::File,
    path::Path,
    sync::{Arc, atomic::AtomicI64},
};

use tokio::sync::watch;

pub use engine::{
    open::OpenError,
    options::{CacheSizes, Options},
};

use self::{
    engine::{Caches, Readers, Writer, open::Opened},
    messages::index::{Indexer, Recent},
    outbox::{Outbox, OutboxFeed},
    search::Search,
    versions::GroupDates,
};
use crate::clock::Clock;

/// The store in one data directory, which no other process can use meanwhile.
pub struct EmbeddedStore {
    // Dropped in this order: those who read end before the writer's last checkpoint, and the lock goes last.
    readers: Readers,
    search: Option<Search>,
    writer: Writer,
    caches: Arc<Caches>,
    recent: Arc<Recent>,
    outbox: Arc<OutboxFeed>,
    /// The date of the last change of groups that everybody sees.
    group_change: Arc<AtomicI64>,
    job_added: watch::Sender<u64>,
    clock: Clock,
    _lock: File,
}

impl EmbeddedStore {
    /// Opens the directory, which is made when it is missing, and brings its data to the current version. Blocks.
    /// Opened within a runtime, it answers writes from there: that runtime must be running while the store is used.
    ///
    /// # Errors
    /// [`OpenError`] says what is wrong and what to do about it.
    #[expect(clippy::needless_pass_by_value, reason = "a store is opened once, with options made for it")]
    pub fn open(data_dir: &Path, options: Options, clock: Clock) -> Result<Self, OpenError> {
        let opened = engine::open::open(data_dir, options.readers)?;
        let search = open_search(data_dir, &opened, options.search)?;
        let indexer = Indexer::open(&opened.writer, options.unindexed, search.as_ref().map(Search::feed))?;
        let recent = indexer.recent();
        let outbox = Outbox::open(&opened.writer, clock.clone())?;
        let feed = outbox.feed();
        let group_dates = GroupDates::open(&opened.writer)?;
        let group_change = group_dates.seen();
        let caches = Arc::new(Caches::new(&options.caches));
        let engine = |error: std::io::Error| OpenError::Engine(Box::new(error));
        Ok(Self {
            readers: Readers::start(opened.readers, options.read_queue, options.read_time).map_err(engine)?,
            writer: Writer::start(opened.writer, Arc::clone(&caches), (indexer, outbox, group_dates), &options)
                .map_err(engine)?,
            caches,
            recent,
            search,
            outbox: feed,
            group_change,
            job_added: watch::Sender::default(),
            clock,
            _lock: opened.lock,
        })
    }

    /// Keeps stores out of the directory, which must be there, for as long as the file is open. Blocks for a moment
    /// when it is in use.
    ///
    /// # Errors
    /// [`OpenError::Locked`] when a store is open in it, [`OpenError::NotWritable`].
    pub fn lock(data_dir: &Path) -> Result<File, OpenError> {
        engine::open::lock(data_dir)
    }

    /// Finishes what was asked for before, checkpoints and ends the threads; everything later is refused. A read that
    /// would take longer than a second is interrupted. Dropping the store does the same, but blocks.
    pub async fn close(&self) {
        self.readers.close();
        if let Some(search) = &self.search {
            search.close();
        }
        self.writer.close().await;
        self.writer.join();
    }
}

fn open_search(data_dir: &Path, opened: &Opened, is_wanted: bool) -> Result<Option<Search>, OpenError> {
    if !is_wanted {
        Search::forget(data_dir);
        return Ok(None);
    }
    let search = Search::start(data_dir, engine::open::open_reader(data_dir)?)?;
    opened.readers.iter().try_for_each(|reader| search.attach(reader))?;
    Ok(Some(search))
}

impl std::fmt::Debug for EmbeddedStore {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("EmbeddedStore").finish_non_exhaustive()
    }
}

//! What can be tuned.

use std::time::Duration;

/// The sizes of queues, pools and caches. The default suits one server process on any machine.
#[derive(Clone, Debug)]
pub struct Options {
    /// Writes other than messages that may wait; one more waits for room before it is queued.
    pub write_queue: usize,
    /// Writes in one commit at most.
    pub batch: usize,
    /// How long a commit waits for more writes while several write at a time. What is queued while the commit before
    /// runs is collected anyway; where commits are quick that is little, and each costs as much CPU as a dozen
    /// messages. More than a millisecond costs more than it saves.
    pub window: Duration,
    /// Recent messages whose index entries are kept in memory, to be written together: more make a message cheaper to
    /// store, a query a little dearer, and a start slower by a microsecond for each. Up to twice as many are kept.
    pub unindexed: usize,
    /// Threads that read, each with its own connection.
    pub readers: usize,
    /// Reads that may wait; one more waits for room before it is queued.
    pub read_queue: usize,
    /// How long a read may take before it is interrupted. None that an index answers comes near it.
    pub read_time: Duration,
    /// Whether the words of messages are indexed, for searches.
    pub search: bool,
    pub caches: CacheSizes,
}

/// Bytes that each cache may hold, approximately.
#[derive(Clone, Debug)]
pub struct CacheSizes {
    pub users: u64,
    pub relationships: u64,
    pub groups: u64,
    pub members: u64,
    pub member_ids: u64,
    pub kv: u64,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            write_queue: 4096,
            batch: 1024,
            window: Duration::from_micros(700),
            unindexed: 16_384,
            readers: 3,
            read_queue: 1024,
            read_time: Duration::from_secs(5),
            search: true,
            caches: CacheSizes::default(),
        }
    }
}

impl Default for CacheSizes {
    fn default() -> Self {
        const MIB: u64 = 1 << 20;
        Self {
            users: 16 * MIB,
            relationships: 16 * MIB,
            groups: 8 * MIB,
            members: 16 * MIB,
            member_ids: 16 * MIB,
            kv: 16 * MIB,
        }
    }
}

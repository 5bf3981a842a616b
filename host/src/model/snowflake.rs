//! Ids that sort by time: 41 bits of milliseconds, 10 of node, 12 of sequence.

use std::sync::atomic::{AtomicU64, Ordering};

use super::Timestamp;

/// 2020-10-13T00:00:00Z, so that 41 bits last until 2090.
const EPOCH: i64 = 1_602_547_200_000;
const NODE_BITS: u32 = 10;
const SEQUENCE_BITS: u32 = 12;
const SEQUENCE_MASK: u64 = (1 << SEQUENCE_BITS) - 1;

/// Makes positive 63-bit ids that grow within a node, even when its clock steps back or more than 4096 are asked for in
/// one millisecond: then it runs ahead of the clock rather than repeating or waiting.
#[derive(Debug)]
pub struct Snowflake {
    node: u64,
    /// Milliseconds since [`EPOCH`] above the sequence; without the node, so that one addition takes the next.
    last: AtomicU64,
}

impl Snowflake {
    /// A generator for node 0 to 1023.
    ///
    /// # Panics
    /// When the node's number does not fit.
    #[must_use]
    pub fn new(node: u16) -> Self {
        assert!(node < 1 << NODE_BITS, "a node's number is 0 to 1023");
        Self { node: u64::from(node), last: AtomicU64::new(0) }
    }

    /// The next id. `now` is a hint: the id never goes back behind one already made, or one seen by [`Self::observe`].
    pub fn next(&self, now: Timestamp) -> i64 {
        let floor = milliseconds(now) << SEQUENCE_BITS;
        let previous = self
            .last
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |last| Some(floor.max(last + 1)))
            .unwrap_or_else(|last| last);
        self.assemble(floor.max(previous + 1))
    }

    /// Tells of an id from before a restart, so that the next one is greater though the clock may have stepped back.
    pub fn observe(&self, id: i64) {
        let id = u64::try_from(id).unwrap_or(0);
        let milliseconds = id >> (NODE_BITS + SEQUENCE_BITS);
        self.last.fetch_max(milliseconds << SEQUENCE_BITS | (id & SEQUENCE_MASK), Ordering::Relaxed);
    }

    /// Ids that were made before a date are less than this one.
    #[must_use]
    pub fn least(date: Timestamp) -> i64 {
        i64::try_from(milliseconds(date) << (NODE_BITS + SEQUENCE_BITS) & (i64::MAX as u64)).unwrap_or(i64::MAX)
    }

    fn assemble(&self, tick: u64) -> i64 {
        let id =
            (tick >> SEQUENCE_BITS) << (NODE_BITS + SEQUENCE_BITS) | self.node << SEQUENCE_BITS | tick & SEQUENCE_MASK;
        i64::try_from(id & (i64::MAX as u64)).unwrap_or(i64::MAX)
    }
}

fn milliseconds(now: Timestamp) -> u64 {
    u64::try_from(now.0 - EPOCH).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp(1_800_000_000_000);

    #[test]
    fn a_date_parts_the_ids() {
        let ids = Snowflake::new(1023);
        let before = ids.next(NOW.plus_millis(-1));
        let least = Snowflake::least(NOW);
        assert!(before < least && least < ids.next(NOW));
        assert_eq!(Snowflake::least(Timestamp(0)), 0);
    }

    #[test]
    fn ids_grow_within_a_millisecond_and_past_its_sequence() {
        let ids = Snowflake::new(3);
        let mut last = 0;
        for _ in 0..10_000 {
            let id = ids.next(NOW);
            assert!(id > last, "{id} after {last}");
            last = id;
        }
    }

    #[test]
    fn ids_grow_when_the_clock_steps_back() {
        let ids = Snowflake::new(0);
        let before = ids.next(NOW);
        assert!(ids.next(Timestamp(NOW.0 - 60_000)) > before);
    }

    #[test]
    fn ids_grow_past_those_of_an_earlier_run() {
        let earlier = Snowflake::new(1).next(NOW.plus_millis(5_000));
        let ids = Snowflake::new(1);
        ids.observe(earlier);
        assert!(ids.next(NOW) > earlier);
    }

    #[test]
    fn nodes_never_share_an_id() {
        assert_ne!(Snowflake::new(1).next(NOW), Snowflake::new(2).next(NOW));
    }
}

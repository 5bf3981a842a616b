//! How far a plugin has got, shared between the task that follows and those who ask.

use std::sync::atomic::{AtomicI64, Ordering};

use tokio::sync::{Mutex, Notify, SetOnce};

use super::Lag;
use crate::model::{OutboxPosition, Timestamp};

/// No date, or no move.
const NONE: i64 = i64::MIN;

#[derive(Debug)]
pub(super) struct Progress {
    /// The last event that the plugin took.
    position: AtomicI64,
    /// The last position that is in the store.
    saved: AtomicI64,
    /// When the event happened that the plugin is to take next.
    since: AtomicI64,
    /// Where the operator wants the plugin to go on.
    moved: AtomicI64,
    pub(super) was_moved: Notify,
    /// False once the plugin was removed: its place is saved no more.
    pub(super) is_kept: Mutex<bool>,
    /// Held by the one task that follows: one that ends may still be in a call while the next one starts.
    pub(super) turn: Mutex<()>,
    /// The plugin's place is in the store, so that it misses nothing from there on.
    pub(super) is_settled: SetOnce<()>,
}

impl Progress {
    pub(super) fn at(position: OutboxPosition) -> Self {
        Self {
            position: AtomicI64::new(position.0),
            saved: AtomicI64::new(position.0),
            since: AtomicI64::new(NONE),
            moved: AtomicI64::new(NONE),
            was_moved: Notify::new(),
            is_kept: Mutex::new(true),
            turn: Mutex::default(),
            is_settled: SetOnce::new(),
        }
    }

    pub(super) fn position(&self) -> OutboxPosition {
        OutboxPosition(self.position.load(Ordering::Acquire))
    }

    pub(super) fn take(&self, position: OutboxPosition) {
        self.position.store(position.0, Ordering::Release);
    }

    /// Goes back, if that is back: nothing that waits is passed over.
    pub(super) fn go_back(&self, position: OutboxPosition) {
        self.position.fetch_min(position.0, Ordering::AcqRel);
    }

    pub(super) fn saved(&self) -> OutboxPosition {
        OutboxPosition(self.saved.load(Ordering::Acquire))
    }

    pub(super) fn save(&self, position: OutboxPosition) {
        self.saved.store(position.0, Ordering::Release);
    }

    /// `None` when the plugin has taken everything.
    pub(super) fn next_is_of(&self, date: Option<Timestamp>) {
        self.since.store(date.map_or(NONE, |date| date.0), Ordering::Relaxed);
    }

    pub(super) fn lag(&self, end: OutboxPosition) -> Lag {
        let waiting = (end.0 - self.position().0).max(0);
        let since = Some(self.since.load(Ordering::Relaxed)).filter(|since| *since != NONE && waiting > 0);
        Lag { waiting, since: since.map(Timestamp) }
    }

    pub(super) fn move_to(&self, position: OutboxPosition) {
        self.moved.store(position.0, Ordering::Release);
        self.was_moved.notify_one();
    }

    pub(super) fn is_moved(&self) -> bool {
        self.moved.load(Ordering::Acquire) != NONE
    }

    /// Where to go back to, if the operator said so meanwhile.
    pub(super) fn take_move(&self) -> Option<OutboxPosition> {
        let moved = self.moved.swap(NONE, Ordering::AcqRel);
        (moved != NONE).then_some(OutboxPosition(moved))
    }
}

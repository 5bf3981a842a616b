//! Limits of one guest, with the reason remembered: to the guest, running out of memory is a bare `unreachable`.

use wasmtime::{ResourceLimiter, Result};

/// Core instances in a component: one in Rust has 3, one in JavaScript 4, one in Python 14 and one more for each native
/// library.
pub(super) const CORE_INSTANCES: u32 = 64;
/// Linear memories in a component: one for each component that it is composed of.
pub(super) const MEMORIES: u32 = 4;
/// Tables in a component: two for each component that it is composed of.
pub(super) const TABLES: u32 = 8;
/// Entries of all tables of a guest, function references mostly.
pub(super) const TABLE_ELEMENTS: usize = 100_000;

/// Sums the memories and the tables of one store.
#[derive(Debug)]
pub(super) struct Limits {
    limit: usize,
    used: usize,
    exceeded: bool,
    table_elements: usize,
}

impl Limits {
    /// At most `limit` bytes of linear memory.
    pub(super) const fn new(limit: usize) -> Self {
        Self { limit, used: 0, exceeded: false, table_elements: 0 }
    }

    /// The limit, when the guest wanted more.
    pub(super) fn exceeded(&self) -> Option<usize> {
        self.exceeded.then_some(self.limit)
    }

    /// Forgets a refusal that the guest got over, so that a later failure is not blamed on memory.
    pub(super) const fn forget_exceeded(&mut self) {
        self.exceeded = false;
    }

    /// The most bytes of linear memory.
    pub(super) const fn limit(&self) -> usize {
        self.limit
    }

    /// Bytes in use; linear memory never shrinks.
    pub(super) const fn used(&self) -> usize {
        self.used
    }
}

impl ResourceLimiter for Limits {
    fn memory_growing(&mut self, current: usize, desired: usize, _maximum: Option<usize>) -> Result<bool> {
        let used = self.used.saturating_sub(current).saturating_add(desired);
        let fits = used <= self.limit;
        if fits {
            self.used = used;
        } else {
            self.exceeded = true;
        }
        Ok(fits)
    }

    fn table_growing(&mut self, current: usize, desired: usize, _maximum: Option<usize>) -> Result<bool> {
        let elements = self.table_elements.saturating_sub(current).saturating_add(desired);
        let fits = elements <= TABLE_ELEMENTS;
        if fits {
            self.table_elements = elements;
        }
        Ok(fits)
    }

    // The pool has the same limits for a component; these are for a server that runs without one.

    fn instances(&self) -> usize {
        CORE_INSTANCES as usize
    }

    fn memories(&self) -> usize {
        MEMORIES as usize
    }

    fn tables(&self) -> usize {
        TABLES as usize
    }
}

//! Memory limits of one guest, with the reason remembered: to the guest, running out of memory is a bare `unreachable`.

use wasmtime::{ResourceLimiter, Result};

/// Entries of a guest's tables, function references mostly.
const TABLE_ELEMENTS: usize = 100_000;

/// Sums the memories of one store.
#[derive(Debug)]
pub(super) struct Limits {
    limit: usize,
    used: usize,
    exceeded: bool,
}

impl Limits {
    /// At most `limit` bytes.
    pub(super) const fn new(limit: usize) -> Self {
        Self { limit, used: 0, exceeded: false }
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

    fn table_growing(&mut self, _current: usize, desired: usize, _maximum: Option<usize>) -> Result<bool> {
        Ok(desired <= TABLE_ELEMENTS)
    }
}

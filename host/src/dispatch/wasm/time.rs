//! What a guest is told of the time: what the server's own clock says, so that the two never disagree, not even in a
//! test.

use std::time::Duration;

use wasmtime_wasi::HostWallClock;

use crate::clock::Clock;

pub(super) struct ServerTime(pub(super) Clock);

impl HostWallClock for ServerTime {
    fn resolution(&self) -> Duration {
        Duration::from_millis(1)
    }

    fn now(&self) -> Duration {
        Duration::from_millis(u64::try_from(self.0.now().0).unwrap_or_default())
    }
}

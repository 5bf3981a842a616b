//! What can be set about a connection.

use std::time::Duration;

/// Bounds and times of a [`Client`](crate::Client).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Options {
    /// How long to wait for the connection and its upgrade.
    pub connect_timeout: Duration,
    /// How long a request may take, from the wait for room in the queue to its answer.
    pub request_timeout: Duration,
    /// A heartbeat is sent when nothing else was for so long; the server ends a session that is silent for three
    /// minutes.
    pub heartbeat_interval: Duration,
    /// Events that wait to be taken; beyond that they are counted and lost.
    pub event_capacity: usize,
    /// Requests that wait to be written; beyond that a request waits for its turn.
    pub send_capacity: usize,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            connect_timeout: Duration::from_secs(30),
            request_timeout: Duration::from_secs(60),
            heartbeat_interval: Duration::from_secs(60),
            event_capacity: 1024,
            send_capacity: 256,
        }
    }
}

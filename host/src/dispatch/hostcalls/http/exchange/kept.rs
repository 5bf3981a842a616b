//! Connections that wait for the next request to the same place. One is used by one request at a time, and kept only
//! when that was answered: what hangs or fails is not met again.

use std::{
    collections::HashMap,
    time::{Duration, Instant},
};

use parking_lot::Mutex;

use super::http2::Connection;

/// Those that were not used for so long are closed when another is looked for or kept.
const IDLE: Duration = Duration::from_secs(60);
/// Of all plugins.
const MOST: usize = 64;

/// What a connection is good for. No plugin uses what another has made.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub(super) struct Place {
    pub(super) plugin: String,
    pub(super) host: String,
    pub(super) port: u16,
}

/// With when each was used last.
#[derive(Default)]
pub(super) struct Kept(Mutex<HashMap<Place, Vec<(Instant, Connection)>>>);

impl Kept {
    pub(super) fn take(&self, place: &Place) -> Option<Connection> {
        let mut kept = self.0.lock();
        clean(&mut kept, Instant::now());
        kept.get_mut(place)?.pop().map(|(_, connection)| connection)
    }

    pub(super) fn put(&self, place: Place, connection: Connection) {
        let mut kept = self.0.lock();
        let now = Instant::now();
        clean(&mut kept, now);
        if kept.values().map(Vec::len).sum::<usize>() < MOST {
            kept.entry(place).or_default().push((now, connection));
        }
    }
}

fn clean(kept: &mut HashMap<Place, Vec<(Instant, Connection)>>, now: Instant) {
    kept.retain(|_, connections| {
        connections.retain(|(used, connection)| connection.is_open() && now.duration_since(*used) < IDLE);
        !connections.is_empty()
    });
}

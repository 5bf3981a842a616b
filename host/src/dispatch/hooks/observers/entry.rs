//! Entering what happens outside of the store's own writes: sessions come and go in memory, and their events are
//! written a moment later, together.

use std::{sync::Arc, time::Duration};

use tokio::sync::mpsc;
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use crate::{
    dispatch::wasm::Hook,
    model::{happened::Happened, outbox::NewEvent},
    store::Store,
};

/// Events that wait to be written; further ones are dropped and counted, because nobody must wait for observers.
const QUEUE: usize = 10_000;
/// Events in one write.
const BATCH: usize = 1000;
const PAUSE: Duration = Duration::from_millis(500);

/// As it is entered into the outbox: under the name of the hook that tells of it.
pub(super) fn encode(happened: &Happened) -> Result<NewEvent, serde_json::Error> {
    Ok(NewEvent { kind: hook_of(happened).name().to_owned(), payload: serde_json::to_vec(happened)?.into() })
}

/// `None` for what another release has written.
pub(super) fn decode(event: &NewEvent) -> Option<Happened> {
    serde_json::from_slice(&event.payload).ok()
}

/// The hook that tells of it.
pub(in crate::dispatch::hooks) const fn hook_of(happened: &Happened) -> Hook {
    match happened {
        Happened::SessionOpened(_) => Hook::SessionOpened,
        Happened::SessionClosed(_) => Hook::SessionClosed,
        Happened::SessionTakenOver(_) => Hook::SessionTakenOver,
        Happened::SessionKicked(_) => Hook::SessionKicked,
        Happened::LoginFailed(_) => Hook::AuthLoginFailed,
        Happened::MessageDelivered(_) => Hook::MessageDelivered,
        Happened::MessageDropped(_) => Hook::MessageDropped,
        Happened::MessageHeld(_) => Hook::MessageHeld,
        Happened::MessagesExpired(_) => Hook::MessageExpired,
        Happened::Pushed(_) => Hook::PushResult,
        Happened::PresenceChanged(_) => Hook::PresenceChanged,
        Happened::AdminActed(_) => Hook::AdminAction,
        Happened::ConnectionOpened(_) => Hook::ConnectionOpened,
        Happened::ConnectionClosed(_) => Hook::ConnectionClosed,
        Happened::ConfigChanged(_) => Hook::ConfigChanged,
        Happened::ServerStarting(_) => Hook::ServerStarting,
        Happened::ServerReady(_) => Hook::ServerReady,
        Happened::ServerStopping(_) => Hook::ServerStopping,
        Happened::ResourceUploaded(_) => Hook::ResourceUploaded,
        Happened::ResourceDeleted(_) => Hook::ResourceDeleted,
    }
}

#[derive(Debug)]
pub(super) struct Entry {
    events: mpsc::Sender<NewEvent>,
    dropped: metrics::Counter,
}

impl Entry {
    /// Writes as a task of `tasks` until `stop`, and then what waits.
    pub(super) fn start(store: Arc<dyn Store>, tasks: &TaskTracker, stop: CancellationToken) -> Self {
        let (events, received) = mpsc::channel(QUEUE);
        tasks.spawn(write(store, received, stop));
        Self { events, dropped: metrics::counter!("talaria_events_dropped_total") }
    }

    pub(super) fn enter(&self, happened: &Happened) {
        let entered = encode(happened).is_ok_and(|event| self.events.try_send(event).is_ok());
        if !entered {
            self.dropped.increment(1);
        }
    }
}

async fn write(store: Arc<dyn Store>, mut received: mpsc::Receiver<NewEvent>, stop: CancellationToken) {
    let mut events = Vec::new();
    loop {
        let count = tokio::select! {
            biased;
            count = received.recv_many(&mut events, BATCH) => count,
            () = stop.cancelled() => {
                received.close();
                received.recv_many(&mut events, BATCH).await
            }
        };
        if count == 0 {
            return;
        }
        while let Err(error) = store.insert_events(events.clone()).await {
            tracing::error!(%error, events = events.len(), "events cannot be entered into the outbox");
            if stop.is_cancelled() {
                return;
            }
            tokio::time::sleep(PAUSE).await;
        }
        events.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{
        SessionId, Timestamp, UserId,
        session::{DeviceType, EndedSession, SessionInfo},
    };

    #[test]
    fn events_survive_and_others_are_passed_over() {
        let session = SessionInfo {
            id: SessionId(7),
            user: UserId(1),
            device: DeviceType::Ios,
            ip: "2001:db8::1".parse().unwrap(),
            opened: Timestamp(5),
        };
        let ended = EndedSession { session: session.clone(), status: 500, date: Timestamp(9) };
        for happened in [Happened::SessionOpened(session), Happened::SessionClosed(ended)] {
            let event = encode(&happened).unwrap();
            assert_eq!(decode(&event), Some(happened));
        }
        let strange = NewEvent { kind: "x".into(), payload: b"{\"kind\": \"x\"}".as_slice().into() };
        assert_eq!(decode(&strange), None);
    }
}

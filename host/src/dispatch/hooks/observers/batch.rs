//! Events of one kind, as a plugin receives them.

use std::sync::Arc;

use super::Event;
use crate::{
    dispatch::wasm::{Fault, Plugin},
    model::{
        Context, Timestamp,
        message::Message,
        session::{CloseStatus, SessionInfo},
    },
};

/// At least one event.
pub(super) enum Batch {
    Persisted(Vec<Arc<Message>>),
    Opened(Vec<SessionInfo>),
    Closed(Vec<(SessionInfo, CloseStatus, Timestamp)>),
}

impl Batch {
    /// Sorts events into batches that follow one another where the kind changes, so that the order is kept.
    pub(super) fn sort(events: impl IntoIterator<Item = Event>) -> Vec<Self> {
        let mut batches: Vec<Self> = Vec::new();
        for event in events {
            let next = match batches.last_mut() {
                Some(last) => last.push(event),
                None => Some(Self::of(event)),
            };
            batches.extend(next);
        }
        batches
    }

    /// The same events, each alone.
    pub(super) fn split(self) -> Vec<Self> {
        match self {
            Self::Persisted(messages) => messages.into_iter().map(Event::Persisted).map(Self::of).collect(),
            Self::Opened(sessions) => sessions.into_iter().map(Event::Opened).map(Self::of).collect(),
            Self::Closed(sessions) => sessions.into_iter().map(Event::Closed).map(Self::of).collect(),
        }
    }

    fn of(event: Event) -> Self {
        match event {
            Event::Persisted(message) => Self::Persisted(vec![message]),
            Event::Opened(session) => Self::Opened(vec![session]),
            Event::Closed(session) => Self::Closed(vec![session]),
        }
    }

    /// Takes the event in, or begins a new batch when it is of another kind.
    fn push(&mut self, event: Event) -> Option<Self> {
        match (self, event) {
            (Self::Persisted(messages), Event::Persisted(message)) => messages.push(message),
            (Self::Opened(sessions), Event::Opened(session)) => sessions.push(session),
            (Self::Closed(sessions), Event::Closed(session)) => sessions.push(session),
            (_, event) => return Some(Self::of(event)),
        }
        None
    }

    pub(super) fn len(&self) -> u64 {
        let length = match self {
            Self::Persisted(messages) => messages.len(),
            Self::Opened(sessions) => sessions.len(),
            Self::Closed(sessions) => sessions.len(),
        };
        length as u64
    }

    pub(super) async fn call(&self, plugin: &Plugin, context: &Context) -> Result<(), Fault> {
        match self {
            Self::Persisted(messages) => plugin.message_persisted(context, messages).await,
            Self::Opened(sessions) => plugin.session_opened(context, sessions).await,
            Self::Closed(sessions) => plugin.session_closed(context, sessions).await,
        }
    }
}

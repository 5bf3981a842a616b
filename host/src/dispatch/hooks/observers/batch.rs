//! Events of one kind, as a plugin receives them.

use std::collections::HashMap;

use super::entry::Happened;
use crate::{
    dispatch::wasm::{Fault, Hook, Plugin},
    model::{
        Context, MessageId, OutboxPosition, Timestamp,
        message::Message,
        outbox::{OutboxEntry, OutboxEvent},
        session::{EndedSession, SessionInfo},
    },
};

/// At least one event.
pub(super) struct Batch {
    /// Of the last one.
    pub(super) position: OutboxPosition,
    /// Of the first one.
    pub(super) since: Timestamp,
    events: Events,
}

enum Events {
    Persisted(Vec<Message>),
    Opened(Vec<SessionInfo>),
    Closed(Vec<EndedSession>),
}

impl Batch {
    /// Sorts entries into batches that follow one another where the kind changes, so that the order is kept. What `hooks`
    /// do not ask for is left out, and so are messages that are gone.
    pub(super) fn sort(
        entries: Vec<OutboxEntry>,
        hooks: &[Hook],
        mut messages: HashMap<MessageId, Message>,
    ) -> Vec<Self> {
        let mut batches: Vec<Self> = Vec::new();
        for entry in entries {
            let events = match &entry.event {
                OutboxEvent::Message(id) => messages.remove(id).map(|message| Events::Persisted(vec![message])),
                OutboxEvent::Other(event) => Happened::decode(event).map(|happened| match happened {
                    Happened::SessionOpened(session) => Events::Opened(vec![session]),
                    Happened::SessionClosed(session) => Events::Closed(vec![session]),
                }),
            };
            let Some(events) = events.filter(|events| hooks.contains(&events.hook())) else { continue };
            let rest = match batches.last_mut() {
                Some(last) => last.join(events, entry.position),
                None => Some(events),
            };
            batches.extend(rest.map(|events| Self { position: entry.position, since: entry.date, events }));
        }
        batches
    }

    /// The same events, each alone.
    pub(super) fn split(self) -> Vec<Self> {
        let Self { position, since, events } = self;
        let alone = |events| Self { position, since, events };
        match events {
            Events::Persisted(messages) => messages.into_iter().map(|it| alone(Events::Persisted(vec![it]))).collect(),
            Events::Opened(sessions) => sessions.into_iter().map(|it| alone(Events::Opened(vec![it]))).collect(),
            Events::Closed(sessions) => sessions.into_iter().map(|it| alone(Events::Closed(vec![it]))).collect(),
        }
    }

    /// Takes the events in, or gives them back when they are of another kind.
    fn join(&mut self, events: Events, position: OutboxPosition) -> Option<Events> {
        match (&mut self.events, events) {
            (Events::Persisted(all), Events::Persisted(more)) => all.extend(more),
            (Events::Opened(all), Events::Opened(more)) => all.extend(more),
            (Events::Closed(all), Events::Closed(more)) => all.extend(more),
            (_, events) => return Some(events),
        }
        self.position = position;
        None
    }

    pub(super) const fn hook(&self) -> Hook {
        self.events.hook()
    }

    pub(super) fn len(&self) -> usize {
        match &self.events {
            Events::Persisted(messages) => messages.len(),
            Events::Opened(sessions) => sessions.len(),
            Events::Closed(sessions) => sessions.len(),
        }
    }

    pub(super) async fn call(&self, plugin: &Plugin, context: &Context) -> Result<(), Fault> {
        match &self.events {
            Events::Persisted(messages) => plugin.message_persisted(context, messages).await,
            Events::Opened(sessions) => plugin.session_opened(context, sessions).await,
            Events::Closed(sessions) => plugin.session_closed(context, sessions).await,
        }
    }
}

impl Events {
    const fn hook(&self) -> Hook {
        match self {
            Self::Persisted(_) => Hook::MessagePersisted,
            Self::Opened(_) => Hook::SessionOpened,
            Self::Closed(_) => Hook::SessionClosed,
        }
    }
}

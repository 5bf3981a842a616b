//! Events of one hook, as a plugin receives them.

use std::collections::HashMap;

use super::entry;
use crate::{
    dispatch::wasm::{Event, Fault, Hook, Plugin},
    model::{
        Context, MessageId, OutboxPosition, Timestamp,
        happened::Happened,
        message::Message,
        outbox::{Change, Changes, OutboxEntry, OutboxEvent},
    },
};

/// At least one event.
pub(super) struct Batch {
    /// Of the last one.
    pub(super) position: OutboxPosition,
    /// Of the first one.
    pub(super) since: Timestamp,
    pub(super) hook: Hook,
    events: Vec<Event>,
    /// Of each.
    positions: Vec<OutboxPosition>,
}

impl Batch {
    /// Sorts entries into batches that follow one another where the hook changes, so that the order is kept. What
    /// `hooks` do not ask for is left out, and so are messages that are gone.
    pub(super) fn sort(entries: Vec<OutboxEntry>, hooks: &[Hook], messages: &HashMap<MessageId, Message>) -> Vec<Self> {
        let mut batches: Vec<Self> = Vec::new();
        for OutboxEntry { position, date, event } in entries {
            let told: Vec<_> = hooks_of(&event).into_iter().filter(|hook| hooks.contains(hook)).collect();
            let Some(event) = (!told.is_empty()).then(|| read(event, date, messages)).flatten() else { continue };
            for hook in told {
                let event = event.clone();
                // What came through plugins is told apart, with its hop in the context.
                match batches.last_mut().filter(|last| last.hook == hook && last.hop() == hop(&event)) {
                    Some(last) => {
                        last.events.push(event);
                        last.positions.push(position);
                        last.position = position;
                    }
                    None => batches.push(Self::of(event, hook, position, date)),
                }
            }
        }
        batches
    }

    /// The same events, each alone.
    pub(super) fn split(self) -> Vec<Self> {
        let Self { since, hook, events, positions, .. } = self;
        let alone = |(event, position)| Self::of(event, hook, position, since);
        events.into_iter().zip(positions).map(alone).collect()
    }

    fn of(event: Event, hook: Hook, position: OutboxPosition, since: Timestamp) -> Self {
        Self { position, since, hook, events: vec![event], positions: vec![position] }
    }

    /// How many plugins the events have come through.
    pub(super) fn hop(&self) -> u8 {
        self.events.first().map_or(0, hop)
    }

    pub(super) fn len(&self) -> usize {
        self.events.len()
    }

    /// Tells the plugin of those events that it wants.
    pub(super) async fn call(&self, plugin: &Plugin, context: &Context) -> Result<(), Fault> {
        if plugin.scope(self.hook).is_none() {
            return plugin.observe(self.hook, context, &self.events).await;
        }
        let wanted = self.events.iter().filter(|event| plugin.wants(self.hook, &event.traits()));
        let wanted: Vec<_> = wanted.cloned().collect();
        if wanted.is_empty() { Ok(()) } else { plugin.observe(self.hook, context, &wanted).await }
    }
}

/// The message that has to be looked up before the event can be told, if one of the hooks tells of it.
pub(super) fn message_of(event: &OutboxEvent, hooks: &[Hook]) -> Option<MessageId> {
    let id = match event {
        OutboxEvent::Changed(Change::MessageStored(id) | Change::MessageEdited(id) | Change::MessageRecalled(id)) => {
            *id
        }
        OutboxEvent::Changed(_) | OutboxEvent::Other(_) => return None,
    };
    hooks_of(event).iter().any(|hook| hooks.contains(hook)).then_some(id)
}

fn read(event: OutboxEvent, date: Timestamp, messages: &HashMap<MessageId, Message>) -> Option<Event> {
    match event {
        OutboxEvent::Other(event) => entry::decode(&event).map(|happened| Event::Happened(happened, date)),
        OutboxEvent::Changed(Change::MessageStored(id) | Change::MessageEdited(id) | Change::MessageRecalled(id)) => {
            messages.get(&id).cloned().map(Event::Message)
        }
        OutboxEvent::Changed(change) => Some(Event::Changed(change, date)),
    }
}

/// The hooks that tell of what the store enters by itself, with the changes that they tell of.
const TOLD: [(Hook, Changes); 26] = [
    (Hook::MessagePersisted, Changes::MESSAGE_STORED),
    (Hook::PushSend, Changes::MESSAGE_STORED),
    (Hook::MessageEdited, Changes::MESSAGE_EDITED),
    (Hook::MessageRecalled, Changes::MESSAGE_RECALLED),
    (Hook::MessageDeleted, Changes::MESSAGE_DELETED),
    (Hook::MessageReacted, Changes::MESSAGE_REACTED),
    (Hook::MessageRead, Changes::CONVERSATION_READ),
    (Hook::UserCreated, Changes::USER_CREATED),
    (Hook::UserUpdated, Changes::USER_UPDATED),
    (Hook::UserDeleted, Changes::USER_DELETED),
    (Hook::UserSettingsChanged, Changes::SETTINGS_CHANGED),
    (Hook::RelationRequested, Changes::FRIEND_REQUEST_SENT),
    (Hook::RelationAnswered, Changes::FRIEND_REQUEST_ANSWERED),
    (Hook::RelationCreated, Changes::RELATIONSHIP_CREATED),
    (Hook::RelationUpdated, Changes::RELATIONSHIP_UPDATED),
    (Hook::RelationDeleted, Changes::RELATIONSHIP_DELETED),
    (Hook::GroupCreated, Changes::GROUP_CREATED),
    (Hook::GroupUpdated, Changes::GROUP_UPDATED),
    (Hook::GroupTransferred, Changes::GROUP_TRANSFERRED),
    (Hook::GroupDeleted, Changes::GROUP_DELETED),
    (Hook::MemberJoined, Changes::MEMBER_JOINED),
    (Hook::MemberLeft, Changes::MEMBER_LEFT),
    (Hook::MemberUpdated, Changes::MEMBER_UPDATED),
    (Hook::MemberInvited, Changes::MEMBER_INVITED),
    (Hook::MemberApplied, Changes::MEMBER_APPLIED),
    (Hook::MemberAnswered, Changes::MEMBER_ANSWERED),
];

/// What these hooks tell of.
pub(super) fn changes(hooks: &[Hook]) -> Changes {
    TOLD.iter().filter(|(hook, _)| hooks.contains(hook)).fold(Changes::NONE, |all, (_, kind)| all.and(*kind))
}

/// The hooks that tell of an event; none for what another release has written.
fn hooks_of(event: &OutboxEvent) -> Vec<Hook> {
    match event {
        OutboxEvent::Changed(change) => {
            TOLD.iter().filter(|(_, kind)| kind.meet(change.kind())).map(|(hook, _)| *hook).collect()
        }
        OutboxEvent::Other(event) => Hook::find(&event.kind).into_iter().collect(),
    }
}

const fn hop(event: &Event) -> u8 {
    match event {
        Event::Message(message) => message.hop,
        Event::Happened(Happened::MessageDelivered(delivery), _) => delivery.hop,
        Event::Happened(Happened::MessageDropped(message), _) => message.hop,
        Event::Happened(Happened::MessageHeld(message), _) => message.hop,
        Event::Happened(Happened::ResourceUploaded(told) | Happened::ResourceDeleted(told), _) => told.hop,
        Event::Changed(..) | Event::Happened(..) => 0,
    }
}

//! Events as a plugin receives them: those that follow one another and are told to the same hooks, hook by hook.

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

/// Events that follow one another and that the same hooks tell of: at least one event, and one hook. The plugin has
/// taken an event when each of the hooks has told of it.
pub(super) struct Run {
    hooks: Vec<Hook>,
    /// Of the first one.
    pub(super) since: Timestamp,
    events: Vec<Event>,
    /// Of each.
    positions: Vec<OutboxPosition>,
}

/// Some events of a run, as one hook tells of them.
#[derive(Clone, Copy)]
pub(super) struct Batch<'run> {
    pub(super) hook: Hook,
    /// No other hook still has to tell of them.
    pub(super) is_last: bool,
    events: &'run [Event],
    positions: &'run [OutboxPosition],
}

impl Run {
    /// Sorts entries into runs that follow one another where the hooks change, so that the order is kept. What `hooks`
    /// do not ask for is left out, and so are messages that are gone.
    pub(super) fn sort(entries: Vec<OutboxEntry>, hooks: &[Hook], messages: &HashMap<MessageId, Message>) -> Vec<Self> {
        let mut runs: Vec<Self> = Vec::new();
        for OutboxEntry { position, date, event } in entries {
            let told: Vec<_> = hooks_of(&event).into_iter().filter(|hook| hooks.contains(hook)).collect();
            let Some(event) = (!told.is_empty()).then(|| read(event, date, messages)).flatten() else { continue };
            // What came through plugins is told apart, with its hop in the context.
            match runs.last_mut().filter(|last| last.hooks == told && last.hop() == hop(&event)) {
                Some(last) => {
                    last.events.push(event);
                    last.positions.push(position);
                }
                None => runs.push(Self { hooks: told, since: date, events: vec![event], positions: vec![position] }),
            }
        }
        runs
    }

    /// All its events, for one hook after the other.
    pub(super) fn batches(&self) -> impl Iterator<Item = Batch<'_>> {
        let Self { hooks, events, positions, .. } = self;
        let of = move |(index, hook): (usize, &Hook)| Batch {
            hook: *hook,
            is_last: index + 1 == hooks.len(),
            events,
            positions,
        };
        hooks.iter().enumerate().map(of)
    }

    fn hop(&self) -> u8 {
        self.events.first().map_or(0, hop)
    }
}

impl<'run> Batch<'run> {
    /// The same events, each alone.
    pub(super) fn split(self) -> impl Iterator<Item = Self> + use<'run> {
        let alone = move |(events, positions)| Self { events, positions, ..self };
        self.events.chunks(1).zip(self.positions.chunks(1)).map(alone)
    }

    /// Of the last one.
    pub(super) fn position(&self) -> Option<OutboxPosition> {
        self.positions.last().copied()
    }

    /// How many plugins the events have come through.
    pub(super) fn hop(&self) -> u8 {
        self.events.first().map_or(0, hop)
    }

    pub(super) const fn len(&self) -> usize {
        self.events.len()
    }

    /// Tells the plugin of those events that it wants.
    pub(super) async fn call(&self, plugin: &Plugin, context: &Context) -> Result<(), Fault> {
        if plugin.scope(self.hook).is_none() {
            return plugin.observe(self.hook, context, self.events).await;
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        model::{UserId, message::Target},
        services::testing,
    };

    const BOTH: [Hook; 2] = [Hook::MessagePersisted, Hook::PushSend];

    fn message(id: i64, hop: u8) -> Message {
        Message { hop, ..testing::message(id, UserId(1), Target::User(UserId(2))) }
    }

    fn entries(changes: Vec<Change>) -> Vec<OutboxEntry> {
        let of = |(change, position)| OutboxEntry {
            position: OutboxPosition(position),
            date: Timestamp(position),
            event: OutboxEvent::Changed(change),
        };
        changes.into_iter().zip(1..).map(of).collect()
    }

    /// Each batch: its hook, the position of its last event, how many there are, and whether it is the last of them.
    fn told(runs: &[Run]) -> Vec<(Hook, i64, usize, bool)> {
        let batches = runs.iter().flat_map(Run::batches);
        batches.map(|batch| (batch.hook, batch.position().unwrap().0, batch.len(), batch.is_last)).collect()
    }

    #[test]
    fn what_two_hooks_tell_of_comes_in_batches_and_is_owed_until_the_second() {
        let messages = [1, 2, 3].map(|id| (MessageId(id), message(id, 0))).into_iter().collect();
        let stored = [1, 2, 3].map(|id| Change::MessageStored(MessageId(id))).to_vec();
        let runs = Run::sort(entries(stored), &BOTH, &messages);
        assert_eq!(told(&runs), [(Hook::MessagePersisted, 3, 3, false), (Hook::PushSend, 3, 3, true)]);
        let alone: Vec<_> = runs[0].batches().flat_map(Batch::split).collect();
        assert_eq!(alone.iter().map(|event| event.position().unwrap().0).collect::<Vec<_>>(), [1, 2, 3, 1, 2, 3]);
        assert!(alone.iter().all(|event| event.len() == 1 && event.is_last == (event.hook == Hook::PushSend)));
    }

    #[test]
    fn the_order_is_kept_where_the_hooks_or_the_hops_change() {
        let hops = [(1, 0), (2, 0), (3, 1)];
        let messages = hops.map(|(id, hop)| (MessageId(id), message(id, hop))).into_iter().collect();
        let changes = vec![
            Change::MessageStored(MessageId(1)),
            Change::MessageEdited(MessageId(1)),
            Change::MessageStored(MessageId(2)),
            Change::MessageStored(MessageId(4)),
            Change::MessageStored(MessageId(3)),
        ];
        let hooks = [Hook::MessageEdited, Hook::MessagePersisted, Hook::PushSend];
        let (persisted, pushed) = (Hook::MessagePersisted, Hook::PushSend);
        let expected = [
            (persisted, 1, 1, false),
            (pushed, 1, 1, true),
            (Hook::MessageEdited, 2, 1, true),
            (persisted, 3, 1, false),
            (pushed, 3, 1, true),
            (persisted, 5, 1, false),
            (pushed, 5, 1, true),
        ];
        assert_eq!(told(&Run::sort(entries(changes), &hooks, &messages)), expected, "and what is gone is left out");
    }
}

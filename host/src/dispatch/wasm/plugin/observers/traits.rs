//! What is known of an event: whom and which group it is about.

use super::Event;
use crate::{
    dispatch::wasm::Traits,
    model::{UserId, happened::Happened, message::Message, outbox::Change},
};

impl Event {
    pub(in crate::dispatch) fn traits(&self) -> Traits<'_> {
        match self {
            Self::Message(message) => of_message(message),
            Self::Changed(change, _) => of_change(*change),
            Self::Happened(happened, _) => of_happened(happened),
        }
    }
}

fn of_message(message: &Message) -> Traits<'_> {
    Traits::default().by(message.sender).at(message.target).with_text(message.text.as_deref())
}

fn of_change(change: Change) -> Traits<'static> {
    let nothing = Traits::default();
    match change {
        // Told with their messages.
        Change::MessageStored(_) | Change::MessageEdited(_) | Change::MessageRecalled(_) => nothing,
        Change::UserCreated(user)
        | Change::UserDeleted(user)
        | Change::UserUpdated(user)
        | Change::SettingsChanged { user, .. }
        | Change::FriendRequestSent { sender: user, .. }
        | Change::FriendRequestAnswered { sender: user, .. }
        | Change::RelationshipCreated { owner: user, .. }
        | Change::RelationshipUpdated { owner: user, .. }
        | Change::RelationshipDeleted { owner: user, .. }
        | Change::MessageReacted { user, .. } => nothing.by(user),
        Change::GroupCreated(group) | Change::GroupDeleted(group) | Change::GroupUpdated(group) => nothing.at(group),
        Change::GroupTransferred { group, owner: user }
        | Change::MemberJoined { group, user }
        | Change::MemberLeft { group, user }
        | Change::MemberUpdated { group, user }
        | Change::MemberInvited { group, user, .. }
        | Change::MemberApplied { group, user, .. }
        | Change::MemberAnswered { group, user, .. } => nothing.at(group).by(user),
        Change::MessageDeleted { sender, target, .. } => nothing.at(target).by(sender),
        Change::ConversationRead { reader, conversation, .. } => nothing.at(conversation).by(reader),
    }
}

fn of_happened(happened: &Happened) -> Traits<'_> {
    let by = |user: UserId| Traits::default().by(user);
    match happened {
        Happened::SessionOpened(session) => by(session.user),
        Happened::SessionClosed(ended) | Happened::SessionTakenOver(ended) | Happened::SessionKicked(ended) => {
            by(ended.session.user)
        }
        Happened::LoginFailed(login) => by(login.user),
        Happened::MessageDelivered(delivery) => by(delivery.sender).at(delivery.target),
        Happened::MessageDropped(message) => by(message.sender).at(message.target),
        Happened::MessageHeld(message) => by(message.sender).at(message.target),
        Happened::Pushed(outcome) => by(outcome.user),
        Happened::PresenceChanged(change) => by(change.user),
        Happened::ResourceUploaded(told) | Happened::ResourceDeleted(told) => by(told.resource.uploader),
        Happened::MessagesExpired(_)
        | Happened::AdminActed(_)
        | Happened::ConnectionOpened(_)
        | Happened::ConnectionClosed(_)
        | Happened::ConfigChanged(_)
        | Happened::ServerStarting(_)
        | Happened::ServerReady(_)
        | Happened::ServerStopping(_) => Traits::default(),
    }
}

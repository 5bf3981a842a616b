//! Telling a plugin of what happened, hook by hook.

use super::{Plugin, hooks::borrow_records};
use crate::{
    dispatch::wasm::{
        Fault, Hook,
        bindings::exports::talaria::plugin::{
            group_created, group_deleted, member_joined, member_left, message_recalled, session_closed, session_opened,
            user_created, user_deleted,
        },
        call::Call,
        convert,
    },
    model::{
        Context, GroupId, Timestamp, UserId,
        message::Message,
        session::{EndedSession, SessionInfo},
    },
};

/// Something that happened, as far as the hook says no more.
#[derive(Clone, PartialEq, Debug)]
pub enum Event {
    Message(Message),
    Opened(SessionInfo),
    Ended(EndedSession),
    User(UserId, Timestamp),
    Group(GroupId, Timestamp),
    Member(GroupId, UserId, Timestamp),
}

/// Makes the records of one hook from the events of its kind, and calls it.
macro_rules! tell {
    ($plugin:ident, $context:ident, $events:ident, $hook:ident, $module:ident . $function:ident, $event:pat => $record:expr) => {{
        let record = |event: &Event| match event {
            $event => Some($record),
            _ => None,
        };
        let records: Vec<_> = $events.iter().filter_map(record).collect();
        let mut call = Call::begin($plugin, Hook::$hook, $context).await?;
        let context = convert::context($context, $plugin.runtime.services.node, call.limit());
        let result = call!(call, $module.$function(context, &records));
        call.finish_fallible(result)
    }};
}

impl Plugin {
    /// Tells of events of one hook, in their order. Nothing for a hook of another class.
    pub(in crate::dispatch) async fn observe(
        &self,
        hook: Hook,
        context: &Context,
        events: &[Event],
    ) -> Result<(), Fault> {
        match hook {
            Hook::MessagePersisted | Hook::MessageEdited => self.observe_messages(hook, context, events).await,
            Hook::MessageRecalled => self.observe_recalls(context, events).await,
            Hook::SessionOpened | Hook::SessionClosed => self.observe_sessions(hook, context, events).await,
            Hook::UserCreated | Hook::UserDeleted => self.observe_users(hook, context, events).await,
            Hook::GroupCreated | Hook::GroupDeleted => self.observe_groups(hook, context, events).await,
            Hook::MemberJoined | Hook::MemberLeft => self.observe_members(hook, context, events).await,
            Hook::AuthAuthenticate
            | Hook::AuthBeforeLogin
            | Hook::RequestBefore
            | Hook::RequestHandle
            | Hook::MessageBeforeSend
            | Hook::MessageBeforeFanout
            | Hook::CommandRun
            | Hook::RequestCustom
            | Hook::HttpHandle
            | Hook::TimerFired
            | Hook::JobRun => Ok(()),
        }
    }

    async fn observe_messages(&self, hook: Hook, context: &Context, events: &[Event]) -> Result<(), Fault> {
        let messages: Vec<&Message> = events
            .iter()
            .filter_map(|event| if let Event::Message(message) = event { Some(message) } else { None })
            .collect();
        let records: Vec<_> = messages.iter().map(|message| borrow_records(&message.records)).collect();
        let messages: Vec<_> =
            messages.iter().zip(&records).map(|(message, records)| convert::message(message, records)).collect();
        let mut call = Call::begin(self, hook, context).await?;
        let context = convert::context(context, self.runtime.services.node, call.limit());
        let result = if hook == Hook::MessageEdited {
            call!(call, message_edited.call_edited(context, &messages))
        } else {
            call!(call, message_persisted.call_persisted(context, &messages))
        };
        call.finish_fallible(result)
    }

    async fn observe_recalls(&self, context: &Context, events: &[Event]) -> Result<(), Fault> {
        tell!(self, context, events, MessageRecalled, message_recalled.call_recalled,
        Event::Message(message) => message_recalled::RecalledMessage {
            id: message.id.0,
            sender: message.sender.0,
            target: convert::target(message.target),
            date: message.recall_date.unwrap_or(message.delivery_date).0,
        })
    }

    async fn observe_sessions(&self, hook: Hook, context: &Context, events: &[Event]) -> Result<(), Fault> {
        if hook == Hook::SessionOpened {
            return tell!(self, context, events, SessionOpened, session_opened.call_opened,
            Event::Opened(session) => session_opened::Session {
                session_id: i64::from(session.id.0),
                user_id: session.user.0,
                device: convert::device_type(session.device),
                ip: convert::ip_address(session.ip),
                date: session.opened.0,
            });
        }
        tell!(self, context, events, SessionClosed, session_closed.call_closed,
        Event::Ended(EndedSession { session, status, date }) => session_closed::EndedSession {
            session_id: i64::from(session.id.0),
            user_id: session.user.0,
            device: convert::device_type(session.device),
            status: status.cast_unsigned(),
            date: date.0,
        })
    }

    async fn observe_users(&self, hook: Hook, context: &Context, events: &[Event]) -> Result<(), Fault> {
        if hook == Hook::UserCreated {
            return tell!(self, context, events, UserCreated, user_created.call_created,
                Event::User(user, date) => user_created::NewUser { user_id: user.0, date: date.0 });
        }
        tell!(self, context, events, UserDeleted, user_deleted.call_deleted,
            Event::User(user, date) => user_deleted::DeletedUser { user_id: user.0, date: date.0 })
    }

    async fn observe_groups(&self, hook: Hook, context: &Context, events: &[Event]) -> Result<(), Fault> {
        if hook == Hook::GroupCreated {
            return tell!(self, context, events, GroupCreated, group_created.call_created,
                Event::Group(group, date) => group_created::NewGroup { group_id: group.0, date: date.0 });
        }
        tell!(self, context, events, GroupDeleted, group_deleted.call_deleted,
            Event::Group(group, date) => group_deleted::DeletedGroup { group_id: group.0, date: date.0 })
    }

    async fn observe_members(&self, hook: Hook, context: &Context, events: &[Event]) -> Result<(), Fault> {
        if hook == Hook::MemberJoined {
            return tell!(self, context, events, MemberJoined, member_joined.call_joined,
            Event::Member(group, user, date) => member_joined::NewMember {
                group_id: group.0,
                user_id: user.0,
                date: date.0,
            });
        }
        tell!(self, context, events, MemberLeft, member_left.call_left,
        Event::Member(group, user, date) => member_left::FormerMember {
            group_id: group.0,
            user_id: user.0,
            date: date.0,
        })
    }
}

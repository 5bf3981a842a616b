//! Messages are stored, changed, delivered, read and deleted.

use super::{Event, Plugin, tell};
use crate::{
    dispatch::wasm::{
        Fault, Hook,
        bindings::exports::talaria::plugin::{
            message_deleted, message_delivered, message_dropped, message_expired, message_held, message_reacted,
            message_read, message_recalled,
        },
        call::Call,
        convert,
        plugin::hooks::borrow_records,
    },
    model::{Context, happened::Happened, message::Message, outbox::Change},
};

impl Plugin {
    pub(super) async fn observe_messages(&self, hook: Hook, context: &Context, events: &[Event]) -> Result<(), Fault> {
        match hook {
            Hook::MessagePersisted | Hook::MessageEdited => self.observe_contents(hook, context, events).await,
            Hook::MessageRecalled => tell!(self, context, events, MessageRecalled, message_recalled.call_recalled,
                Event::Message(message) => message_recalled::RecalledMessage {
                    id: message.id.0,
                    sender: message.sender.0,
                    target: convert::target(message.target),
                    date: message.recall_date.unwrap_or(message.delivery_date).0,
                }
            ),
            Hook::MessageDelivered => tell!(self, context, events, MessageDelivered, message_delivered.call_delivered,
                Event::Happened(Happened::MessageDelivered(delivery), date) => message_delivered::Delivery {
                    message_id: delivery.message.0,
                    sender: delivery.sender.0,
                    target: convert::target(delivery.target),
                    online: delivery.online,
                    offline: delivery.offline,
                    date: date.0,
                }
            ),
            Hook::MessageDropped => tell!(self, context, events, MessageDropped, message_dropped.call_dropped,
                Event::Happened(Happened::MessageDropped(message), date) => message_dropped::DroppedMessage {
                    id: message.message.map(|id| id.0),
                    sender: message.sender.0,
                    target: convert::target(message.target),
                    plugin: message.plugin.as_str(),
                    date: date.0,
                }
            ),
            Hook::MessageHeld => tell!(self, context, events, MessageHeld, message_held.call_held,
                Event::Happened(Happened::MessageHeld(message), date) => message_held::HeldMessage {
                    id: message.message.0,
                    sender: message.sender.0,
                    target: convert::target(message.target),
                    plugin: message.plugin.as_str(),
                    reason: message.reason.as_deref(),
                    until: message.until.0,
                    date: date.0,
                }
            ),
            Hook::MessageRead => tell!(self, context, events, MessageRead, message_read.call_read,
                Event::Changed(Change::ConversationRead { reader, conversation, read_date }, date)
                => message_read::Reading {
                    reader: reader.0,
                    conversation: convert::target(*conversation),
                    read_date: read_date.0,
                    date: date.0,
                }
            ),
            Hook::MessageReacted => tell!(self, context, events, MessageReacted, message_reacted.call_reacted,
                Event::Changed(Change::MessageReacted { message, user }, date) => message_reacted::Reaction {
                    message_id: message.0,
                    user_id: user.0,
                    date: date.0,
                }
            ),
            Hook::MessageDeleted => tell!(self, context, events, MessageDeleted, message_deleted.call_deleted,
                Event::Changed(Change::MessageDeleted { message, sender, target }, date) => message_deleted::DeletedMessage {
                    id: message.0,
                    sender: sender.0,
                    target: convert::target(*target),
                    date: date.0,
                }
            ),
            Hook::MessageExpired => tell!(self, context, events, MessageExpired, message_expired.call_expired,
                Event::Happened(Happened::MessagesExpired(expiry), date) => message_expired::Expiry {
                    below: expiry.below.0,
                    count: expiry.count,
                    date: date.0,
                }
            ),
            _ => Ok(()),
        }
    }

    /// Both are told the messages as they are.
    async fn observe_contents(&self, hook: Hook, context: &Context, events: &[Event]) -> Result<(), Fault> {
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
}

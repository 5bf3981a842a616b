//! Sending a message.

use std::sync::Arc;

use super::{Error, Messages, Turn};
use crate::model::{
    MessageId, Timestamp, UserId,
    message::{Draft, Message, Target},
    notification::Recipients,
};

/// A message that is stored and will not be lost.
#[derive(Debug)]
pub struct Sent {
    pub message: Arc<Message>,
    /// Who is to be told.
    pub recipients: Option<Recipients>,
    /// Drop it when they have been told: until then, later messages of the conversation wait.
    pub turn: Turn,
}

impl Messages {
    /// Checks a draft and stores it. A draft that forwards a message has its content already.
    pub async fn send(&self, sender: UserId, draft: &Draft) -> Result<Sent, Error> {
        self.check_content(draft)?;
        let now = self.clock.now();
        let delivery_date = self.delivery_date(draft, now)?;
        // The members are looked up before the message is stored: what fails after that would make the sender repeat it.
        let told = &self.notifications.message_created;
        let recipients = match draft.target {
            Target::User(recipient) => {
                self.check_private(sender, recipient).await?;
                let recipient = told.recipients.then_some(recipient);
                Recipients::among(recipient.as_slice(), told.own_devices)
            }
            Target::Group(group) => {
                self.check_group(sender, group, now).await?;
                if told.recipients {
                    Some(Recipients::all(self.store.list_member_ids(group).await?, told.own_devices))
                } else {
                    Recipients::own(told.own_devices)
                }
            }
        };
        let (message, mut turn) =
            self.turns.take(sender, draft.target, || Arc::new(self.message(sender, draft, delivery_date)));
        self.store.insert_message(Arc::clone(&message)).await?;
        turn.come().await;
        Ok(Sent { message, recipients, turn })
    }

    fn message(&self, sender: UserId, draft: &Draft, delivery_date: Option<Timestamp>) -> Message {
        let now = self.clock.now();
        Message {
            id: MessageId(self.ids.next(now)),
            sender,
            target: draft.target,
            is_system: false,
            text: draft.text.clone(),
            records: draft.records.clone(),
            burn_after: draft.burn_after,
            delivery_date: delivery_date.unwrap_or(now),
            modification_date: None,
            recall_date: None,
            deletion_date: None,
            previous: draft.previous,
            forwarded_from: draft.forwarded_from,
        }
    }
}

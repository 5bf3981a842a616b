//! Sending a message.

use std::sync::Arc;

use super::{Error, Messages, Turn};
use crate::model::{
    MessageId, Sequence, Timestamp, UserId,
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
        self.check_draft(draft)?;
        let now = self.clock.now();
        let delivery_date = self.delivery_date(draft, now)?;
        match draft.target {
            Target::User(recipient) => self.check_private(sender, recipient).await?,
            Target::Group(group) => self.check_group(sender, group, now).await?,
        }
        // The members are looked up before the message is stored: what fails after that would make the sender repeat it.
        let told = &self.notifications.message_created;
        let recipients = self.concerned(draft.target, told.recipients, told.own_devices).await?;
        let (mut message, mut turn) =
            self.turns.take(sender, draft.target, || Arc::new(self.message(sender, draft, delivery_date)));
        let sequence = self.store.insert_message(Arc::clone(&message)).await?;
        Arc::make_mut(&mut message).sequence = sequence;
        turn.come().await;
        Ok(Sent { message, recipients, turn })
    }

    /// Those at the other end, when they are to be told, and the sender's other devices likewise.
    pub(super) async fn concerned(
        &self,
        target: Target,
        others: bool,
        own_devices: bool,
    ) -> Result<Option<Recipients>, Error> {
        Ok(match target {
            _ if !others => Recipients::own(own_devices),
            Target::User(user) => Recipients::among(&[user], own_devices),
            Target::Group(group) => Some(Recipients::all(self.store.list_member_ids(group).await?, own_devices)),
        })
    }

    fn message(&self, sender: UserId, draft: &Draft, delivery_date: Option<Timestamp>) -> Message {
        let now = self.clock.now();
        Message {
            id: MessageId(self.ids.next(now)),
            sequence: Sequence::default(),
            sender,
            target: draft.target,
            is_system: false,
            text: draft.text.clone(),
            records: if self.config.store_records { draft.records.clone() } else { Vec::new() },
            burn_after: draft.burn_after,
            delivery_date: delivery_date.unwrap_or(now),
            modification_date: None,
            recall_date: None,
            deletion_date: None,
            previous: draft.previous.filter(|_| self.config.store_previous),
            forwarded_from: draft.forwarded_from,
            reactions: Vec::new(),
        }
    }
}

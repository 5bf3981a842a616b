//! Sending a message.

use std::sync::Arc;

use super::{Error, Messages};
use crate::model::{
    MessageId, UserId,
    message::{Draft, Message, Target},
    notification::Recipients,
};

/// A message that is stored and will not be lost.
#[derive(Clone, PartialEq, Debug)]
pub struct Sent {
    pub message: Arc<Message>,
    /// Who is to be told.
    pub recipients: Recipients,
}

impl Messages {
    /// Checks a draft and stores it. A draft that forwards a message has its content already.
    pub async fn send(&self, sender: UserId, draft: &Draft) -> Result<Sent, Error> {
        self.check_content(draft)?;
        let now = self.clock.now();
        let delivery_date = self.delivery_date(draft, now)?;
        match draft.target {
            Target::User(recipient) => self.check_private(sender, recipient).await?,
            Target::Group(group) => self.check_group(sender, group, now).await?,
        }
        let message = Arc::new(Message {
            id: MessageId(self.ids.next(now)),
            sender,
            target: draft.target,
            is_system: false,
            text: draft.text.clone(),
            records: draft.records.clone(),
            burn_after: draft.burn_after,
            delivery_date,
            modification_date: None,
            recall_date: None,
            deletion_date: None,
            previous: draft.previous,
            forwarded_from: draft.forwarded_from,
        });
        // Before the message is stored: what fails after that would make the sender send it twice.
        let recipients = match draft.target {
            Target::User(recipient) => Recipients::User(recipient),
            Target::Group(group) => Recipients::Users(self.store.list_member_ids(group).await?),
        };
        self.store.insert_message(Arc::clone(&message)).await?;
        Ok(Sent { message, recipients })
    }
}

//! Editing and recalling. A recall hides the message and leaves a notice: a system message in its conversation, by
//! which clients that were away learn of it.

use std::sync::Arc;

use bytes::Bytes;

use super::{Error, Messages, Sent};
use crate::{
    model::{
        GroupId, MessageId, Sequence, Timestamp, UserId,
        command::UpdateMessage,
        group::Group,
        message::{Message, MessagePatch, Target},
        notification::Recipients,
    },
    store,
};

/// The first record of a notice; the second is the id of the recalled message.
const RECALL: &[u8] = &[1];

/// A message that was changed.
#[derive(Debug)]
pub struct Updated {
    /// Who is to be told of the change.
    pub recipients: Option<Recipients>,
    /// What a recall left in the conversation. Told after the change itself.
    pub notice: Option<Sent>,
}

impl Messages {
    /// The message that the requester may change as asked; `None` when there is nothing to do, because nothing is asked
    /// for or the message is recalled already.
    pub async fn check_update(&self, requester: UserId, command: &UpdateMessage) -> Result<Option<Message>, Error> {
        let recalls = command.recall_date.is_some();
        if !command.is_edit() && !recalls {
            return Ok(None);
        }
        if command.is_edit() && !self.config.allow_edit {
            return Err(Error::EditDisabled);
        }
        let own = self.store.find_message(command.message).await?;
        let own = own.filter(|message| message.sender == requester && !message.is_system);
        if command.is_edit() {
            let message = own.as_ref().filter(|message| message.recall_date.is_none());
            self.check_edit(message.ok_or(Error::NotSenderToEdit)?).await?;
        }
        if !recalls {
            return Ok(own);
        }
        if !self.config.allow_recall {
            return Err(Error::RecallDisabled);
        }
        let message = own.ok_or(Error::NotSenderToRecall)?;
        if message.recall_date.is_some() {
            return Ok(None);
        }
        self.check_recall(&message).await?;
        Ok(Some(message))
    }

    async fn check_edit(&self, message: &Message) -> Result<(), Error> {
        let Target::Group(group) = message.target else { return Ok(()) };
        let group = self.find_group(group).await?.ok_or(Error::EditInDeletedGroup)?;
        let group_type = self.store.find_group_type(group.type_id).await?;
        let group_type = group_type.ok_or_else(|| store::Error::Corrupt(format!("group {} has no type", group.id)))?;
        if group_type.messages_editable { Ok(()) } else { Err(Error::NotEditableInGroup) }
    }

    async fn check_recall(&self, message: &Message) -> Result<(), Error> {
        let window = i64::from(self.config.recall_seconds) * 1000;
        if window != 0 && self.clock.now() > message.delivery_date.plus_millis(window) {
            return Err(Error::RecallTooLate);
        }
        if let Target::Group(group) = message.target {
            self.find_group(group).await?.ok_or(Error::RecallInDeletedGroup)?;
        }
        Ok(())
    }

    async fn find_group(&self, id: GroupId) -> Result<Option<Arc<Group>>, Error> {
        Ok(self.store.find_group(id).await?.filter(|group| group.deletion_date.is_none()))
    }

    /// Changes a message that [`Self::check_update`] answered; `None` when it is gone meanwhile. The date of a recall
    /// becomes the one that is stored.
    pub async fn update(&self, message: &Message, command: &mut UpdateMessage) -> Result<Option<Updated>, Error> {
        self.check_content(command.text.as_deref(), &command.records)?;
        if let Some(date) = &mut command.recall_date {
            *date = self.recall_date(*date)?;
        }
        let told = &self.notifications.message_updated;
        let recipients = self.concerned(message.target, told.recipients, told.own_devices).await?;
        if command.is_edit() {
            let keeps_records = self.config.store_records && !command.records.is_empty();
            let records = keeps_records.then(|| command.records.clone());
            let patch = MessagePatch { text: command.text.clone(), records, hop: message.hop };
            if !self.store.update_message(message.id, patch, self.clock.now()).await? {
                return Ok(None);
            }
        }
        let Some(date) = command.recall_date else { return Ok(Some(Updated { recipients, notice: None })) };
        let notice = self.recall(message, date).await?;
        Ok(notice.map(|notice| Updated { recipients, notice: Some(notice) }))
    }

    /// As with the date of a message, a client's counts only where configured.
    fn recall_date(&self, date: Timestamp) -> Result<Timestamp, Error> {
        let now = self.clock.now();
        match self.config.client_dates {
            true if date > now => Err(Error::FutureRecall),
            true => Ok(date),
            false => Ok(now),
        }
    }

    async fn recall(&self, recalled: &Message, date: Timestamp) -> Result<Option<Sent>, Error> {
        let told = &self.notifications.message_created;
        let recipients = self.concerned(recalled.target, told.recipients, told.own_devices).await?;
        let ((mut message, stored), mut turn) = self.turns.take(recalled.sender, recalled.target, || {
            let notice = Arc::new(self.recall_notice(recalled));
            let stored = self.store.recall_message(recalled.id, date, Arc::clone(&notice));
            (notice.id, (notice, stored))
        });
        let Some(sequence) = stored.await? else { return Ok(None) };
        Arc::make_mut(&mut message).sequence = sequence;
        turn.come().await;
        Ok(Some(Sent { message, recipients, turn }))
    }

    fn recall_notice(&self, recalled: &Message) -> Message {
        let now = self.clock.now();
        Message {
            id: MessageId(self.ids.next(now)),
            sequence: Sequence::default(),
            sender: recalled.sender,
            target: recalled.target,
            is_system: true,
            text: None,
            records: vec![Bytes::from_static(RECALL), Bytes::copy_from_slice(&recalled.id.0.to_be_bytes())],
            burn_after: None,
            delivery_date: now,
            modification_date: None,
            recall_date: None,
            deletion_date: None,
            previous: None,
            forwarded_from: None,
            // A plugin that answers a notice by a message, and recalls that, must come to an end as well.
            hop: recalled.hop,
            reactions: Vec::new(),
        }
    }
}

//! Sending a message.

use std::sync::Arc;

use futures_util::future::BoxFuture;

use super::{Error, Messages, Turn};
use crate::{
    model::{
        MessageId, Sequence, Timestamp, UserId,
        message::{Draft, Insertion, Message, Target},
        notification::Recipients,
    },
    store,
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

/// What came of a message that has a key.
#[derive(Debug)]
pub enum Sending {
    New(Sent),
    /// The sender sent this one under the key before.
    Repeated(MessageId),
}

/// A message that is stored, but whose turn may not have come yet.
pub(super) struct Posting {
    message: Arc<Message>,
    recipients: Option<Recipients>,
    turn: Turn,
}

impl Messages {
    /// Checks a draft and stores it. A draft that forwards a message has its content already.
    pub async fn send(&self, sender: UserId, draft: &Draft) -> Result<Sent, Error> {
        let (posting, sequence) = self.post(sender, draft, None, |message| self.store.insert_message(message)).await?;
        Ok(posting.sent(sequence).await)
    }

    /// As [`Self::send`], unless the sender did so under this key before. The key is stored with the message, so it
    /// holds across restarts, until it is too old.
    pub async fn send_once(&self, sender: UserId, draft: &Draft, key: String) -> Result<Sending, Error> {
        self.check_key(&key)?;
        let oldest = self.oldest_key();
        let insert = |message| self.store.insert_message_once(message, key, oldest);
        let (posting, insertion) = self.post(sender, draft, None, insert).await?;
        Ok(match insertion {
            Insertion::Stored(sequence) => Sending::New(posting.sent(sequence).await),
            Insertion::Repeated(id) => Sending::Repeated(id),
        })
    }

    /// What the sender sent under this key. Asked before anything else, so that a repetition costs little and answers
    /// the same though the rules or plugins would refuse it by now.
    pub async fn find_sent(&self, sender: UserId, key: &str) -> Result<Option<MessageId>, Error> {
        self.check_key(key)?;
        Ok(self.store.find_message_by_key(sender, key, self.oldest_key()).await?)
    }

    fn check_key(&self, key: &str) -> Result<(), Error> {
        let max = self.config.max_idempotency_key_length;
        if key.len() > max { Err(Error::KeyTooLong { max }) } else { Ok(()) }
    }

    /// Keys from before are forgotten.
    pub(super) fn oldest_key(&self) -> Timestamp {
        self.clock.now().plus_millis(-1000 * i64::from(self.config.idempotency_seconds))
    }

    /// Checks a draft, makes a message of it and has `begin` store that, which answers once it is durable; `id`: of a
    /// message that has one already.
    pub(super) async fn post<'a, T>(
        &'a self,
        sender: UserId,
        draft: &Draft,
        id: Option<MessageId>,
        begin: impl FnOnce(Arc<Message>) -> BoxFuture<'a, store::Result<T>>,
    ) -> Result<(Posting, T), Error> {
        self.check_draft(draft)?;
        let now = self.clock.now();
        let delivery_date = self.delivery_date(draft, now)?;
        match draft.target {
            Target::User(recipient) => self.check_private(sender, recipient).await?,
            Target::Group(group) => self.check_group(sender, group, now).await?,
        }
        // The members are looked up before the message is stored: what fails after that would make the sender repeat
        // it.
        let told = &self.notifications.message_created;
        let recipients = self.concerned(draft.target, told.recipients, told.own_devices).await?;
        let ((message, stored), turn) = self.turns.take(sender, draft.target, || {
            let message = Arc::new(self.message(sender, draft, (id, delivery_date)));
            (message.id, (Arc::clone(&message), begin(message)))
        });
        let stored = stored.await?;
        Ok((Posting { message, recipients, turn }, stored))
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

    fn message(
        &self,
        sender: UserId,
        draft: &Draft,
        (id, delivery_date): (Option<MessageId>, Option<Timestamp>),
    ) -> Message {
        let now = self.clock.now();
        Message {
            id: id.unwrap_or_else(|| MessageId(self.ids.next(now))),
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
            hop: draft.hop,
            reactions: Vec::new(),
        }
    }
}

impl Posting {
    /// Waits for its turn.
    pub(super) async fn sent(self, sequence: Sequence) -> Sent {
        let Self { mut message, recipients, mut turn } = self;
        Arc::make_mut(&mut message).sequence = sequence;
        turn.come().await;
        Sent { message, recipients, turn }
    }
}

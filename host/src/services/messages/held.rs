//! Messages that plugins hold back: with their sender they pass for sent, and nobody sees them until they are released.

use super::{Error, Messages, Sent, purge::MILLISECONDS_PER_HOUR};
use crate::model::{
    MessageId, Timestamp, UserId,
    held::{HeldMessage, HeldQuery, HeldQuota, Hold, Holding},
    message::{Draft, Target},
};

/// Messages that are discarded in one round.
const ROUND: u32 = 100;
/// Messages in one page.
const PAGE: u32 = 100;

/// What came of a message that a plugin holds.
#[derive(Debug)]
pub enum Kept {
    Held(Box<HeldMessage>),
    /// The sender sent this one under its key before.
    Repeated(MessageId),
}

impl Messages {
    /// Checks a draft as if it were to be sent, and holds it under the id that the sender is told.
    pub async fn hold(&self, sender: UserId, draft: Draft, key: Option<String>, mut hold: Hold) -> Result<Kept, Error> {
        let now = self.clock.now();
        self.check_draft(&draft)?;
        self.delivery_date(&draft, now)?;
        match draft.target {
            Target::User(recipient) => self.check_private(sender, recipient).await?,
            Target::Group(group) => self.check_group(sender, group, now).await?,
        }
        hold.until = self.kept_until(hold.until, now);
        let quota = HeldQuota {
            messages: self.config.max_held_per_plugin.into(),
            bytes: self.config.max_held_bytes_per_plugin.into(),
            of_sender: self.config.max_held_per_sender.into(),
        };
        let draft = Draft { attributes: Vec::new(), ..draft };
        let held = HeldMessage { id: self.next_id(), sender, draft, key, hold, date: now };
        match self.store.hold_message(held.clone(), quota, self.oldest_key()).await? {
            Holding::Held => Ok(Kept::Held(Box::new(held))),
            Holding::Repeated(id) => Ok(Kept::Repeated(id)),
            Holding::Full => Err(Error::TooManyHeld),
            Holding::SenderFull => Err(Error::TooManyHeldOfSender { max: self.config.max_held_per_sender }),
        }
    }

    /// Holds a message for another plugin that was held for one before it. It is within the quota of the first.
    pub async fn hold_again(&self, held: HeldMessage, draft: Draft, mut hold: Hold) -> Result<HeldMessage, Error> {
        hold.until = self.kept_until(hold.until, held.date);
        let before = held.hold;
        let held = HeldMessage { draft: Draft { attributes: Vec::new(), ..draft }, hold, ..held };
        if self.store.change_held_message(held.clone(), &before).await? { Ok(held) } else { Err(Error::NotHeld) }
    }

    /// No message is kept for longer, and its age counts from when it was held first: released later, it would be
    /// deleted at once.
    fn kept_until(&self, until: Timestamp, held: Timestamp) -> Timestamp {
        match i64::from(self.config.retention_hours) {
            0 => until,
            hours => until.min(held.plus_millis(hours * MILLISECONDS_PER_HOUR)),
        }
    }

    /// A message that is held, by this plugin or by any.
    pub async fn find_held(&self, id: MessageId, plugin: Option<&str>) -> Result<HeldMessage, Error> {
        let now = self.clock.now();
        let found = self.store.find_held_message(id).await?;
        let is_it =
            |held: &HeldMessage| held.hold.until > now && plugin.is_none_or(|plugin| held.hold.plugin == plugin);
        found.filter(is_it).ok_or(Error::NotHeld)
    }

    /// Messages that are held, by id, in pages of 100 at most.
    pub async fn list_held(&self, query: HeldQuery) -> Result<Vec<HeldMessage>, Error> {
        let query = HeldQuery { limit: query.limit.clamp(1, PAGE), ..query };
        Ok(self.store.list_held_messages(&query).await?)
    }

    /// Sends a message that is held, as `draft`, with the id that its sender was told. The rules count as they are by
    /// now.
    pub async fn release(&self, held: &HeldMessage, draft: &Draft) -> Result<Sent, Error> {
        let release = |message| self.store.release_held_message(message, held.hold.clone());
        let (posting, sequence) = self.post(held.sender, draft, Some(held.id), release).await?;
        Ok(posting.sent(sequence.ok_or(Error::NotHeld)?).await)
    }

    /// Throws a message away that is held; false when it is not held so any more.
    pub async fn discard(&self, held: &HeldMessage) -> Result<bool, Error> {
        Ok(self.store.delete_held_message(held.id, &held.hold).await?)
    }

    /// Messages that nobody has decided about in their time.
    pub async fn list_overdue(&self) -> Result<Vec<HeldMessage>, Error> {
        Ok(self.store.list_overdue_messages(self.clock.now(), ROUND).await?)
    }
}

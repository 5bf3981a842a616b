//! Messages that plugins hold back: with their sender they pass for sent, and nobody sees them until they are released.

use super::{Error, Messages, Sent};
use crate::model::{
    MessageId, UserId,
    held::{HeldMessage, HeldQuery, Hold, Holding},
    message::{Draft, Target},
};

/// Messages that are discarded in one round.
const ROUND: u32 = 100;
/// Messages in one page.
const PAGE: u32 = 100;

impl Messages {
    /// Checks a draft as if it were to be sent, and holds it. Answers the id that the sender is told.
    pub async fn hold(
        &self,
        sender: UserId,
        draft: Draft,
        key: Option<String>,
        hold: Hold,
    ) -> Result<HeldMessage, Error> {
        let now = self.clock.now();
        self.check_draft(&draft)?;
        self.delivery_date(&draft, now)?;
        match draft.target {
            Target::User(recipient) => self.check_private(sender, recipient).await?,
            Target::Group(group) => self.check_group(sender, group, now).await?,
        }
        let draft = Draft { attributes: Vec::new(), ..draft };
        self.keep(HeldMessage { id: self.next_id(), sender, draft, key, hold, date: now }).await
    }

    /// Holds a message that is held already for another plugin, or for another time.
    pub async fn hold_again(&self, held: HeldMessage, draft: Draft, hold: Hold) -> Result<HeldMessage, Error> {
        self.keep(HeldMessage { draft: Draft { attributes: Vec::new(), ..draft }, hold, ..held }).await
    }

    async fn keep(&self, mut held: HeldMessage) -> Result<HeldMessage, Error> {
        match self.store.hold_message(held.clone(), self.config.max_held_per_plugin, self.oldest_key()).await? {
            Holding::Held => Ok(held),
            Holding::Repeated(id) => {
                held.id = id;
                Ok(held)
            }
            Holding::Full => Err(Error::TooManyHeld { max: self.config.max_held_per_plugin }),
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

    /// Sends a message that is held, as `draft`, with the id that its sender was told. The rules count as they are by now.
    pub async fn release(&self, held: &HeldMessage, draft: &Draft) -> Result<Sent, Error> {
        let posting = self.prepare(held.sender, draft, Some(held.id)).await?;
        let sequence = self.store.release_held_message(posting.message()).await?;
        Ok(posting.sent(sequence.ok_or(Error::NotHeld)?).await)
    }

    /// Throws a message away that is held; false when it is held no more.
    pub async fn discard(&self, id: MessageId) -> Result<bool, Error> {
        Ok(self.store.delete_held_message(id).await?)
    }

    /// Messages that nobody has decided about in their time.
    pub async fn list_overdue(&self) -> Result<Vec<HeldMessage>, Error> {
        Ok(self.store.list_overdue_messages(self.clock.now(), ROUND).await?)
    }
}

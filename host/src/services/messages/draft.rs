//! What a message may look like, and how a forwarded one gets its content.

use bytes::Bytes;

use super::{Error, Messages};
use crate::{
    model::{
        Timestamp, UserId,
        message::{Draft, Message, Target},
    },
    services::text::is_longer,
};

impl Messages {
    /// The message that a draft forwards, when the sender may see it; `None` when it forwards none.
    pub async fn find_source(&self, sender: UserId, draft: &Draft) -> Result<Option<Message>, Error> {
        let Some(source) = draft.forwarded_from else { return Ok(None) };
        let source = self.store.find_message(source).await?.filter(|message| message.recall_date.is_none());
        let source = source.ok_or(Error::SourceNotVisible)?;
        if self.may_see(sender, &source).await? { Ok(Some(source)) } else { Err(Error::SourceNotVisible) }
    }

    async fn may_see(&self, user: UserId, message: &Message) -> Result<bool, Error> {
        if message.sender == user {
            return Ok(true);
        }
        match message.target {
            Target::User(recipient) => Ok(recipient == user),
            Target::Group(group) => Ok(self.store.find_member(group, user).await?.is_some()),
        }
    }

    /// Whether the content is within the limits. Plugins are held to them too.
    pub(super) fn check_draft(&self, draft: &Draft) -> Result<(), Error> {
        self.check_content(draft.text.as_deref(), &draft.records)?;
        if draft.burn_after.is_some_and(|seconds| seconds < 0) {
            return Err(Error::NegativeBurnAfter);
        }
        Ok(())
    }

    /// Whether text and records are as long as they may be, of what an edit changes or somebody wants to send.
    pub fn check_content(&self, text: Option<&str>, records: &[Bytes]) -> Result<(), Error> {
        let max = self.config.max_text_length;
        if text.is_some_and(|text| is_longer(text, max)) {
            return Err(Error::TextTooLong { max });
        }
        let max = self.config.max_records_size;
        if max != 0 && records.iter().map(Bytes::len).sum::<usize>() > max {
            return Err(Error::RecordsTooLarge { max });
        }
        Ok(())
    }

    /// The date that the sender gives the message, where that counts. It is not even looked at while the server's is
    /// used, so that a client whose clock is ahead can send.
    pub(super) fn delivery_date(&self, draft: &Draft, now: Timestamp) -> Result<Option<Timestamp>, Error> {
        match draft.delivery_date {
            Some(date) if self.config.client_dates && date > now => Err(Error::FutureDate),
            date => Ok(date.filter(|_| self.config.client_dates)),
        }
    }
}

//! Catching up with one conversation by the places of its messages.

use super::{Error, Messages};
use crate::model::{
    Reply, Sequence, UserId,
    command::SyncMessages,
    message::{ConversationQuery, Target},
};

impl Messages {
    /// The messages after a place, the recalled ones without their content.
    pub async fn sync(&self, requester: UserId, query: &SyncMessages) -> Result<Reply, Error> {
        let target = query.conversation.ok_or(Error::NoConversation)?;
        let limit = count(query.max_count, self.config.default_count, self.config.max_count)?;
        if let Target::Group(group) = target {
            self.store.find_member(group, requester).await?.ok_or(Error::NotMemberToQuery)?;
        }
        let reacting_users = self.config.reacting_users;
        let query = ConversationQuery { user: requester, target, after: query.after, limit, reacting_users };
        let mut page = self.store.list_conversation(&query).await?;
        if page.last == Sequence::default() {
            return Ok(Reply::NoContent);
        }
        if !self.config.show_recalled {
            for message in page.messages.iter_mut().filter(|message| message.recall_date.is_some()) {
                message.text = None;
                message.records = Vec::new();
                message.reactions = Vec::new();
            }
        }
        Ok(Reply::SyncedMessages(page))
    }
}

/// How many to answer when so many are asked for.
pub(super) fn count(asked: Option<i32>, default: u32, max: u32) -> Result<u32, Error> {
    match asked.map(u32::try_from) {
        None => Ok(default.min(max)),
        Some(Ok(count @ 1..)) => Ok(count.min(max)),
        Some(Ok(0) | Err(_)) => Err(Error::InvalidCount),
    }
}

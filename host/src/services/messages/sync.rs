//! Catching up with one conversation by the places of its messages.

use super::{Error, Messages};
use crate::{
    model::{
        Reply, Sequence, UserId,
        command::SyncMessages,
        message::{ConversationQuery, Message, Target},
    },
    services::page::count,
};

impl Messages {
    /// The messages after a place, the recalled ones without their content.
    pub async fn sync(&self, requester: UserId, query: &SyncMessages) -> Result<Reply, Error> {
        let target = query.conversation.ok_or(Error::NoConversation)?;
        let limit =
            count(query.max_count, self.config.default_count, self.config.max_count).ok_or(Error::InvalidCount)?;
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
            page.messages.iter_mut().filter(|message| message.recall_date.is_some()).for_each(Message::clear);
        }
        Ok(Reply::SyncedMessages(page))
    }
}

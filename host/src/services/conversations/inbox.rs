//! The conversations of a user, those that had a message last before the others.

use super::{Conversations, Error};
use crate::{
    model::{Reply, UserId, command::QueryInbox, conversation::InboxQuery},
    services::page::count,
};

impl Conversations {
    /// A page of the inbox. It counts as no reading, whatever the operator wants of queries.
    pub async fn inbox(&self, user: UserId, query: QueryInbox) -> Result<Reply, Error> {
        let (default, max) = (self.config.default_inbox_count, self.config.max_inbox_count);
        let query = InboxQuery {
            user,
            before: query.before,
            limit: count(query.max_count, default, max).ok_or(Error::InvalidCount)?,
            max_unread: self.config.max_unread_count,
            read_by_sending: self.config.read_by_sending,
        };
        let mut entries = self.store.list_inbox(&query).await?;
        if entries.is_empty() {
            return Ok(Reply::NoContent);
        }
        entries.iter_mut().filter(|entry| entry.last.recall_date.is_some()).for_each(|entry| entry.last.clear());
        Ok(Reply::Inbox(entries))
    }
}

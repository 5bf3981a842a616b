//! Finding messages by their words, among those that the requester may read.

use super::{Error, Messages};
use crate::{
    model::{
        Reply, UserId,
        command::SearchMessages,
        message::{SearchQuery, SearchScope, Target},
    },
    services::{page::count, text::is_longer},
};

impl Messages {
    /// A page of the messages with all words of a text, newest first.
    pub async fn search(&self, requester: UserId, query: SearchMessages) -> Result<Reply, Error> {
        if !self.config.search {
            return Err(Error::SearchDisabled);
        }
        let max = self.config.max_search_length;
        if is_longer(&query.text, max) {
            return Err(Error::SearchTooLong { max });
        }
        if !query.text.contains(char::is_alphanumeric) {
            return Err(Error::NothingToSearch);
        }
        let limit = count(query.max_count, self.config.default_search_count, self.config.max_search_count);
        let limit = limit.ok_or(Error::InvalidCount)?;
        let scope = self.search_scope(requester, query.conversation).await?;
        let query = SearchQuery { text: query.text, scope, before: query.before, limit };
        let page = self.store.search_messages(&query).await?;
        Ok(if page.messages.is_empty() && page.next.is_none() { Reply::NoContent } else { Reply::FoundMessages(page) })
    }

    async fn search_scope(&self, requester: UserId, conversation: Option<Target>) -> Result<SearchScope, Error> {
        Ok(match conversation {
            None => SearchScope::All { user: requester, groups: self.store.list_joined_groups(requester).await? },
            Some(Target::User(contact)) if contact.0 < 0 => return Err(Error::NoConversation),
            Some(Target::User(contact)) => SearchScope::Private { user: requester, contact },
            Some(Target::Group(group)) => {
                self.store.find_member(group, requester).await?.ok_or(Error::NotMemberToQuery)?;
                SearchScope::Group(group)
            }
        })
    }
}

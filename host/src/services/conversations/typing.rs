//! Who is typing. Nothing of it is kept.

use super::{Conversations, Error};
use crate::model::{UserId, message::Target, notification::Recipients};

impl Conversations {
    /// Whom to tell that the user is typing. A contact is told when it holds a relationship to the user and does not
    /// block.
    pub async fn type_in(&self, user: UserId, conversation: Target) -> Result<Option<Recipients>, Error> {
        if !self.config.typing {
            return Err(Error::TypingDisabled);
        }
        let is_told = self.notifications.typing.recipients;
        match conversation {
            Target::Group(group) => {
                if !self.is_member(group, user).await? {
                    return Err(Error::NotMemberToType);
                }
                let members = self.store.list_member_ids(group).await?;
                Ok(is_told.then(|| Recipients::all(members, true)))
            }
            Target::User(contact) => {
                let held = self.store.find_relationship(contact, user).await?;
                if held.is_none_or(|held| held.is_blocked()) {
                    return Err(Error::NotFriendToType);
                }
                Ok(Recipients::among(is_told.then_some(contact).as_slice(), false))
            }
        }
    }
}

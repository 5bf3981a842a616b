//! What plugins have done, through the same door as everybody.

use super::{Bus, Envelope};
use crate::{
    dispatch::{
        Error, UsersError,
        deeds::{Deed, Outcome},
    },
    model::{Context, Reply, UserId, command::SyncMessages, message::ConversationPage},
};

impl Bus {
    /// Does something for the acting user, who must be active.
    pub(in crate::dispatch) async fn carry_out(&self, context: &Context, deed: Deed) -> Outcome {
        match deed {
            Deed::Send(draft) => self.send(context, context.actor, draft).await.map(Some),
            Deed::Update(update) => {
                self.check_active(context.actor).await?;
                let envelope = Envelope { id: 0, attributes: Vec::new() };
                self.update_message(context, envelope, update).await.map(|_| None)
            }
        }
    }

    /// A page of a conversation, as a user may see it.
    pub(in crate::dispatch) async fn history(
        &self,
        reader: UserId,
        query: &SyncMessages,
    ) -> Result<ConversationPage, Error> {
        self.check_active(reader).await?;
        Ok(match self.services.messages.sync(reader, query).await? {
            Reply::SyncedMessages(page) => page,
            _ => ConversationPage::default(),
        })
    }

    pub(super) async fn check_active(&self, user: UserId) -> Result<(), Error> {
        match self.services.users.find_active(user).await.map_err(UsersError::Store)? {
            Some(_) => Ok(()),
            None => Err(UsersError::Unknown(user).into()),
        }
    }
}

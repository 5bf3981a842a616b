//! What plugins have done, through the same door as everybody.

use bytes::Bytes;

use super::{Bus, Envelope};
use crate::{
    dispatch::{
        Error, UsersError,
        deeds::{Deed, Outcome},
    },
    model::{
        Context, Notification, Reply, UserId,
        command::{Command, CreateMessage, Request, SyncMessages},
        message::{ConversationPage, Draft, Target},
        notification::Recipients,
        session::{CloseStatus, DeviceType, Presence},
    },
};

/// What a plugin tells those who are online.
pub(in crate::dispatch) struct News {
    pub(in crate::dispatch) text: Option<String>,
    pub(in crate::dispatch) records: Vec<Bytes>,
}

impl Bus {
    /// Does something for a plugin; in the name of the acting user, who must be active.
    pub(in crate::dispatch) async fn carry_out(&self, context: &Context, plugin: &str, deed: Deed) -> Outcome {
        match deed {
            Deed::Send(draft) => self.send(context, context.actor, draft).await.map(Some),
            Deed::Update(update) => {
                self.check_active(context.actor).await?;
                let envelope = Envelope { id: 0, attributes: Vec::new() };
                self.update_message(context, envelope, update).await.map(|_| None)
            }
            Deed::Decide { message, releases: true } => {
                self.release(context, message, Some(plugin)).await.map(|_| None)
            }
            Deed::Decide { message, releases: false } => self.discard(message, Some(plugin)).await.map(|()| None),
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

    /// Whether a user is online, also one who does not want it to be seen.
    pub(in crate::dispatch) fn true_presence(&self, user: UserId) -> Presence {
        self.deliver.presence(user)
    }

    /// Ends sessions of a user, those on `devices` or all. Answers how many.
    pub(in crate::dispatch) fn kick(&self, user: UserId, devices: Option<&[DeviceType]>) -> usize {
        self.deliver.close(user, devices, CloseStatus::DisconnectedByAdmin)
    }

    /// Tells each session of a user something that nobody keeps. To clients of the protocol it is a message of the
    /// server: of all that they can be told, that alone may say anything.
    pub(in crate::dispatch) fn push(&self, user: UserId, news: &News) {
        let draft = Draft {
            target: Target::User(user),
            text: news.text.clone(),
            records: news.records.clone(),
            burn_after: None,
            delivery_date: Some(self.services.now()),
            previous: None,
            forwarded_from: None,
            attributes: Vec::new(),
            hop: 0,
        };
        let id = Some(self.services.messages.next_id());
        let message = CreateMessage { id, sequence: None, is_system: true, draft: Some(draft), idempotency_key: None };
        let command = Command::CreateMessage(Box::new(message));
        self.deliver.deliver(&Notification {
            requester: UserId::ADMIN,
            relayed: Request { id: 0, attributes: Vec::new(), command },
            recipients: Recipients::Others([user].into()),
            except: None,
        });
    }

    pub(super) async fn check_active(&self, user: UserId) -> Result<(), Error> {
        match self.services.users.find_active(user).await.map_err(UsersError::Store)? {
            Some(_) => Ok(()),
            None => Err(UsersError::Unknown(user).into()),
        }
    }
}

//! What plugins have done, through the same door as everybody.

use std::collections::BTreeSet;

use bytes::Bytes;

use super::{Bus, Envelope};
use crate::{
    dispatch::{
        Error, UsersError,
        deeds::{Deed, Outcome},
    },
    model::{
        Context, Notification, Origin, Reply, UserId,
        command::{Command, CreateMessage, Request, SyncMessages},
        message::{ConversationPage, Draft, Target},
        notification::Recipients,
        session::{CloseStatus, DeviceType, Presence},
    },
};

/// Records of a message that a plugin makes.
const RECORDS: usize = 64;
/// Bytes of its text and records together: a whole queue of such messages may wait.
const CONTENT: usize = 64 << 10;

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

    /// Whether whoever acts may give a message this content, as far as that can be said before anybody has judged it.
    /// Clients are held to a size by the gateway; what plugins make does not come through it, would wait in memory, and
    /// takes other plugins the longer to judge the larger it is. So it is asked before it is queued and before it is
    /// judged. What is stored in the end is checked again, as filters change it.
    pub(in crate::dispatch) fn check_size(
        &self,
        origin: Origin,
        text: Option<&str>,
        records: &[Bytes],
    ) -> Result<(), Error> {
        if origin != Origin::Plugin {
            return Ok(());
        }
        let size = text.map_or(0, str::len) + records.iter().map(Bytes::len).sum::<usize>();
        if records.len() > RECORDS || size > CONTENT {
            return Err(Error::Invalid("a plugin's message has at most 64 records, and 64 KiB with its text"));
        }
        Ok(self.services.messages.check_content(text, records)?)
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

    /// Tells each session of these users something that nobody keeps. To clients of the protocol it is a message of the
    /// server: of all that they can be told, that alone may say anything.
    pub(in crate::dispatch) fn push(&self, users: &BTreeSet<UserId>, News { text, records }: News) {
        let draft = Draft {
            target: Target::User(UserId::ADMIN),
            text,
            records,
            burn_after: None,
            delivery_date: Some(self.services.now()),
            previous: None,
            forwarded_from: None,
            attributes: Vec::new(),
            hop: 0,
        };
        let id = Some(self.services.messages.next_id());
        let message = CreateMessage { id, sequence: None, is_system: true, draft: Some(draft), idempotency_key: None };
        let mut notification = Notification {
            requester: UserId::ADMIN,
            relayed: Request { id: 0, attributes: Vec::new(), command: Command::CreateMessage(Box::new(message)) },
            recipients: Recipients::Own,
            except: None,
        };
        for &user in users {
            // Each is the recipient of it, by which clients file it. All else is the same.
            if let Command::CreateMessage(message) = &mut notification.relayed.command
                && let Some(draft) = &mut message.draft
            {
                draft.target = Target::User(user);
            }
            notification.recipients = Recipients::Others([user].into());
            self.deliver.deliver(&notification);
        }
    }

    pub(super) async fn check_active(&self, user: UserId) -> Result<(), Error> {
        match self.services.users.find_active(user).await.map_err(UsersError::Store)? {
            Some(_) => Ok(()),
            None => Err(UsersError::Unknown(user).into()),
        }
    }
}

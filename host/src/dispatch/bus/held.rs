//! Messages that plugins hold back: released or discarded by the plugin, the operator, or their time.

use serde::Serialize;

use super::{Bus, Envelope, messages::announced};
use crate::{
    dispatch::{Error, MessagesError, Passage, wasm::Hook},
    model::{
        Context, MessageId, UserId,
        happened::{DroppedMessage, Happened},
        held::{HeldMessage, HeldNotice, HeldQuery, Hold},
        message::Draft,
    },
    services::messages::Kept,
};

/// What became of a message that was to be sent at last.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Release {
    Sent,
    /// A plugin after the one that held it holds it.
    Held,
    /// Such a plugin dropped it.
    Dropped,
}

impl Bus {
    /// Messages that wait for a decision, by id, at most 100.
    pub async fn list_held(&self, query: HeldQuery) -> Result<Vec<HeldMessage>, Error> {
        Ok(self.services.messages.list_held(query).await?)
    }

    /// Sends a message that is held, after the plugins that come after the one that held it have judged it. Of `plugin`
    /// only, when given. When it is refused by then, it stays held.
    pub async fn release(&self, context: &Context, id: MessageId, plugin: Option<&str>) -> Result<Release, Error> {
        let messages = &self.services.messages;
        let held = messages.find_held(id, plugin).await?;
        self.check_active(held.sender).await?;
        let mut draft = Draft { hop: held.draft.hop.max(context.hop), ..held.draft.clone() };
        let context = Context { origin: context.origin, actor: held.sender, hop: draft.hop, ..Context::admin() };
        let passage = self.hooks.message_before_send(&context, held.sender, &mut draft, Some(&held.hold.plugin)).await;
        match passage {
            Passage::Continue => {
                let sent = messages.release(&held, &draft).await?;
                let told = (Envelope { id: 0, attributes: Vec::new() }, announced(draft, &sent.message));
                self.tell(&context, told, sent).await;
                Ok(Release::Sent)
            }
            Passage::Deny(denial) => Err(Error::Denied(denial)),
            Passage::Drop => self.throw_away(held).await.map(|()| Release::Dropped),
            Passage::Hold(hold) => {
                self.note_held(&messages.hold_again(held, draft, *hold).await?);
                Ok(Release::Held)
            }
        }
    }

    /// Throws a message away that is held, of `plugin` only, when given.
    pub async fn discard(&self, id: MessageId, plugin: Option<&str>) -> Result<(), Error> {
        self.throw_away(self.services.messages.find_held(id, plugin).await?).await
    }

    /// Throws a message away whose sender takes it back; false when it is none that is held.
    pub(super) async fn take_back(&self, sender: UserId, id: MessageId) -> Result<bool, Error> {
        match self.services.messages.find_held(id, None).await {
            Ok(held) if held.sender == sender => self.throw_away(held).await.map(|()| true),
            Ok(_) | Err(MessagesError::NotHeld) => Ok(false),
            Err(error) => Err(error.into()),
        }
    }

    /// Throws away what nobody has decided about in its time.
    pub async fn discard_overdue(&self) -> Result<(), Error> {
        loop {
            let overdue = self.services.messages.list_overdue().await?;
            if overdue.is_empty() {
                return Ok(());
            }
            for held in overdue {
                match self.throw_away(held).await {
                    // Somebody has decided, just in time.
                    Ok(()) | Err(Error::Messages(MessagesError::NotHeld)) => {}
                    Err(error) => return Err(error),
                }
            }
        }
    }

    /// Keeps a message that a plugin holds, and answers the id that its sender is told.
    pub(super) async fn hold(
        &self,
        sender: UserId,
        draft: Draft,
        key: Option<String>,
        hold: Hold,
    ) -> Result<MessageId, Error> {
        match self.services.messages.hold(sender, draft, key, hold).await? {
            Kept::Held(held) => {
                self.note_held(&held);
                Ok(held.id)
            }
            Kept::Repeated(id) => Ok(id),
        }
    }

    fn note_held(&self, held: &HeldMessage) {
        self.hooks.happened(Hook::MessageHeld, || {
            Happened::MessageHeld(HeldNotice {
                message: held.id,
                sender: held.sender,
                target: held.draft.target,
                plugin: held.hold.plugin.clone(),
                reason: held.hold.reason.clone(),
                until: held.hold.until,
                hop: held.draft.hop,
            })
        });
    }

    async fn throw_away(&self, held: HeldMessage) -> Result<(), Error> {
        if !self.services.messages.discard(&held).await? {
            return Err(MessagesError::NotHeld.into());
        }
        self.hooks.happened(Hook::MessageDropped, || {
            Happened::MessageDropped(DroppedMessage {
                message: Some(held.id),
                sender: held.sender,
                target: held.draft.target,
                plugin: held.hold.plugin,
                hop: held.draft.hop,
            })
        });
        Ok(())
    }
}

//! Messages that plugins hold back: released or discarded by the plugin, the operator, or their time.

use super::{Bus, Envelope, messages::announced};
use crate::{
    dispatch::{Error, MessagesError, Passage, wasm::Hook},
    model::{
        Context, MessageId, UserId,
        happened::{DroppedMessage, Happened},
        held::{HeldMessage, HeldNotice, HeldQuery, Hold},
        message::Draft,
    },
};

impl Bus {
    /// Messages that wait for a decision, by id, at most 100.
    pub async fn list_held(&self, query: HeldQuery) -> Result<Vec<HeldMessage>, Error> {
        Ok(self.services.messages.list_held(query).await?)
    }

    /// Sends a message that is held, after the plugins that come after the one that held it have judged it. Of `plugin` only,
    /// when given. When it is refused by then, it stays held.
    pub async fn release(&self, context: &Context, id: MessageId, plugin: Option<&str>) -> Result<(), Error> {
        let messages = &self.services.messages;
        let held = messages.find_held(id, plugin).await?;
        let mut draft = Draft { hop: held.draft.hop.max(context.hop), ..held.draft.clone() };
        let context = Context { origin: context.origin, actor: held.sender, hop: draft.hop, ..Context::admin() };
        let passage = self.hooks.message_before_send(&context, held.sender, &mut draft, Some(&held.hold.plugin)).await;
        match passage {
            Passage::Continue => {
                let sent = messages.release(&held, &draft).await?;
                let told = (Envelope { id: 0, attributes: Vec::new() }, announced(draft, &sent.message));
                self.tell(&context, told, sent).await;
                Ok(())
            }
            Passage::Deny(denial) => Err(Error::Denied(denial)),
            Passage::Drop => messages.discard(id).await.map(drop).map_err(Error::from),
            Passage::Hold(hold) => {
                self.note_held(&messages.hold_again(held, draft, *hold).await?);
                Ok(())
            }
        }
    }

    /// Throws a message away that is held, of `plugin` only, when given.
    pub async fn discard(&self, id: MessageId, plugin: Option<&str>) -> Result<(), Error> {
        let held = self.services.messages.find_held(id, plugin).await?;
        if self.throw_away(held).await? { Ok(()) } else { Err(MessagesError::NotHeld.into()) }
    }

    /// Throws away what nobody has decided about in its time.
    pub async fn discard_overdue(&self) -> Result<(), Error> {
        loop {
            let overdue = self.services.messages.list_overdue().await?;
            if overdue.is_empty() {
                return Ok(());
            }
            for held in overdue {
                self.throw_away(held).await?;
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
        let held = self.services.messages.hold(sender, draft, key, hold).await?;
        self.note_held(&held);
        Ok(held.id)
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

    async fn throw_away(&self, held: HeldMessage) -> Result<bool, Error> {
        let is_discarded = self.services.messages.discard(held.id).await?;
        if is_discarded {
            self.hooks.happened(Hook::MessageDropped, || {
                Happened::MessageDropped(DroppedMessage {
                    message: Some(held.id),
                    sender: held.sender,
                    target: held.draft.target,
                    plugin: held.hold.plugin,
                    hop: held.draft.hop,
                })
            });
        }
        Ok(is_discarded)
    }
}

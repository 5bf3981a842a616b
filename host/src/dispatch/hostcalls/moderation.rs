//! `moderation`: what becomes of the messages that the plugin held back.

use super::error;
use crate::{
    dispatch::{
        deeds::Deed,
        wasm::{GuestState, wit::message_types::Error, wit::moderation as wit, wit::types},
    },
    model::{
        MessageId, UserId,
        held::{HeldMessage, HeldQuery},
        message::Target,
    },
};

impl wit::Host for GuestState {
    async fn pending(&mut self, after: Option<i64>, limit: u32) -> Result<Vec<wit::PendingMessage>, Error> {
        let bus = self.services.deeds.bus().ok_or(Error::Unavailable)?;
        let query = HeldQuery { plugin: Some((*self.plugin).to_owned()), after: after.map(MessageId), limit };
        let held = bus.list_held(query).await.map_err(error::refused)?;
        Ok(held.into_iter().map(pending).collect())
    }

    async fn release(&mut self, message: i64) -> Result<(), Error> {
        self.decide(message, true).await
    }

    async fn discard(&mut self, message: i64) -> Result<(), Error> {
        self.decide(message, false).await
    }
}

impl GuestState {
    async fn decide(&mut self, message: i64, releases: bool) -> Result<(), Error> {
        let decision = Deed::Decide { message: MessageId(message), releases };
        self.have_done(UserId::ADMIN, decision).await.map(drop)
    }
}

fn pending(held: HeldMessage) -> wit::PendingMessage {
    wit::PendingMessage {
        id: held.id.0,
        sender: held.sender.0,
        target: match held.draft.target {
            Target::User(user) => types::Target::User(user.0),
            Target::Group(group) => types::Target::Group(group.0),
        },
        text: held.draft.text,
        records: held.draft.records.into_iter().map(Vec::from).collect(),
        reason: held.hold.reason,
        date: held.date.0,
        until: held.hold.until.0,
    }
}

//! `messages` and `messages-as-any`: sending, changing and reading messages, as the plugin's own account or as anybody.

use bytes::Bytes;

use super::error;
use crate::{
    dispatch::{
        deeds::Deed,
        wasm::{Class, GuestState, wit::message_types as wit, wit::messages, wit::messages_as_any, wit::types},
    },
    model::{
        GroupId, MessageId, Origin, Sequence, UserId,
        command::{SyncMessages, UpdateMessage},
        message::{ConversationPage, Draft, Message, Target},
    },
};

impl messages::Host for GuestState {
    async fn account(&mut self) -> Option<i64> {
        self.own_account().ok().map(|account| account.0)
    }

    async fn send(&mut self, message: wit::OutgoingMessage) -> Result<Option<i64>, wit::Error> {
        let account = self.own_account()?;
        self.send_message(account, message).await
    }

    async fn edit(&mut self, message: i64, text: Option<String>, records: Vec<Vec<u8>>) -> Result<(), wit::Error> {
        let account = self.own_account()?;
        self.edit_message(account, message, text, records).await
    }

    async fn recall(&mut self, message: i64) -> Result<(), wit::Error> {
        let account = self.own_account()?;
        self.recall_message(account, message).await
    }

    async fn history(
        &mut self,
        conversation: types::Target,
        after: i64,
        limit: u32,
    ) -> Result<wit::HistoryPage, wit::Error> {
        let account = self.own_account()?;
        self.read_history(account, conversation, after, limit).await
    }
}

impl messages_as_any::Host for GuestState {
    async fn send(&mut self, sender: i64, message: wit::OutgoingMessage) -> Result<Option<i64>, wit::Error> {
        self.send_message(UserId(sender), message).await
    }

    async fn edit(
        &mut self,
        sender: i64,
        message: i64,
        text: Option<String>,
        records: Vec<Vec<u8>>,
    ) -> Result<(), wit::Error> {
        self.edit_message(UserId(sender), message, text, records).await
    }

    async fn recall(&mut self, sender: i64, message: i64) -> Result<(), wit::Error> {
        self.recall_message(UserId(sender), message).await
    }

    async fn history(
        &mut self,
        reader: i64,
        conversation: types::Target,
        after: i64,
        limit: u32,
    ) -> Result<wit::HistoryPage, wit::Error> {
        self.read_history(UserId(reader), conversation, after, limit).await
    }
}

// By unique reference, as a guest's state may be sent to another thread but not shared between two.
impl GuestState {
    fn own_account(&self) -> Result<UserId, wit::Error> {
        self.services.accounts.get(&*self.plugin).copied().ok_or(wit::Error::NoAccount)
    }

    async fn send_message(&mut self, sender: UserId, message: wit::OutgoingMessage) -> Result<Option<i64>, wit::Error> {
        let records: Vec<_> = message.records.into_iter().map(Bytes::from).collect();
        self.check_size(message.text.as_deref(), &records)?;
        let draft = Draft {
            target: target(message.target),
            text: message.text,
            records,
            burn_after: message.burn_after,
            delivery_date: None,
            previous: None,
            forwarded_from: None,
            attributes: Vec::new(),
            hop: 0,
        };
        self.have_done(sender, Deed::Send(draft)).await
    }

    async fn edit_message(
        &mut self,
        sender: UserId,
        message: i64,
        text: Option<String>,
        records: Vec<Vec<u8>>,
    ) -> Result<(), wit::Error> {
        let records: Vec<_> = records.into_iter().map(Bytes::from).collect();
        self.check_size(text.as_deref(), &records)?;
        let edit = UpdateMessage { text, records, ..unchanged(message) };
        self.have_done(sender, Deed::Update(Box::new(edit))).await.map(drop)
    }

    /// Nothing waits to be carried out that is too large.
    fn check_size(&self, text: Option<&str>, records: &[Bytes]) -> Result<(), wit::Error> {
        let bus = self.services.deeds.bus().ok_or(wit::Error::Unavailable)?;
        bus.check_size(Origin::Plugin, text, records).map_err(error::refused)
    }

    async fn recall_message(&mut self, sender: UserId, message: i64) -> Result<(), wit::Error> {
        let recall = UpdateMessage { recall_date: Some(self.services.clock.now()), ..unchanged(message) };
        self.have_done(sender, Deed::Update(Box::new(recall))).await.map(drop)
    }

    /// Waits for it where that is sound: observers and tasks are outside of every message, and few of their calls are
    /// under way at a time, so that there is another instance for the filters of the same plugin.
    pub(super) async fn have_done(&mut self, actor: UserId, deed: Deed) -> Result<Option<i64>, wit::Error> {
        let services = &self.services;
        let hook = self.hook.ok_or(wit::Error::NotNow)?;
        if self.is_in_shadow {
            return Err(wit::Error::Refused("the plugin runs in shadow, where nothing that it wants is done".into()));
        }
        if !self.account.take_deed() {
            return Err(wit::Error::TooMany);
        }
        let hop = self.hop.saturating_add(1);
        let may_wait = match hook.class() {
            Class::Observer => self.siblings > 1,
            // Besides them there are an observer, and jobs in half of the instances at most.
            Class::Task => self.siblings > 3,
            Class::Filter | Class::Provider => false,
        };
        if may_wait {
            let outcome = services.deeds.carry_out(&self.plugin, actor, deed, hop).await.map_err(error::not_taken)?;
            return outcome.map(|id| id.map(|id| id.0)).map_err(error::refused);
        }
        services.deeds.enter(&self.plugin, actor, deed, hop).map_err(error::not_taken)?;
        Ok(None)
    }

    async fn read_history(
        &mut self,
        reader: UserId,
        conversation: types::Target,
        after: i64,
        limit: u32,
    ) -> Result<wit::HistoryPage, wit::Error> {
        let bus = self.services.deeds.bus().ok_or(wit::Error::Unavailable)?;
        let query = SyncMessages {
            conversation: Some(target(conversation)),
            after: Sequence(after),
            max_count: Some(i32::try_from(limit).unwrap_or(i32::MAX)),
        };
        bus.history(reader, &query).await.map(page).map_err(error::refused)
    }
}

/// A change of a message that changes nothing yet.
fn unchanged(message: i64) -> UpdateMessage {
    let message = MessageId(message);
    UpdateMessage { message, text: None, records: Vec::new(), recall_date: None, attributes: Vec::new() }
}

fn target(target: types::Target) -> Target {
    match target {
        types::Target::User(id) => Target::User(UserId(id)),
        types::Target::Group(id) => Target::Group(GroupId(id)),
    }
}

fn page(page: ConversationPage) -> wit::HistoryPage {
    wit::HistoryPage { messages: page.messages.into_iter().map(kept).collect(), last: page.last.0 }
}

fn kept(message: Message) -> wit::KeptMessage {
    wit::KeptMessage {
        id: message.id.0,
        sequence: message.sequence.0,
        sender: message.sender.0,
        target: match message.target {
            Target::User(user) => types::Target::User(user.0),
            Target::Group(group) => types::Target::Group(group.0),
        },
        is_system: message.is_system,
        text: message.text,
        records: message.records.into_iter().map(Vec::from).collect(),
        delivery_date: message.delivery_date.0,
        modification_date: message.modification_date.map(|date| date.0),
        recall_date: message.recall_date.map(|date| date.0),
    }
}

//! Users who are offline when a message comes.

use super::Bus;
use crate::{
    dispatch::{Error, GroupsError, hooks::Push, wasm::Hook},
    model::{
        Context, Origin, UserId,
        happened::{Happened, PushOutcome},
        message::{Message, Target},
    },
};

impl Bus {
    /// Whom to tell of a message some other way, and what; `None` when there is nobody.
    pub(in crate::dispatch) async fn push_of(&self, message: &Message) -> Result<Option<Push>, Error> {
        if message.is_system || message.recall_date.is_some() {
            return Ok(None);
        }
        let is_offline = |user: &UserId| *user != message.sender && self.deliver.presence(*user).devices.is_empty();
        let recipients: Vec<UserId> = match message.target {
            Target::User(user) => [user].into_iter().filter(is_offline).collect(),
            Target::Group(group) => {
                let members = self.services.groups.member_ids(group).await.map_err(GroupsError::Store)?;
                members.iter().copied().filter(is_offline).collect()
            }
        };
        let mut push = Push { text: message.text.clone(), recipients };
        let context = Context { origin: Origin::Timer, actor: message.sender, hop: message.hop, ..Context::admin() };
        self.hooks.notification_before_push(&context, message, &mut push).await;
        Ok((!push.recipients.is_empty()).then_some(push))
    }

    /// What came of telling somebody.
    pub(in crate::dispatch) fn pushed(&self, outcome: PushOutcome) {
        self.hooks.happened(Hook::PushResult, || Happened::Pushed(outcome));
    }
}

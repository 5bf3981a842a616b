//! Decides each step as its configuration says, and keeps what it was asked: the tests of the server steer it so.

use std::collections::HashMap;
use std::time::Duration;

use serde::Deserialize;
use talaria_sdk::message_before_send::Draft;
use talaria_sdk::{
    Config, Context, Description, HookSettings, Message, OnlineStatus, StartError, Target, Transport, Verdict,
    admin_before_action, auth_authorize, config_before_save, connection_before_open, group_before_create,
    group_before_question, group_before_transfer, group_before_update, kv, member_before_answer, member_before_apply,
    member_before_invite, member_before_join, member_before_kick, member_before_mute, member_before_profile,
    member_before_role, message_before_deliver, message_before_edit, message_before_expire, message_before_history,
    message_before_react, message_before_read, message_before_send, notification_before_push, presence_before_publish,
    relation_before_answer, relation_before_create, relation_before_group, relation_before_request,
    relation_before_update, resource_before_delete, resource_before_download, resource_before_upload,
    session_before_takeover, user_before_create, user_before_set_settings, user_before_update,
};

/// The code of every refusal.
const DENIED: u32 = 20_000;

/// What it decides.
const HOOKS: &str = "\
    message.before-send message.before-recall message.before-delete message.before-react \
    message.before-read typing.before-send user.before-delete user.before-set-settings \
    relation.before-delete group.before-delete group.before-transfer member.before-leave \
    member.before-kick member.before-role member.before-mute user.before-create user.before-update \
    relation.before-request relation.before-answer relation.before-create relation.before-group \
    relation.before-update group.before-create group.before-question group.before-update \
    member.before-apply member.before-invite member.before-answer member.before-join \
    member.before-profile auth.authorize session.before-takeover connection.before-open \
    admin.before-action config.before-save message.before-expire message.before-deliver \
    notification.before-push message.before-history message.before-edit resource.before-upload \
    resource.before-download resource.before-delete presence.before-publish";

/// What is decided about a hook; others go on.
#[derive(Debug, Default, Deserialize)]
#[serde(transparent)]
struct Judge {
    /// By the hook's name: `deny`, `drop`, or the text that takes the place of each text that the hook may change.
    decisions: HashMap<String, String>,
}

/// The decision about a hook in its own type.
macro_rules! decide {
    ($judge:ident, $ctx:ident, $module:ident, $asked:expr $(, $field:ident)*) => {
        match $judge.decision($module::HOOK, $ctx, &format!("{:?}", $asked)) {
            None => $module::Verdict::Continue,
            Some("deny") => $module::Verdict::deny(DENIED, "denied"),
            Some("drop") => $module::Verdict::Drop,
            Some(text) => $module::Verdict::Patch($module::Patch { $($field: Some(text.into())),* }),
        }
    };
}

#[talaria_sdk::plugin]
impl Judge {
    fn describe() -> Description {
        let description = Description::with_schema(include_str!("../config.schema.json"));
        // What was asked is kept on a disk, and a busy machine is no reason for no decision.
        HOOKS
            .split(' ')
            .fold(description, |known, hook| known.hook(HookSettings::new(hook).deadline(Duration::from_millis(500))))
    }

    fn start(config: Config) -> Result<Self, StartError> {
        Ok(config.parse()?)
    }

    /// `!asked HOOK` is refused with what the hook was asked last, so that it reaches nobody else.
    fn message_before_send(&self, _ctx: &Context, draft: &Draft) -> message_before_send::Verdict {
        match draft.text.as_deref().and_then(|text| text.strip_prefix("!asked ")) {
            None => message_before_send::Verdict::Continue,
            Some(hook) => {
                let asked = kv::get(hook).expect("the entry can be read").unwrap_or_default();
                message_before_send::Verdict::deny(DENIED, String::from_utf8_lossy(&asked))
            }
        }
    }

    fn message_before_recall(&self, ctx: &Context, message: &Message) -> Verdict {
        self.judge("message.before-recall", ctx, &format!("{message:?}"))
    }

    fn message_before_delete(&self, ctx: &Context, message: &Message) -> Verdict {
        self.judge("message.before-delete", ctx, &format!("{message:?}"))
    }

    fn message_before_react(&self, ctx: &Context, reaction: &message_before_react::Reaction) -> Verdict {
        self.judge("message.before-react", ctx, &format!("{reaction:?}"))
    }

    fn message_before_read(&self, ctx: &Context, reading: &message_before_read::Reading) -> Verdict {
        self.judge("message.before-read", ctx, &format!("{reading:?}"))
    }

    fn typing_before_send(&self, ctx: &Context, conversation: Target) -> Verdict {
        self.judge("typing.before-send", ctx, &format!("{conversation:?}"))
    }

    fn user_before_delete(&self, ctx: &Context, user_id: i64) -> Verdict {
        self.judge("user.before-delete", ctx, &format!("{user_id:?}"))
    }

    fn user_before_set_settings(&self, ctx: &Context, change: &user_before_set_settings::Change) -> Verdict {
        self.judge("user.before-set-settings", ctx, &format!("{change:?}"))
    }

    fn relation_before_delete(&self, ctx: &Context, user_id: i64) -> Verdict {
        self.judge("relation.before-delete", ctx, &format!("{user_id:?}"))
    }

    fn group_before_delete(&self, ctx: &Context, group_id: i64) -> Verdict {
        self.judge("group.before-delete", ctx, &format!("{group_id:?}"))
    }

    fn group_before_transfer(&self, ctx: &Context, transfer: &group_before_transfer::Transfer) -> Verdict {
        self.judge("group.before-transfer", ctx, &format!("{transfer:?}"))
    }

    fn member_before_leave(&self, ctx: &Context, group_id: i64) -> Verdict {
        self.judge("member.before-leave", ctx, &format!("{group_id:?}"))
    }

    fn member_before_kick(&self, ctx: &Context, kick: &member_before_kick::Kick) -> Verdict {
        self.judge("member.before-kick", ctx, &format!("{kick:?}"))
    }

    fn member_before_role(&self, ctx: &Context, change: &member_before_role::Change) -> Verdict {
        self.judge("member.before-role", ctx, &format!("{change:?}"))
    }

    fn member_before_mute(&self, ctx: &Context, mute: &member_before_mute::Mute) -> Verdict {
        self.judge("member.before-mute", ctx, &format!("{mute:?}"))
    }

    fn user_before_create(&self, ctx: &Context, user: &user_before_create::NewUser) -> user_before_create::Verdict {
        decide!(self, ctx, user_before_create, user, name, intro, profile_picture)
    }

    fn user_before_update(&self, ctx: &Context, change: &user_before_update::Change) -> user_before_update::Verdict {
        decide!(self, ctx, user_before_update, change, name, intro, profile_picture)
    }

    fn relation_before_request(
        &self,
        ctx: &Context,
        request: &relation_before_request::FriendRequest,
    ) -> relation_before_request::Verdict {
        decide!(self, ctx, relation_before_request, request, content)
    }

    fn relation_before_answer(
        &self,
        ctx: &Context,
        answer: &relation_before_answer::Answer,
    ) -> relation_before_answer::Verdict {
        decide!(self, ctx, relation_before_answer, answer, reason)
    }

    fn relation_before_create(
        &self,
        ctx: &Context,
        relationship: &relation_before_create::Relationship,
    ) -> relation_before_create::Verdict {
        decide!(self, ctx, relation_before_create, relationship, name)
    }

    fn relation_before_group(
        &self,
        ctx: &Context,
        group: &relation_before_group::RelationshipGroup,
    ) -> relation_before_group::Verdict {
        decide!(self, ctx, relation_before_group, group, name)
    }

    fn relation_before_update(
        &self,
        ctx: &Context,
        change: &relation_before_update::Change,
    ) -> relation_before_update::Verdict {
        decide!(self, ctx, relation_before_update, change, name)
    }

    fn group_before_create(
        &self,
        ctx: &Context,
        group: &group_before_create::NewGroup,
    ) -> group_before_create::Verdict {
        decide!(self, ctx, group_before_create, group, name, intro, announcement)
    }

    fn group_before_question(
        &self,
        ctx: &Context,
        question: &group_before_question::Question,
    ) -> group_before_question::Verdict {
        use group_before_question::{Patch, Verdict};
        match self.decision(group_before_question::HOOK, ctx, &format!("{question:?}")) {
            None => Verdict::Continue,
            Some("deny") => Verdict::deny(DENIED, "denied"),
            Some("drop") => Verdict::Drop,
            Some(text) => Verdict::Patch(Patch { text: Some(text.into()), answers: Some(vec![text.into()]) }),
        }
    }

    fn group_before_update(&self, ctx: &Context, change: &group_before_update::Change) -> group_before_update::Verdict {
        decide!(self, ctx, group_before_update, change, name, intro, announcement)
    }

    fn member_before_apply(
        &self,
        ctx: &Context,
        application: &member_before_apply::Application,
    ) -> member_before_apply::Verdict {
        decide!(self, ctx, member_before_apply, application, content)
    }

    fn member_before_invite(
        &self,
        ctx: &Context,
        invitation: &member_before_invite::Invitation,
    ) -> member_before_invite::Verdict {
        decide!(self, ctx, member_before_invite, invitation, content)
    }

    fn member_before_answer(
        &self,
        ctx: &Context,
        answer: &member_before_answer::Answer,
    ) -> member_before_answer::Verdict {
        decide!(self, ctx, member_before_answer, answer, reason)
    }

    fn member_before_join(&self, ctx: &Context, joining: &member_before_join::Joining) -> member_before_join::Verdict {
        decide!(self, ctx, member_before_join, joining, name)
    }

    fn member_before_profile(
        &self,
        ctx: &Context,
        change: &member_before_profile::Change,
    ) -> member_before_profile::Verdict {
        decide!(self, ctx, member_before_profile, change, name)
    }

    fn auth_authorize(&self, ctx: &Context, login: &auth_authorize::Login) -> auth_authorize::Outcome {
        use auth_authorize::Outcome;
        match self.decision(auth_authorize::HOOK, ctx, &format!("{login:?}")).and_then(|it| it.split_once(' ')) {
            Some(("only", kind)) => Outcome::Only(vec![kind.into()]),
            Some(("except", kind)) => Outcome::AllExcept(vec![kind.into()]),
            _ => Outcome::BuiltIn,
        }
    }

    fn session_before_takeover(
        &self,
        ctx: &Context,
        takeover: &session_before_takeover::Takeover,
    ) -> session_before_takeover::Verdict {
        use session_before_takeover::Verdict;
        match self.decision(session_before_takeover::HOOK, ctx, &format!("{takeover:?}")) {
            Some("deny") => Verdict::deny(DENIED, "denied"),
            _ => Verdict::Continue,
        }
    }

    fn connection_before_open(&self, ctx: &Context, transport: Transport) -> connection_before_open::Verdict {
        use connection_before_open::Verdict;
        match self.decision(connection_before_open::HOOK, ctx, &format!("{transport:?} {:?}", ctx.ip)) {
            Some(refused) if format!("{transport:?}").contains(refused) => Verdict::Refuse,
            _ => Verdict::Continue,
        }
    }

    fn admin_before_action(&self, ctx: &Context, name: &str) -> admin_before_action::Verdict {
        match self.decision(admin_before_action::HOOK, ctx, name) {
            Some("deny") => admin_before_action::Verdict::deny(DENIED, "denied"),
            _ => admin_before_action::Verdict::Continue,
        }
    }

    fn config_before_save(&self, ctx: &Context, change: &config_before_save::Change) -> config_before_save::Verdict {
        match self.decision(config_before_save::HOOK, ctx, &format!("{change:?}")) {
            Some("deny") if change.plugin != "judge" => config_before_save::Verdict::deny(DENIED, "denied"),
            _ => config_before_save::Verdict::Continue,
        }
    }

    fn message_before_expire(&self, ctx: &Context, below: i64) -> message_before_expire::Verdict {
        match self.decision(message_before_expire::HOOK, ctx, &below.to_string()) {
            Some("keep") => message_before_expire::Verdict::Keep,
            _ => message_before_expire::Verdict::Continue,
        }
    }

    /// A decision of two words: the first recipient sees these in place of the text.
    fn message_before_deliver(
        &self,
        ctx: &Context,
        message: &Message,
        recipients: &[i64],
    ) -> message_before_deliver::Verdict {
        use message_before_deliver::{Verdict, View};
        match self.decision(message_before_deliver::HOOK, ctx, &format!("{:?} {recipients:?}", message.text)) {
            None => Verdict::Continue,
            Some(text) => {
                // Who is no recipient is not told, whatever the plugin says.
                let recipients = recipients.iter().take(1).copied().chain([404]).collect();
                Verdict::Views(vec![View { recipients, text: Some(text.into()), records: None }])
            }
        }
    }

    fn notification_before_push(
        &self,
        ctx: &Context,
        message: &Message,
        recipients: &[i64],
    ) -> notification_before_push::Verdict {
        use notification_before_push::{Patch, Verdict};
        match self.decision(notification_before_push::HOOK, ctx, &format!("{:?} {recipients:?}", message.text)) {
            None => Verdict::Continue,
            Some("drop") => Verdict::Drop,
            Some("skip") => Verdict::Skip(recipients.iter().take(1).copied().collect()),
            Some(text) => Verdict::Patch(Patch { text: Some(text.into()) }),
        }
    }

    /// `hide` hides all messages, a text stands in their place.
    fn message_before_history(
        &self,
        ctx: &Context,
        reader: i64,
        messages: &[Message],
    ) -> message_before_history::Verdict {
        use message_before_history::{Verdict, View};
        let texts: Vec<_> = messages.iter().map(|message| message.text.as_deref().unwrap_or_default()).collect();
        match self.decision(message_before_history::HOOK, ctx, &format!("{reader} {texts:?}")) {
            None => Verdict::Continue,
            Some(text) => {
                let view = |message: &Message| View {
                    message_id: message.id,
                    hidden: text == "hide",
                    text: Some(text.into()),
                    records: None,
                };
                Verdict::Views(messages.iter().map(view).collect())
            }
        }
    }

    fn message_before_edit(
        &self,
        ctx: &Context,
        message: Message,
        edit: &message_before_edit::Edit,
    ) -> message_before_edit::Verdict {
        match self.decision(message_before_edit::HOOK, ctx, &format!("{:?} {edit:?}", message.text)) {
            None => message_before_edit::Verdict::Continue,
            Some("deny") => message_before_edit::Verdict::deny(DENIED, "denied"),
            Some("drop") => message_before_edit::Verdict::Drop,
            Some(text) => {
                let patch = message_before_edit::Patch { text: Some(text.into()), records: None };
                message_before_edit::Verdict::Patch(patch)
            }
        }
    }

    fn resource_before_upload(
        &self,
        ctx: &Context,
        upload: &resource_before_upload::Upload,
    ) -> resource_before_upload::Verdict {
        use resource_before_upload::{Patch, Verdict};
        match self.decision(resource_before_upload::HOOK, ctx, &format!("{upload:?}")) {
            None | Some("drop") => Verdict::Continue,
            Some("deny") => Verdict::deny(DENIED, "denied"),
            Some(text) => Verdict::Patch(Patch { name: Some(text.into()) }),
        }
    }

    fn resource_before_download(
        &self,
        ctx: &Context,
        download: &resource_before_download::Download,
    ) -> resource_before_download::Verdict {
        use resource_before_download::Verdict;
        match self.decision(resource_before_download::HOOK, ctx, &format!("{download:?}")) {
            Some("deny") => Verdict::deny(DENIED, "denied"),
            _ => Verdict::Continue,
        }
    }

    fn resource_before_delete(&self, ctx: &Context, deletion: &resource_before_delete::Deletion) -> Verdict {
        self.judge(resource_before_delete::HOOK, ctx, &format!("{deletion:?}"))
    }

    fn presence_before_publish(
        &self,
        ctx: &Context,
        change: &presence_before_publish::Change,
    ) -> presence_before_publish::Verdict {
        use presence_before_publish::{Patch, Verdict};
        match self.decision(presence_before_publish::HOOK, ctx, &format!("{change:?}")) {
            None => Verdict::Continue,
            Some("deny") => Verdict::deny(DENIED, "denied"),
            Some("drop") => Verdict::Drop,
            Some(_) => Verdict::Patch(Patch { status: Some(OnlineStatus::Away) }),
        }
    }
}

impl Judge {
    /// Keeps what was asked under the hook's name.
    fn decision(&self, hook: &str, ctx: &Context, asked: &str) -> Option<&str> {
        kv::set(hook, format!("{:?} {} {asked}", ctx.origin, ctx.actor)).expect("the entry can be written");
        self.decisions.get(hook).map(String::as_str)
    }

    fn judge(&self, hook: &str, ctx: &Context, asked: &str) -> Verdict {
        match self.decision(hook, ctx, asked) {
            Some("deny") => Verdict::deny(DENIED, "denied"),
            Some("drop") => Verdict::Drop,
            _ => Verdict::Continue,
        }
    }
}

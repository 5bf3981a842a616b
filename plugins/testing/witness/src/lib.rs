//! Observes everything, and keeps what it was told last.

use std::fmt::Debug;
use std::time::Duration;

use talaria_sdk::message_before_send::{self, Draft, Verdict};
use talaria_sdk::resources::Resource;
use talaria_sdk::{
    Context, Description, HookSettings, Message, admin_action, auth_login_failed, config_changed, connection_closed,
    connection_opened, group_created, group_deleted, group_transferred, group_updated, kv, member_answered,
    member_applied, member_invited, member_joined, member_left, member_updated, message_deleted, message_delivered,
    message_dropped, message_expired, message_held, message_reacted, message_read, message_recalled, presence_changed,
    push_result, push_send, relation_answered, relation_created, relation_deleted, relation_requested,
    relation_updated, server_ready, server_starting, server_stopping, session_closed, session_kicked, session_opened,
    session_taken_over, user_created, user_deleted, user_settings_changed, user_updated,
};

/// The code of an answer to a question.
const ANSWER: u32 = 20_000;
/// The text by which the gateway for pushes is there, and the key of that.
const GATEWAY: &str = "!gateway";

#[derive(Default)]
struct Witness;

#[talaria_sdk::plugin]
impl Witness {
    fn describe() -> Description {
        // A busy machine is no reason for a question to pass as a text.
        Description::default().hook(HookSettings::new(message_before_send::HOOK).deadline(Duration::from_millis(500)))
    }

    /// `!told HOOK` is refused with what the hook was told last, so that it reaches nobody else; so is `!gateway`, and
    /// from then on pushes arrive that wait for it.
    fn message_before_send(&self, _ctx: &Context, draft: &Draft) -> Verdict {
        let text = draft.text.as_deref().unwrap_or_default();
        if text == GATEWAY {
            kv::set(GATEWAY, "").expect("the entry can be written");
            return Verdict::deny(ANSWER, "");
        }
        match text.strip_prefix("!told ") {
            None => Verdict::Continue,
            Some(hook) => {
                let told = kv::get(hook).expect("the entry can be read").unwrap_or_default();
                Verdict::deny(ANSWER, String::from_utf8_lossy(&told))
            }
        }
    }

    fn admin_action(&self, _ctx: &Context, actions: &[admin_action::Action]) -> Result<(), String> {
        keep("admin.action", actions)
    }

    fn auth_login_failed(&self, _ctx: &Context, logins: &[auth_login_failed::FailedLogin]) -> Result<(), String> {
        keep("auth.login-failed", logins)
    }

    fn config_changed(&self, _ctx: &Context, changes: &[config_changed::Change]) -> Result<(), String> {
        keep("config.changed", changes)
    }

    fn connection_opened(&self, _ctx: &Context, connections: &[connection_opened::Connection]) -> Result<(), String> {
        keep("connection.opened", connections)
    }

    fn connection_closed(&self, _ctx: &Context, connections: &[connection_closed::Connection]) -> Result<(), String> {
        keep("connection.closed", connections)
    }

    fn group_created(&self, _ctx: &Context, groups: &[group_created::NewGroup]) -> Result<(), String> {
        keep("group.created", groups)
    }

    fn group_deleted(&self, _ctx: &Context, groups: &[group_deleted::DeletedGroup]) -> Result<(), String> {
        keep("group.deleted", groups)
    }

    fn group_updated(&self, _ctx: &Context, groups: &[group_updated::UpdatedGroup]) -> Result<(), String> {
        keep("group.updated", groups)
    }

    fn group_transferred(&self, _ctx: &Context, transfers: &[group_transferred::Transfer]) -> Result<(), String> {
        keep("group.transferred", transfers)
    }

    fn member_joined(&self, _ctx: &Context, members: &[member_joined::NewMember]) -> Result<(), String> {
        keep("member.joined", members)
    }

    fn member_left(&self, _ctx: &Context, members: &[member_left::FormerMember]) -> Result<(), String> {
        keep("member.left", members)
    }

    fn member_updated(&self, _ctx: &Context, members: &[member_updated::UpdatedMember]) -> Result<(), String> {
        keep("member.updated", members)
    }

    fn member_invited(&self, _ctx: &Context, invitations: &[member_invited::Invitation]) -> Result<(), String> {
        keep("member.invited", invitations)
    }

    fn member_applied(&self, _ctx: &Context, applications: &[member_applied::Application]) -> Result<(), String> {
        keep("member.applied", applications)
    }

    fn member_answered(&self, _ctx: &Context, answers: &[member_answered::Answer]) -> Result<(), String> {
        keep("member.answered", answers)
    }

    fn message_persisted(&self, _ctx: &Context, messages: &[Message]) -> Result<(), String> {
        keep("message.persisted", messages)
    }

    fn message_edited(&self, _ctx: &Context, messages: &[Message]) -> Result<(), String> {
        keep("message.edited", messages)
    }

    fn message_recalled(&self, _ctx: &Context, messages: &[message_recalled::RecalledMessage]) -> Result<(), String> {
        keep("message.recalled", messages)
    }

    fn message_delivered(&self, _ctx: &Context, deliveries: &[message_delivered::Delivery]) -> Result<(), String> {
        keep("message.delivered", deliveries)
    }

    fn message_dropped(&self, _ctx: &Context, messages: &[message_dropped::DroppedMessage]) -> Result<(), String> {
        keep("message.dropped", messages)
    }

    fn message_deleted(&self, _ctx: &Context, messages: &[message_deleted::DeletedMessage]) -> Result<(), String> {
        keep("message.deleted", messages)
    }

    fn message_held(&self, _ctx: &Context, messages: &[message_held::HeldMessage]) -> Result<(), String> {
        keep("message.held", messages)
    }

    fn message_read(&self, _ctx: &Context, readings: &[message_read::Reading]) -> Result<(), String> {
        keep("message.read", readings)
    }

    fn message_reacted(&self, _ctx: &Context, reactions: &[message_reacted::Reaction]) -> Result<(), String> {
        keep("message.reacted", reactions)
    }

    fn message_expired(&self, _ctx: &Context, expiries: &[message_expired::Expiry]) -> Result<(), String> {
        keep("message.expired", expiries)
    }

    fn presence_changed(&self, _ctx: &Context, changes: &[presence_changed::Change]) -> Result<(), String> {
        keep("presence.changed", changes)
    }

    fn relation_requested(&self, _ctx: &Context, requests: &[relation_requested::FriendRequest]) -> Result<(), String> {
        keep("relation.requested", requests)
    }

    fn relation_answered(&self, _ctx: &Context, answers: &[relation_answered::Answer]) -> Result<(), String> {
        keep("relation.answered", answers)
    }

    fn relation_created(&self, _ctx: &Context, relationships: &[relation_created::Relationship]) -> Result<(), String> {
        keep("relation.created", relationships)
    }

    fn relation_updated(&self, _ctx: &Context, relationships: &[relation_updated::Relationship]) -> Result<(), String> {
        keep("relation.updated", relationships)
    }

    fn relation_deleted(&self, _ctx: &Context, relationships: &[relation_deleted::Relationship]) -> Result<(), String> {
        keep("relation.deleted", relationships)
    }

    fn server_starting(&self, _ctx: &Context, servers: &[server_starting::Server]) -> Result<(), String> {
        keep("server.starting", servers)
    }

    fn server_ready(&self, _ctx: &Context, servers: &[server_ready::Server]) -> Result<(), String> {
        keep("server.ready", servers)
    }

    fn server_stopping(&self, _ctx: &Context, servers: &[server_stopping::Server]) -> Result<(), String> {
        keep("server.stopping", servers)
    }

    fn session_opened(&self, _ctx: &Context, sessions: &[session_opened::Session]) -> Result<(), String> {
        keep("session.opened", sessions)
    }

    fn session_closed(&self, _ctx: &Context, sessions: &[session_closed::EndedSession]) -> Result<(), String> {
        keep("session.closed", sessions)
    }

    fn session_taken_over(&self, _ctx: &Context, sessions: &[session_taken_over::EndedSession]) -> Result<(), String> {
        keep("session.taken-over", sessions)
    }

    fn resource_uploaded(&self, _ctx: &Context, resources: &[Resource]) -> Result<(), String> {
        keep("resource.uploaded", resources)
    }

    fn resource_deleted(&self, _ctx: &Context, resources: &[Resource]) -> Result<(), String> {
        keep("resource.deleted", resources)
    }

    fn session_kicked(&self, _ctx: &Context, sessions: &[session_kicked::EndedSession]) -> Result<(), String> {
        keep("session.kicked", sessions)
    }

    /// A push that begins with `!wait` waits for the gateway.
    fn push_send(&self, _ctx: &Context, pushes: &[push_send::Push]) -> Result<Vec<push_send::Outcome>, String> {
        let waits = |push: &push_send::Push| push.text.as_deref().is_some_and(|text| text.starts_with("!wait"));
        if pushes.iter().any(waits) && kv::get(GATEWAY).expect("the entry can be read").is_none() {
            return Err("the gateway is away".into());
        }
        keep("push.send", pushes)?;
        let outcomes = pushes.iter().flat_map(|push| push.recipients.iter().map(move |user| outcome(push, *user)));
        Ok(outcomes.collect())
    }

    fn push_result(&self, _ctx: &Context, outcomes: &[push_result::Outcome]) -> Result<(), String> {
        keep("push.result", outcomes)
    }

    fn user_created(&self, _ctx: &Context, users: &[user_created::NewUser]) -> Result<(), String> {
        keep("user.created", users)
    }

    fn user_deleted(&self, _ctx: &Context, users: &[user_deleted::DeletedUser]) -> Result<(), String> {
        keep("user.deleted", users)
    }

    fn user_updated(&self, _ctx: &Context, users: &[user_updated::UpdatedUser]) -> Result<(), String> {
        keep("user.updated", users)
    }

    fn user_settings_changed(
        &self,
        _ctx: &Context,
        changes: &[user_settings_changed::ChangedSettings],
    ) -> Result<(), String> {
        keep("user.settings-changed", changes)
    }
}

/// Everybody was told but user 5, and user 6, of which there is much to say.
fn outcome(push: &push_send::Push, user_id: i64) -> push_send::Outcome {
    let failure = match user_id {
        5 => Some("no token".to_owned()),
        6 => Some("no ".repeat(10_000)),
        _ => None,
    };
    push_send::Outcome { message_id: push.message.id, user_id, failure }
}

fn keep(hook: &str, events: &[impl Debug]) -> Result<(), String> {
    match events.last() {
        Some(last) => kv::set(hook, format!("{last:?}")).map_err(|error| format!("{error:?}")),
        None => Err("an empty batch".into()),
    }
}

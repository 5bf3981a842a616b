//! Tells other services over HTTP of what happens: signed, in order, and again until they have taken it.
//!
//! The server's own log of events is the queue: what an endpoint does not take is answered with an error, and the
//! server tells of the same events again, after a restart as well. What the other endpoints have taken of them
//! meanwhile is noted in `kv`.

mod data;
mod delivery;
mod endpoint;
mod event;
mod settings;

use std::time::{Duration, Instant};

use talaria_sdk::resources::Resource;
use talaria_sdk::{
    Config, Context, Description, Message, StartError, auth_login_failed, group_created, group_deleted,
    group_transferred, group_updated, member_answered, member_applied, member_invited, member_joined, member_left,
    member_updated, message_deleted, message_delivered, message_dropped, message_edited, message_expired, message_held,
    message_persisted, message_reacted, message_read, message_recalled, presence_changed, relation_answered,
    relation_created, relation_deleted, relation_requested, relation_updated, resource_deleted, resource_uploaded,
    session_closed, session_kicked, session_opened, session_taken_over, user_created, user_deleted,
    user_settings_changed, user_updated,
};

use crate::data::Told;
use crate::endpoint::Endpoint;
use crate::event::Event;
use crate::settings::Settings;

struct Webhook {
    endpoints: Vec<Endpoint>,
}

type Heard = Result<(), String>;

#[talaria_sdk::plugin]
impl Webhook {
    fn describe() -> Description {
        Description::with_schema(include_str!("../config.schema.json"))
    }

    fn start(config: Config) -> Result<Self, StartError> {
        let settings: Settings = config.parse()?;
        Ok(Self { endpoints: settings.endpoints()? })
    }

    fn message_persisted(&self, ctx: &Context, told: &[Message]) -> Heard {
        self.tell(message_persisted::HOOK, ctx, told)
    }

    fn message_edited(&self, ctx: &Context, told: &[Message]) -> Heard {
        self.tell(message_edited::HOOK, ctx, told)
    }

    fn message_recalled(&self, ctx: &Context, told: &[message_recalled::RecalledMessage]) -> Heard {
        self.tell(message_recalled::HOOK, ctx, told)
    }

    fn message_delivered(&self, ctx: &Context, told: &[message_delivered::Delivery]) -> Heard {
        self.tell(message_delivered::HOOK, ctx, told)
    }

    fn message_dropped(&self, ctx: &Context, told: &[message_dropped::DroppedMessage]) -> Heard {
        self.tell(message_dropped::HOOK, ctx, told)
    }

    fn message_deleted(&self, ctx: &Context, told: &[message_deleted::DeletedMessage]) -> Heard {
        self.tell(message_deleted::HOOK, ctx, told)
    }

    fn message_held(&self, ctx: &Context, told: &[message_held::HeldMessage]) -> Heard {
        self.tell(message_held::HOOK, ctx, told)
    }

    fn message_read(&self, ctx: &Context, told: &[message_read::Reading]) -> Heard {
        self.tell(message_read::HOOK, ctx, told)
    }

    fn message_reacted(&self, ctx: &Context, told: &[message_reacted::Reaction]) -> Heard {
        self.tell(message_reacted::HOOK, ctx, told)
    }

    fn message_expired(&self, ctx: &Context, told: &[message_expired::Expiry]) -> Heard {
        self.tell(message_expired::HOOK, ctx, told)
    }

    fn user_created(&self, ctx: &Context, told: &[user_created::NewUser]) -> Heard {
        self.tell(user_created::HOOK, ctx, told)
    }

    fn user_updated(&self, ctx: &Context, told: &[user_updated::UpdatedUser]) -> Heard {
        self.tell(user_updated::HOOK, ctx, told)
    }

    fn user_deleted(&self, ctx: &Context, told: &[user_deleted::DeletedUser]) -> Heard {
        self.tell(user_deleted::HOOK, ctx, told)
    }

    fn user_settings_changed(&self, ctx: &Context, told: &[user_settings_changed::ChangedSettings]) -> Heard {
        self.tell(user_settings_changed::HOOK, ctx, told)
    }

    fn presence_changed(&self, ctx: &Context, told: &[presence_changed::Change]) -> Heard {
        self.tell(presence_changed::HOOK, ctx, told)
    }

    fn relation_requested(&self, ctx: &Context, told: &[relation_requested::FriendRequest]) -> Heard {
        self.tell(relation_requested::HOOK, ctx, told)
    }

    fn relation_answered(&self, ctx: &Context, told: &[relation_answered::Answer]) -> Heard {
        self.tell(relation_answered::HOOK, ctx, told)
    }

    fn relation_created(&self, ctx: &Context, told: &[relation_created::Relationship]) -> Heard {
        self.tell(relation_created::HOOK, ctx, told)
    }

    fn relation_updated(&self, ctx: &Context, told: &[relation_updated::Relationship]) -> Heard {
        self.tell(relation_updated::HOOK, ctx, told)
    }

    fn relation_deleted(&self, ctx: &Context, told: &[relation_deleted::Relationship]) -> Heard {
        self.tell(relation_deleted::HOOK, ctx, told)
    }

    fn group_created(&self, ctx: &Context, told: &[group_created::NewGroup]) -> Heard {
        self.tell(group_created::HOOK, ctx, told)
    }

    fn group_updated(&self, ctx: &Context, told: &[group_updated::UpdatedGroup]) -> Heard {
        self.tell(group_updated::HOOK, ctx, told)
    }

    fn group_transferred(&self, ctx: &Context, told: &[group_transferred::Transfer]) -> Heard {
        self.tell(group_transferred::HOOK, ctx, told)
    }

    fn group_deleted(&self, ctx: &Context, told: &[group_deleted::DeletedGroup]) -> Heard {
        self.tell(group_deleted::HOOK, ctx, told)
    }

    fn member_joined(&self, ctx: &Context, told: &[member_joined::NewMember]) -> Heard {
        self.tell(member_joined::HOOK, ctx, told)
    }

    fn member_left(&self, ctx: &Context, told: &[member_left::FormerMember]) -> Heard {
        self.tell(member_left::HOOK, ctx, told)
    }

    fn member_updated(&self, ctx: &Context, told: &[member_updated::UpdatedMember]) -> Heard {
        self.tell(member_updated::HOOK, ctx, told)
    }

    fn member_invited(&self, ctx: &Context, told: &[member_invited::Invitation]) -> Heard {
        self.tell(member_invited::HOOK, ctx, told)
    }

    fn member_applied(&self, ctx: &Context, told: &[member_applied::Application]) -> Heard {
        self.tell(member_applied::HOOK, ctx, told)
    }

    fn member_answered(&self, ctx: &Context, told: &[member_answered::Answer]) -> Heard {
        self.tell(member_answered::HOOK, ctx, told)
    }

    fn resource_uploaded(&self, ctx: &Context, told: &[Resource]) -> Heard {
        self.tell(resource_uploaded::HOOK, ctx, told)
    }

    fn resource_deleted(&self, ctx: &Context, told: &[Resource]) -> Heard {
        self.tell(resource_deleted::HOOK, ctx, told)
    }

    fn session_opened(&self, ctx: &Context, told: &[session_opened::Session]) -> Heard {
        self.tell(session_opened::HOOK, ctx, told)
    }

    fn session_closed(&self, ctx: &Context, told: &[session_closed::EndedSession]) -> Heard {
        self.tell(session_closed::HOOK, ctx, told)
    }

    fn session_taken_over(&self, ctx: &Context, told: &[session_taken_over::EndedSession]) -> Heard {
        self.tell(session_taken_over::HOOK, ctx, told)
    }

    fn session_kicked(&self, ctx: &Context, told: &[session_kicked::EndedSession]) -> Heard {
        self.tell(session_kicked::HOOK, ctx, told)
    }

    fn auth_login_failed(&self, ctx: &Context, told: &[auth_login_failed::FailedLogin]) -> Heard {
        self.tell(auth_login_failed::HOOK, ctx, told)
    }
}

impl Webhook {
    fn tell<T: Told>(&self, kind: &'static str, ctx: &Context, records: &[T]) -> Heard {
        let begin = Instant::now();
        if !self.endpoints.iter().any(|endpoint| endpoint.wants(kind)) {
            return Ok(());
        }
        let events: Vec<Event> = records.iter().map(|record| Event::new(kind, record)).collect();
        let until = begin + Duration::from_millis(ctx.deadline_ms.into());
        delivery::deliver(&self.endpoints, &events, until)
    }
}

#[cfg(test)]
mod tests;

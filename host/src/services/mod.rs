//! The rules: what each operation checks, stores and tells others. They answer a reply and whom to tell as values and
//! know neither plugins nor sockets. Siblings have an order (users < relationships < groups < enrolment < conversations
//! < messages): a right one may use a left one, never back.

pub mod conversations;
pub mod enrolment;
pub mod groups;
pub mod messages;
mod page;
pub mod presence;
mod purge;
pub mod relationships;
pub mod seed;
pub mod settings;
#[cfg(test)]
pub(crate) mod testing;
pub(crate) mod text;
pub mod users;
mod version;

use std::sync::Arc;

use crate::{
    clock::Clock,
    config::{Config, Notifications},
    model::{Timestamp, snowflake::Snowflake},
    store::Store,
};

/// All services.
pub struct Services {
    pub users: users::Users,
    pub relationships: relationships::Relationships,
    pub groups: Arc<groups::Groups>,
    pub enrolments: enrolment::Enrolments,
    pub conversations: conversations::Conversations,
    pub messages: messages::Messages,
    notifications: Arc<Notifications>,
    clock: Clock,
}

impl Services {
    /// The services over a store, for node `node` (0 to 1023) of the cluster. Reads the last message id, so that new
    /// ones are greater though the clock may have stepped back.
    pub async fn open(store: Arc<dyn Store>, clock: Clock, node: u16, config: &Config) -> Result<Self, users::Error> {
        let notifications = Arc::new(config.notifications.clone());
        let ids = Arc::new(Snowflake::new(node));
        if let Some(last) = store.last_message_id().await? {
            ids.observe(last.0);
        }
        let groups = Arc::new(groups::Groups::new(
            Arc::clone(&store),
            clock.clone(),
            Arc::clone(&ids),
            config.groups.clone(),
            config.users.roles.clone(),
            Arc::clone(&notifications),
        ));
        Ok(Self {
            users: users::Users::new(
                Arc::clone(&store),
                clock.clone(),
                config.users.clone(),
                Arc::clone(&notifications),
            )?,
            relationships: relationships::Relationships::new(
                Arc::clone(&store),
                clock.clone(),
                Arc::clone(&ids),
                (config.relationships.clone(), config.friend_requests.clone()),
                Arc::clone(&notifications),
            ),
            enrolments: enrolment::Enrolments::new(
                Arc::clone(&store),
                clock.clone(),
                Arc::clone(&ids),
                Arc::clone(&groups),
                enrolment::Settings {
                    invitations: config.invitations.clone(),
                    join_requests: config.join_requests.clone(),
                    questions: config.join_questions.clone(),
                },
                Arc::clone(&notifications),
            ),
            groups,
            conversations: conversations::Conversations::new(
                Arc::clone(&store),
                clock.clone(),
                config.conversations.clone(),
                Arc::clone(&notifications),
            ),
            messages: messages::Messages::new(
                store,
                clock.clone(),
                ids,
                config.messages.clone(),
                Arc::clone(&notifications),
            ),
            notifications,
            clock,
        })
    }

    /// The time by the clock that the rules go by.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }
}

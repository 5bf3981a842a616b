//! A world to test rules in: the services over the default engine, a clock that stands still, and short ways to people
//! it.

use std::sync::Arc;

use tempfile::TempDir;

use super::Services;
use crate::{
    clock::Clock,
    config::Config,
    model::{
        GroupId, GroupTypeId, MessageId, Sequence, Timestamp, UserId,
        group::{Admission, Group, Member, NewGroup, OwnershipLimits, Role},
        hidden::Hidden,
        message::{Draft, Message, Target},
        settings::Values,
        user::NewUser,
    },
    store::{
        Store,
        embedded::{EmbeddedStore, Options},
    },
};

/// When the clock of a world stands.
pub(crate) const NOW: Timestamp = Timestamp(1_800_000_000_000);

pub(crate) struct World {
    pub(crate) services: Arc<Services>,
    pub(crate) store: Arc<dyn Store>,
    pub(crate) clock: Clock,
    _directory: TempDir,
}

impl World {
    /// With users 1 to 9, whose passwords are their numbers.
    pub(crate) async fn new() -> Self {
        Self::with(|_| {}).await
    }

    /// With settings that differ.
    pub(crate) async fn with(change: impl FnOnce(&mut Config)) -> Self {
        let world = Self::empty(change).await;
        let user = |id: i64| NewUser {
            password: Some(Hidden(id.to_string())),
            name: format!("user {id}"),
            ..NewUser::new(UserId(id))
        };
        world.services.users.create((1..=9).map(user).collect()).await.unwrap();
        world
    }

    /// Without users.
    pub(crate) async fn empty(change: impl FnOnce(&mut Config)) -> Self {
        let directory = tempfile::tempdir().unwrap();
        let mut config = Config::for_test(directory.path());
        change(&mut config);
        let clock = Clock::fake(NOW);
        let store = EmbeddedStore::open(directory.path(), Options::default(), clock.clone()).unwrap();
        let store: Arc<dyn Store> = Arc::new(store);
        let services = Services::open(Arc::clone(&store), clock.clone(), 0, &config).await.unwrap();
        Self { services: Arc::new(services), store, clock, _directory: directory }
    }

    /// A group of the built-in type with these plain members.
    pub(crate) async fn group(&self, owner: UserId, members: &[UserId]) -> GroupId {
        let group = NewGroup {
            id: None,
            type_id: GroupTypeId::DEFAULT,
            owner,
            name: "group".into(),
            intro: None,
            announcement: None,
            members: members.to_vec(),
        };
        self.services.groups.create_batch(vec![group]).await.unwrap()[0]
    }

    /// A group with whatever the store takes, past the rules.
    pub(crate) async fn db_group(&self, group: Group, members: &[(UserId, Role)]) {
        let members = members.iter().map(|&(user, role)| member(group.id, user, role)).collect();
        let done = self.store.insert_group(group, members, OwnershipLimits::default(), u32::MAX).await.unwrap();
        assert_eq!(done, Admission::Done);
    }
}

pub(crate) fn group(id: i64, owner: UserId) -> Group {
    Group {
        id: GroupId(id),
        type_id: GroupTypeId::DEFAULT,
        creator: owner,
        owner,
        name: "group".into(),
        intro: None,
        announcement: None,
        min_score: 0,
        creation_date: NOW,
        last_updated_date: NOW,
        mute_end_date: None,
        active: true,
        deletion_date: None,
        attributes: Values::new(),
    }
}

pub(crate) fn member(group: GroupId, user: UserId, role: Role) -> Member {
    Member { group, user, name: None, role, join_date: NOW, mute_end_date: None }
}

/// A draft with nothing but a text.
pub(crate) fn draft(target: Target, text: &str) -> Draft {
    Draft {
        target,
        text: Some(text.into()),
        records: Vec::new(),
        burn_after: None,
        delivery_date: None,
        previous: None,
        forwarded_from: None,
        attributes: Vec::new(),
        hop: 0,
    }
}

pub(crate) fn message(id: i64, sender: UserId, target: Target) -> Message {
    Message {
        id: MessageId(id),
        sequence: Sequence::default(),
        sender,
        target,
        is_system: false,
        text: None,
        records: Vec::new(),
        burn_after: None,
        delivery_date: NOW,
        modification_date: None,
        recall_date: None,
        deletion_date: None,
        previous: None,
        forwarded_from: None,
        hop: 0,
        reactions: Vec::new(),
    }
}

/// Asserts that a result is this error.
macro_rules! assert_refused {
    ($result:expr, $($error:tt)+) => {{
        let result = $result;
        assert!(matches!(result, Err($($error)+)), "expected {}, got {:?}", stringify!($($error)+), result);
    }};
}
pub(crate) use assert_refused;

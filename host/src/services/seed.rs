//! Users and a group to try the server with, for `--dev` only.

use super::{Services, groups, relationships, users};
use crate::{
    model::{
        FriendRequestId, GroupId, GroupTypeId, RelationshipGroupIndex, Timestamp, UserId, UserRoleId,
        approval::RequestStatus,
        command::CreateRelationship,
        friend_request::{FriendRequest, FriendRequestLimits},
        group::NewGroup,
        message::Target,
        settings::Values,
        user::{ProfileAccess, User},
    },
    store::{self, Store},
};

/// Users 1 to this one.
const USERS: i64 = 100;
const PASSWORD: &str = "123";
const FRIENDS: [(UserId, UserId); 4] =
    [(UserId(1), UserId(2)), (UserId(2), UserId(1)), (UserId(1), UserId(3)), (UserId(3), UserId(1))];
const FRIEND_REQUEST: (FriendRequestId, UserId, UserId) = (FriendRequestId(10), UserId(9), UserId(1));
const GROUP: GroupId = GroupId(1);
const MEMBERS: [UserId; 3] = [UserId(1), UserId(2), UserId(3)];

/// Why seeding failed.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error(transparent)]
    Users(#[from] users::Error),
    #[error(transparent)]
    Relationships(#[from] relationships::Error),
    #[error(transparent)]
    Groups(#[from] groups::Error),
    #[error(transparent)]
    Store(#[from] store::Error),
}

/// Adds users 1 to 100, named by their numbers, with the password `123`; makes 1 a friend of 2 and 3, puts these three
/// into group 1, and lets 1 and 2 have read what they write to each other and in the group. User 9 asks user 1 to be
/// friends, with the request 10. What is there already stays as it is, so seeding again does nothing.
pub async fn seed(services: &Services, store: &dyn Store) -> Result<(), Error> {
    let now = services.now();
    let is_fresh = store.list_users(&[MEMBERS[0]]).await?.is_empty();
    seed_users(&services.users, store, now).await?;
    for (owner, related) in FRIENDS {
        let request = CreateRelationship {
            user: related,
            blocked: false,
            group: Some(RelationshipGroupIndex::DEFAULT),
            name: None,
            attributes: Vec::new(),
        };
        match services.relationships.create(owner, &request).await {
            Ok(_) | Err(relationships::Error::Exists) => {}
            Err(error) => return Err(error.into()),
        }
    }
    let group = NewGroup {
        id: Some(GROUP),
        type_id: GroupTypeId::DEFAULT,
        owner: MEMBERS[0],
        name: "Group 1".into(),
        intro: None,
        announcement: None,
        members: MEMBERS.to_vec(),
    };
    match services.groups.create_batch(vec![group]).await {
        // Unknown: somebody deleted a seeded user, which also stays as it is.
        Ok(_) | Err(groups::Error::Exists | groups::Error::UnknownUser(_)) => {}
        Err(error) => return Err(error.into()),
    }
    if is_fresh { seed_once(store, now).await } else { Ok(()) }
}

/// What users change as they try things, so that it is there at the first start only.
async fn seed_once(store: &dyn Store, now: Timestamp) -> Result<(), Error> {
    let (id, requester, recipient) = FRIEND_REQUEST;
    let request = FriendRequest {
        id,
        requester,
        recipient,
        content: "Shall we be friends?".into(),
        status: RequestStatus::Pending,
        reason: None,
        creation_date: now,
        expiration_date: None,
        settlement_date: None,
    };
    let limits = FriendRequestLimits { allow_resend: false, max_pending: 1, max_settled: 1 };
    store.insert_friend_request(request, limits).await?;
    for (reader, contact) in &FRIENDS[..2] {
        for conversation in [Target::User(*contact), Target::Group(GROUP)] {
            store.set_read_date(*reader, conversation, now, false).await?;
        }
    }
    Ok(())
}

async fn seed_users(users: &users::Users, store: &dyn Store, now: Timestamp) -> Result<(), users::Error> {
    let ids: Vec<UserId> = (1..=USERS).map(UserId).collect();
    let present = store.list_users(&ids).await?;
    let missing: Vec<UserId> = ids.into_iter().filter(|&id| !present.iter().any(|user| user.id == id)).collect();
    if missing.is_empty() {
        return Ok(());
    }
    // One hash for all, which elsewhere would show who shares a password. Here everybody knows that all do, and a
    // hundred computations would make the first start slow.
    let password_hash = users.hash_password(PASSWORD.into()).await?;
    let user = |id: UserId| User {
        id,
        password_hash: Some(password_hash.clone()),
        name: id.to_string(),
        intro: String::new(),
        profile_picture: String::new(),
        profile_access: ProfileAccess::All,
        registration_date: now,
        last_updated_date: now,
        active: true,
        deletion_date: None,
        role: UserRoleId::DEFAULT,
        attributes: Values::new(),
    };
    users.insert(missing.into_iter().map(user).collect()).await
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::services::testing::World;

    #[tokio::test]
    async fn seeding_fills_in_what_is_missing_and_changes_nothing() {
        // Users 1 to 9 are there already.
        let world = World::new().await;
        let before = world.store.find_user(UserId(1)).await.unwrap();
        for _ in 0..2 {
            seed(&world.services, &*world.store).await.unwrap();
            let last = world.store.find_user(UserId(100)).await.unwrap().unwrap();
            assert_eq!((last.name.as_str(), last.is_active()), ("100", true));
            assert_eq!(world.store.find_user(UserId(1)).await.unwrap(), before);
            assert_eq!(&*world.store.list_member_ids(GROUP).await.unwrap(), MEMBERS);
            assert!(world.store.find_relationship(UserId(2), UserId(1)).await.unwrap().is_some());
        }
        assert!(world.store.find_user(UserId(101)).await.unwrap().is_none());
        assert_eq!(world.store.find_friend_request(FriendRequestId(10)).await.unwrap(), None, "not the first start");
        world.services.users.delete(&[UserId(1)]).await.unwrap();
        seed(&world.services, &*world.store).await.unwrap();
        assert!(world.services.users.find_active(UserId(1)).await.unwrap().is_none(), "deleted stays deleted");
    }

    #[tokio::test]
    async fn a_first_start_has_something_to_answer_and_to_read() {
        let world = World::empty(|_| {}).await;
        seed(&world.services, &*world.store).await.unwrap();
        let request = world.store.find_friend_request(FriendRequestId(10)).await.unwrap().unwrap();
        assert_eq!((request.requester, request.recipient), (UserId(9), UserId(1)));
        let (one, two) = (UserId(1), UserId(2));
        let read = async |conversation, readers: &[UserId]| {
            world.store.list_read_dates(conversation, readers).await.unwrap().len()
        };
        assert_eq!(read(Target::User(two), &[one]).await, 1);
        assert_eq!(read(Target::User(one), &[two]).await, 1);
        assert_eq!(read(Target::Group(GROUP), &[one, two, UserId(3)]).await, 2);
        assert!(world.store.find_relationship(UserId(3), one).await.unwrap().is_some());
    }
}

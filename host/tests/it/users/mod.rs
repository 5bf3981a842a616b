//! Users: relationships, profiles and statuses.

mod friend_requests;
mod location;
pub(crate) mod settings;

pub(crate) use settings::texts;

use talaria_client::proto::{
    CreateMessageReactionsRequest, CreateRelationshipGroupRequest, CreateRelationshipRequest,
    DeleteRelationshipGroupRequest, DeleteRelationshipRequest, DeviceType, ProfileAccessStrategy,
    QueryRelatedUserIdsRequest, QueryRelationshipGroupsRequest, QueryUserOnlineStatusesRequest,
    QueryUserProfilesRequest, UpdateRelationshipGroupRequest, UpdateRelationshipRequest, UpdateUserOnlineStatusRequest,
    UpdateUserRequest, UserStatus, turms_notification::data, turms_request::Kind,
};

use crate::support::{TestServer, Transport};

#[tokio::test(flavor = "multi_thread")]
async fn relationships_are_made_changed_and_ended() {
    let server = TestServer::start().await;
    let one = server.ws(1).await;
    let related = |date| {
        let query = QueryRelatedUserIdsRequest { last_updated_date: date, ..QueryRelatedUserIdsRequest::default() };
        Kind::QueryRelatedUserIdsRequest(query)
    };
    let create = |user_id| {
        Kind::CreateRelationshipRequest(CreateRelationshipRequest { user_id, ..CreateRelationshipRequest::default() })
    };
    let Some(data::Kind::LongsWithVersion(before)) = one.request(related(None)).await.data else { panic!("no ids") };
    assert_eq!(before.longs, [2, 3]);
    assert_eq!(one.code(related(before.last_updated_date)).await, 1002);
    assert_eq!(one.code(create(5)).await, 1000);
    assert_eq!(one.code(create(5)).await, 2501);
    assert_eq!(one.code(create(1)).await, 1102);
    let Some(data::Kind::LongsWithVersion(after)) = one.request(related(before.last_updated_date)).await.data else {
        panic!("the version has not changed")
    };
    assert_eq!(after.longs, [2, 3, 5]);
    let block = UpdateRelationshipRequest { user_id: 5, blocked: Some(true), ..UpdateRelationshipRequest::default() };
    assert_eq!(one.code(Kind::UpdateRelationshipRequest(block)).await, 1000);
    let five = server.tcp(5).await;
    assert_eq!(five.try_send(talaria_client::Target::User(1), "x").await.code, 5002);
    let end = DeleteRelationshipRequest { user_id: 5, ..DeleteRelationshipRequest::default() };
    assert_eq!(one.code(Kind::DeleteRelationshipRequest(end)).await, 1000);
    five.send(talaria_client::Target::User(1), "friends again").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn relationships_are_sorted_into_groups() {
    let server = TestServer::start().await;
    let (one, mut phone) = (server.ws(1).await, server.user(Transport::Tcp, 1, DeviceType::Ios).await);
    let create = CreateRelationshipGroupRequest { name: "work".into(), ..CreateRelationshipGroupRequest::default() };
    let index = one.request(Kind::CreateRelationshipGroupRequest(create)).await.into_id().unwrap();
    let group_index = i32::try_from(index).unwrap();
    let rename = UpdateRelationshipGroupRequest {
        group_index,
        new_name: "office".into(),
        ..UpdateRelationshipGroupRequest::default()
    };
    assert_eq!(one.code(Kind::UpdateRelationshipGroupRequest(rename.clone())).await, 1000);
    let told = phone.next_notification().await.relayed_request.and_then(|relayed| relayed.kind);
    assert_eq!(told, Some(Kind::UpdateRelationshipGroupRequest(rename)), "of a new group nobody is told");
    let query = |last_updated_date| {
        Kind::QueryRelationshipGroupsRequest(QueryRelationshipGroupsRequest {
            last_updated_date,
            ..QueryRelationshipGroupsRequest::default()
        })
    };
    let Some(data::Kind::UserRelationshipGroupsWithVersion(found)) = one.request(query(None)).await.data else {
        panic!("no groups")
    };
    let groups: Vec<_> = found.user_relationship_groups.iter().map(|it| (it.index, it.name.as_str())).collect();
    assert_eq!(groups, [(0, ""), (group_index, "office")]);
    assert_eq!(one.code(query(found.last_updated_date)).await, 1002);
    let delete = DeleteRelationshipGroupRequest { group_index, ..DeleteRelationshipGroupRequest::default() };
    assert_eq!(one.code(Kind::DeleteRelationshipGroupRequest(delete.clone())).await, 1000);
    let told = phone.next_notification().await.relayed_request.and_then(|relayed| relayed.kind);
    let filled_in = DeleteRelationshipGroupRequest { target_group_index: Some(0), ..delete };
    assert_eq!(told, Some(Kind::DeleteRelationshipGroupRequest(filled_in)));
    let default = DeleteRelationshipGroupRequest::default();
    assert_eq!(one.code(Kind::DeleteRelationshipGroupRequest(default)).await, 1102);
}

#[tokio::test(flavor = "multi_thread")]
async fn profiles_are_read_and_changed() {
    let server = TestServer::start().await;
    let (one, mut phone) = (server.ws(1).await, server.user(Transport::Tcp, 1, DeviceType::Ios).await);
    let change = UpdateUserRequest {
        name: Some("One".into()),
        password: Some("changed".into()),
        ..UpdateUserRequest::default()
    };
    assert_eq!(one.code(Kind::UpdateUserRequest(change)).await, 1000);
    let told = phone.next_notification().await.relayed_request.and_then(|relayed| relayed.kind);
    let Some(Kind::UpdateUserRequest(told)) = told else { panic!("{told:?}") };
    assert_eq!((told.name.as_deref(), told.password), (Some("One"), None));
    let query = QueryUserProfilesRequest { user_ids: vec![1, 101], ..QueryUserProfilesRequest::default() };
    match server.tcp(2).await.request(Kind::QueryUserProfilesRequest(query)).await.data {
        Some(data::Kind::UserInfosWithVersion(found)) => {
            let [profile] = &found.user_infos[..] else { panic!("{found:?}") };
            assert_eq!((profile.id, profile.name.as_deref(), profile.active), (Some(1), Some("One"), Some(true)));
        }
        other => panic!("{other:?}"),
    }
    let long = UpdateUserRequest { name: Some("x".repeat(21)), ..UpdateUserRequest::default() };
    assert_eq!(one.code(Kind::UpdateUserRequest(long)).await, 1102);
}

#[tokio::test(flavor = "multi_thread")]
async fn statuses_are_seen_by_others() {
    let server = TestServer::start().await;
    let (one, _two) = (server.ws(1).await, server.tcp(2).await);
    let busy = UpdateUserOnlineStatusRequest {
        user_status: UserStatus::Busy.into(),
        ..UpdateUserOnlineStatusRequest::default()
    };
    assert_eq!(one.code(Kind::UpdateUserOnlineStatusRequest(busy)).await, 1000);
    let query =
        QueryUserOnlineStatusesRequest { user_ids: vec![1, 2, 3, 101], ..QueryUserOnlineStatusesRequest::default() };
    let Some(data::Kind::UserOnlineStatuses(found)) =
        server.ws(4).await.request(Kind::QueryUserOnlineStatusesRequest(query)).await.data
    else {
        panic!("no statuses")
    };
    let statuses: Vec<_> = found.statuses.iter().map(|it| (it.user_id, it.user_status())).collect();
    let expected =
        [(1, UserStatus::Busy), (2, UserStatus::Available), (3, UserStatus::Offline), (101, UserStatus::Offline)];
    assert_eq!(statuses, expected);
    assert_eq!(found.statuses[0].device_types, [i32::from(DeviceType::Desktop)]);
}

#[tokio::test(flavor = "multi_thread")]
async fn profiles_are_for_those_who_may_see_them_where_that_is_enforced() {
    let server = TestServer::builder().config(|config| config.users.enforce_profile_access = true).start().await;
    let one = server.ws(1).await;
    let friends = UpdateUserRequest {
        profile_access_strategy: Some(ProfileAccessStrategy::Friends.into()),
        ..UpdateUserRequest::default()
    };
    assert_eq!(one.code(Kind::UpdateUserRequest(friends)).await, 1000);
    for (user, seen) in [(1, 2), (2, 2), (5, 1)] {
        let query = QueryUserProfilesRequest { user_ids: vec![1, 3], ..QueryUserProfilesRequest::default() };
        let asking = server.tcp(user).await;
        let Some(data::Kind::UserInfosWithVersion(found)) =
            asking.request(Kind::QueryUserProfilesRequest(query)).await.data
        else {
            panic!("no profiles")
        };
        assert_eq!(found.user_infos.len(), seen, "user {user}");
    }
    // The loop has logged user 1 in anew.
    let (one, three) = (server.ws(1).await, server.ws(3).await);
    let group_id = server.admin().create_group(3, &[1, 5]).await;
    let message_id = three.send(talaria_client::Target::Group(group_id), "hello").await;
    let react = CreateMessageReactionsRequest { message_id, reaction_types: vec![1], ..Default::default() };
    assert_eq!(one.code(Kind::CreateMessageReactionsRequest(react)).await, 1000);
    for (user, seen) in [(3, 1), (5, 0)] {
        let query = talaria_client::MessageQuery { of_groups: true, from: vec![group_id], ..Default::default() };
        let found = server.tcp(user).await.query(query).await;
        let reactions = &found[0].reaction_groups[0];
        assert_eq!((reactions.reaction_count, reactions.user_infos.len()), (1, seen), "user {user}");
    }
}

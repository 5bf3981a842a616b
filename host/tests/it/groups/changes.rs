//! What a group is, its members' roles, names and muting, and whom it blocks.

use talaria_client::{
    Target,
    proto::{
        CreateGroupBlockedUserRequest, CreateGroupMembersRequest, CreateGroupRequest, DeleteGroupBlockedUserRequest,
        DeleteGroupRequest, DeviceType, GroupMemberRole, QueryGroupBlockedUserIdsRequest,
        QueryGroupBlockedUserInfosRequest, QueryGroupsRequest, UpdateGroupMemberRequest, UpdateGroupRequest,
        turms_notification::data, turms_request::Kind,
    },
};

use crate::support::{TestServer, Transport, User};

/// Year 2100.
const FAR: i64 = 4_102_444_800_000;

fn update(group_id: i64) -> UpdateGroupRequest {
    UpdateGroupRequest { group_id, ..UpdateGroupRequest::default() }
}

fn member(member_id: i64) -> UpdateGroupMemberRequest {
    UpdateGroupMemberRequest { group_id: 1, member_id, ..UpdateGroupMemberRequest::default() }
}

fn block(user_id: i64) -> Kind {
    let request = CreateGroupBlockedUserRequest { group_id: 1, user_id, ..CreateGroupBlockedUserRequest::default() };
    Kind::CreateGroupBlockedUserRequest(request)
}

fn unblock(user_id: i64) -> Kind {
    let request = DeleteGroupBlockedUserRequest { group_id: 1, user_id, ..DeleteGroupBlockedUserRequest::default() };
    Kind::DeleteGroupBlockedUserRequest(request)
}

async fn relayed(user: &mut User) -> Kind {
    user.next_notification().await.relayed_request.and_then(|relayed| relayed.kind).expect("a relayed request")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_group_is_changed_and_its_members_are_told() {
    let server = TestServer::start().await;
    let (one, mut two) = (server.ws(1).await, server.tcp(2).await);
    let renamed = UpdateGroupRequest {
        name: Some("renamed".into()),
        announcement: Some("news".into()),
        mute_end_date: Some(FAR),
        ..update(1)
    };
    assert_eq!(two.code(Kind::UpdateGroupRequest(renamed.clone())).await, 3002);
    assert_eq!(server.ws(9).await.code(Kind::UpdateGroupRequest(renamed.clone())).await, 3002);
    assert_eq!(one.code(Kind::UpdateGroupRequest(renamed.clone())).await, 1000);
    assert_eq!(relayed(&mut two).await, Kind::UpdateGroupRequest(renamed));
    let query = QueryGroupsRequest { group_ids: vec![1], ..QueryGroupsRequest::default() };
    let Some(data::Kind::GroupsWithVersion(found)) = two.request(Kind::QueryGroupsRequest(query)).await.data else {
        panic!("no groups")
    };
    assert_eq!(found.groups[0].name.as_deref(), Some("renamed"));
    assert_eq!(found.groups[0].mute_end_date, Some(FAR));
    assert_eq!(one.try_send(Target::Group(1), "quiet").await.code, 5005);
    let spoken = UpdateGroupRequest { mute_end_date: Some(0), ..update(1) };
    assert_eq!(one.code(Kind::UpdateGroupRequest(spoken)).await, 1000);
    one.send(Target::Group(1), "loud").await;
    let retyped = UpdateGroupRequest { type_id: Some(1), ..update(1) };
    assert_eq!(one.code(Kind::UpdateGroupRequest(retyped)).await, 3102);
    let unknown = UpdateGroupRequest { name: Some("x".into()), ..update(404) };
    assert_eq!(one.code(Kind::UpdateGroupRequest(unknown)).await, 3000);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_group_is_handed_over_and_deleted() {
    let server = TestServer::start().await;
    let (one, mut two, mut three) = (server.ws(1).await, server.tcp(2).await, server.ws(3).await);
    let hand_over = UpdateGroupRequest { successor_id: Some(2), ..update(1) };
    assert_eq!(two.code(Kind::UpdateGroupRequest(hand_over.clone())).await, 1000, "naming oneself is no change");
    assert_eq!(three.code(Kind::UpdateGroupRequest(hand_over.clone())).await, 3201);
    assert_eq!(one.code(Kind::UpdateGroupRequest(hand_over.clone())).await, 1000);
    assert_eq!(relayed(&mut three).await, Kind::UpdateGroupRequest(hand_over));
    let _ = two.next_notification().await;
    let delete = Kind::DeleteGroupRequest(DeleteGroupRequest { group_id: 1, ..DeleteGroupRequest::default() });
    assert_eq!(one.code(delete.clone()).await, 3202);
    assert_eq!(two.code(delete.clone()).await, 1000);
    assert_eq!(relayed(&mut three).await, delete);
    assert_eq!(two.code(delete).await, 3202);
    assert_eq!(two.try_send(Target::Group(1), "anybody?").await.code, 5004);
}

#[tokio::test(flavor = "multi_thread")]
async fn members_are_promoted_muted_and_named() {
    let server = TestServer::start().await;
    let (one, two) = (server.ws(1).await, server.tcp(2).await);
    let mut own = server.user(Transport::Tcp, 1, DeviceType::Ios).await;
    let manager = Some(GroupMemberRole::Manager.into());
    let promote = UpdateGroupMemberRequest { role: manager, ..member(2) };
    let mute = UpdateGroupMemberRequest { mute_end_date: Some(FAR), ..member(3) };
    assert_eq!(two.code(Kind::UpdateGroupMemberRequest(promote.clone())).await, 3410);
    assert_eq!(two.code(Kind::UpdateGroupMemberRequest(mute.clone())).await, 3418);
    assert_eq!(one.code(Kind::UpdateGroupMemberRequest(promote.clone())).await, 1000);
    assert_eq!(relayed(&mut own).await, Kind::UpdateGroupMemberRequest(promote));
    assert_eq!(two.code(Kind::UpdateGroupMemberRequest(mute)).await, 1000);
    assert_eq!(server.ws(3).await.try_send(Target::Group(1), "hm").await.code, 5008);
    let mute_owner = UpdateGroupMemberRequest { mute_end_date: Some(FAR), ..member(1) };
    assert_eq!(two.code(Kind::UpdateGroupMemberRequest(mute_owner)).await, 3418);
    let name = UpdateGroupMemberRequest { name: Some("Three".into()), ..member(3) };
    assert_eq!(two.code(Kind::UpdateGroupMemberRequest(name.clone())).await, 1000);
    assert_eq!(server.ws(9).await.code(Kind::UpdateGroupMemberRequest(name)).await, 3413);
    let nobody = UpdateGroupMemberRequest { name: Some("x".into()), ..member(404) };
    assert_eq!(two.code(Kind::UpdateGroupMemberRequest(nobody)).await, 3416);
}

#[tokio::test(flavor = "multi_thread")]
async fn blocked_users_are_out() {
    let server = TestServer::start().await;
    let (one, two) = (server.ws(1).await, server.tcp(2).await);
    assert_eq!(two.code(block(3)).await, 3500);
    assert_eq!(one.code(block(3)).await, 1000);
    assert_eq!(one.code(block(3)).await, 1103);
    assert_eq!(one.code(block(1)).await, 1102);
    assert_eq!(server.ws(3).await.try_send(Target::Group(1), "let me in").await.code, 5009);
    let ids = |last_updated_date| {
        Kind::QueryGroupBlockedUserIdsRequest(QueryGroupBlockedUserIdsRequest {
            group_id: 1,
            last_updated_date,
            ..QueryGroupBlockedUserIdsRequest::default()
        })
    };
    let Some(data::Kind::LongsWithVersion(blocked)) = one.request(ids(None)).await.data else { panic!("no ids") };
    assert_eq!(blocked.longs, [3]);
    assert_eq!(one.code(ids(blocked.last_updated_date)).await, 1002);
    let infos = QueryGroupBlockedUserInfosRequest { group_id: 1, ..QueryGroupBlockedUserInfosRequest::default() };
    let Some(data::Kind::UserInfosWithVersion(infos)) =
        one.request(Kind::QueryGroupBlockedUserInfosRequest(infos)).await.data
    else {
        panic!("no profiles")
    };
    assert_eq!((infos.user_infos[0].id, infos.last_updated_date), (Some(3), blocked.last_updated_date));
    assert_eq!(two.code(unblock(3)).await, 3501);
    assert_eq!(one.code(unblock(3)).await, 1000);
    assert_eq!(one.code(unblock(3)).await, 1000);
    assert_eq!(one.code(ids(blocked.last_updated_date)).await, 1001);
}

#[tokio::test(flavor = "multi_thread")]
async fn each_way_to_join_has_a_type() {
    let server = TestServer::start().await;
    let (one, nine) = (server.ws(1).await, server.tcp(9).await);
    let create = |type_id| {
        let request = CreateGroupRequest { name: "typed".into(), type_id, ..CreateGroupRequest::default() };
        Kind::CreateGroupRequest(request)
    };
    for (type_id, code) in [(None, 3422), (Some(0), 3422), (Some(1), 1000), (Some(2), 3423), (Some(3), 3424)] {
        let group_id = one.request(create(type_id)).await.into_id().unwrap();
        let join = CreateGroupMembersRequest { group_id, user_ids: vec![9], ..CreateGroupMembersRequest::default() };
        assert_eq!(nine.code(Kind::CreateGroupMembersRequest(join)).await, code, "type {type_id:?}");
    }
    assert_eq!(one.code(create(Some(4))).await, 3101);
}

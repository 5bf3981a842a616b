//! Who is in a group, who comes and who goes.

use talaria_client::proto::{
    CreateGroupMembersRequest, DeleteGroupMembersRequest, GroupMemberRole, GroupMembersWithVersion,
    QueryGroupMembersRequest, QueryGroupsRequest, QueryJoinedGroupIdsRequest, UserStatus, turms_notification::data,
    turms_request::Kind,
};

use crate::support::{TestServer, User};

fn delete(group_id: i64, member_ids: &[i64], successor_id: Option<i64>) -> Kind {
    Kind::DeleteGroupMembersRequest(DeleteGroupMembersRequest {
        group_id,
        member_ids: member_ids.to_vec(),
        successor_id,
        ..DeleteGroupMembersRequest::default()
    })
}

async fn members(asker: &User, query: QueryGroupMembersRequest) -> GroupMembersWithVersion {
    match asker.request(Kind::QueryGroupMembersRequest(query)).await.data {
        Some(data::Kind::GroupMembersWithVersion(members)) => members,
        other => panic!("{other:?}"),
    }
}

fn of(group_id: i64) -> QueryGroupMembersRequest {
    QueryGroupMembersRequest { group_id, ..QueryGroupMembersRequest::default() }
}

#[tokio::test(flavor = "multi_thread")]
async fn members_are_listed_with_their_version_or_their_status() {
    let server = TestServer::start().await;
    let (one, _two) = (server.ws(1).await, server.tcp(2).await);
    let listed = members(&one, of(1)).await;
    let mut roles: Vec<_> = listed.group_members.iter().map(|it| (it.user_id, it.role)).collect();
    roles.sort_unstable();
    let (owner, member) = (Some(GroupMemberRole::Owner.into()), Some(GroupMemberRole::Member.into()));
    assert_eq!(roles, [(Some(1), owner), (Some(2), member), (Some(3), member)]);
    let current = QueryGroupMembersRequest { last_updated_date: listed.last_updated_date, ..of(1) };
    assert!(listed.last_updated_date.is_some());
    assert_eq!(one.code(Kind::QueryGroupMembersRequest(current.clone())).await, 1002);

    let mut with_status =
        members(&one, QueryGroupMembersRequest { with_status: Some(true), ..of(1) }).await.group_members;
    with_status.sort_by_key(|it| it.user_id);
    let statuses: Vec<_> = with_status.iter().map(|it| it.user_status).collect();
    let (available, offline) = (Some(UserStatus::Available.into()), Some(UserStatus::Offline.into()));
    assert_eq!(statuses, [available, available, offline]);

    assert_eq!(server.ws(4).await.code(Kind::QueryGroupMembersRequest(of(1))).await, 3421);
    assert_eq!(one.code(delete(1, &[3], None)).await, 1000);
    assert_eq!(members(&one, current).await.group_members.len(), 2, "the version has changed");
}

#[tokio::test(flavor = "multi_thread")]
async fn members_leave_are_removed_and_hand_over() {
    let server = TestServer::start().await;
    let (one, mut two, three) = (server.ws(1).await, server.tcp(2).await, server.ws(3).await);
    assert_eq!(two.code(delete(1, &[3], None)).await, 3408);
    assert_eq!(server.ws(4).await.code(delete(1, &[3], None)).await, 3408);
    assert_eq!(one.code(delete(1, &[1], None)).await, 3204);
    assert_eq!(one.code(delete(1, &[1], Some(50))).await, 3203);
    assert_eq!(two.code(delete(1, &[], Some(3))).await, 3201);
    assert_eq!(three.code(delete(1, &[3], None)).await, 1000);
    let told = two.next_notification().await;
    assert_eq!(told.requester_id, Some(3));
    assert_eq!(one.code(delete(1, &[1], Some(2))).await, 1000);
    let left = members(&two, of(1)).await.group_members;
    assert_eq!(
        left.iter().map(|it| (it.user_id, it.role)).collect::<Vec<_>>(),
        [(Some(2), Some(GroupMemberRole::Owner.into()))]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn groups_are_founded_and_joined_by_the_rules_of_their_type() {
    let server = TestServer::start().await;
    let (one, two) = (server.ws(1).await, server.tcp(2).await);
    let group = one.client().create_group("founded").await.unwrap();
    let joined = |date| {
        let query = QueryJoinedGroupIdsRequest { last_updated_date: date, ..QueryJoinedGroupIdsRequest::default() };
        Kind::QueryJoinedGroupIdsRequest(query)
    };
    let Some(data::Kind::LongsWithVersion(ids)) = one.request(joined(None)).await.data else { panic!("no ids") };
    let mut found = ids.longs.clone();
    found.sort_unstable();
    assert_eq!(found, [1, group]);
    assert_eq!(one.code(joined(ids.last_updated_date)).await, 1002);
    assert_eq!(server.ws(9).await.code(joined(None)).await / 10, 100);
    let add = |user_ids: Vec<i64>, role: Option<GroupMemberRole>| {
        let role = role.map(i32::from);
        let request =
            CreateGroupMembersRequest { group_id: group, user_ids, role, ..CreateGroupMembersRequest::default() };
        Kind::CreateGroupMembersRequest(request)
    };
    assert_eq!(one.code(add(vec![2], Some(GroupMemberRole::Member))).await, 3400);
    assert_eq!(two.code(add(vec![2], Some(GroupMemberRole::Member))).await, 3422);
    assert_eq!(one.code(add(vec![2], None)).await, 1102);
    assert_eq!(one.code(add(vec![2], Some(GroupMemberRole::Owner))).await, 1102);
    let filled = server.admin().create_group(5, &[5, 6]).await;
    let names = members(&server.ws(5).await, of(filled)).await.group_members.len();
    assert_eq!(names, 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_outsider_sees_what_a_group_is() {
    let server = TestServer::start().await;
    let outsider = server.ws(9).await;
    let query = QueryGroupsRequest { group_ids: vec![1, 404], ..QueryGroupsRequest::default() };
    let Some(data::Kind::GroupsWithVersion(found)) = outsider.request(Kind::QueryGroupsRequest(query)).await.data
    else {
        panic!("no groups")
    };
    let [group] = &found.groups[..] else { panic!("{found:?}") };
    assert_eq!((group.id, group.owner_id, group.name.as_deref()), (Some(1), Some(1), Some("Group 1")));
    let search = QueryGroupsRequest { name: Some("Group".into()), ..QueryGroupsRequest::default() };
    assert_eq!(outsider.code(Kind::QueryGroupsRequest(search)).await, 7200);
}

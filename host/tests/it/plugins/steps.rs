//! The filters of the steps that are not the sending of a message: each is asked, refuses, drops and changes.

pub(crate) mod requests;

use std::collections::HashMap;

use serde_json::{Value, json};
use talaria_client::{
    MessageQuery, Target,
    proto::{
        QueryFriendRequestsRequest, QueryGroupInvitationsRequest, QueryGroupJoinQuestionsRequest,
        QueryGroupJoinRequestsRequest, QueryGroupMembersRequest, QueryGroupsRequest, QueryRelationshipGroupsRequest,
        QueryRelationshipsRequest, QueryUserOnlineStatusesRequest, QueryUserProfilesRequest, UserStatus,
        turms_notification::data, turms_request::Kind,
    },
};

use self::requests::{INVITING, QUESTIONING, settings, steps};
pub(crate) use self::requests::{Ids, Step};
use crate::support::{TestServer, User, component};

const DENIED: i32 = 20_000;
/// What a filter puts in the place of every text.
const CHANGED: &str = "as the plugin has it";
/// Steps that no client takes.
const ADMIN_ONLY: [&str; 3] = ["user.before-create", "user.before-delete", "message.before-delete"];

/// A server with the judge, its users and the ids of what is there before.
struct Court {
    server: TestServer,
    users: HashMap<i64, User>,
    ids: Ids,
}

impl Court {
    async fn open() -> Self {
        let server = TestServer::builder().config(settings).start().await;
        let mut users = HashMap::new();
        for id in [1, 2, 3, 9] {
            users.insert(id, server.ws(id).await);
        }
        let message = users[&1].send(Target::User(2), "hello").await;
        let group = server.admin().create_group_of(1, 1, &[2]).await;
        let questioning = server.admin().create_group_of(QUESTIONING, 1, &[2]).await;
        Self {
            server,
            users,
            ids: HashMap::from([("message", message), ("group", group), ("questioning", questioning)]),
        }
    }

    /// Lets the judge decide the same about each step.
    async fn decide(&self, decision: Option<&str>) {
        let hooks = steps().into_iter().map(|step| step.0).chain(ADMIN_ONLY);
        let decisions = hooks.filter_map(|hook| Some((hook.to_owned(), Value::from(decision?))));
        let config = Value::Object(decisions.collect());
        self.server.admin().install_plugin_with(component("judge"), &config).await.success();
    }

    /// What a hook was asked last has this in it.
    async fn was_asked(&self, hook: &str, what: &str) {
        let answer = self.users[&1].try_send(Target::User(2), &format!("!asked {hook}")).await;
        assert_eq!(answer.code, DENIED);
        let asked = answer.reason.unwrap_or_default();
        assert!(asked.contains(what), "{hook} was asked {asked}, not {what}");
    }

    async fn found(&self, user: i64, kind: Kind) -> String {
        format!("{:?}", self.users[&user].request(kind).await.data)
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn each_step_is_asked_about_refused_dropped_and_changed() {
    let mut court = Court::open().await;
    court.decide(Some("deny")).await;
    for Step(hook, user, request, asked) in steps() {
        let answer = court.users[&user].request(request(&court.ids)).await;
        assert_eq!((answer.code, answer.reason.as_deref()), (DENIED, Some("denied")), "{hook}");
        court.was_asked(hook, asked).await;
    }
    court.decide(Some("drop")).await;
    for Step(hook, user, request, _) in steps() {
        let answer = court.users[&user].request(request(&court.ids)).await;
        assert!(answer.is_success(), "{hook}: {answer:?}");
    }
    for (user, untouched) in unchanged() {
        let found = court.found(user, untouched.clone()).await;
        assert!(!found.contains("chess") && !found.contains("come"), "{untouched:?} found {found}");
    }

    court.decide(Some(CHANGED)).await;
    for Step(hook, user, request, _) in steps() {
        let answer = court.users[&user].request(request(&court.ids)).await;
        assert!(answer.is_success(), "{hook}: {answer:?}");
        if let Some(data::Kind::Long(id)) = answer.data {
            court.ids.insert(hook, id);
        }
        if let Some((user, query)) = changed(hook, &court.ids) {
            let found = court.found(user, query).await;
            assert!(found.contains(CHANGED), "{hook}: {found}");
        }
    }
    let presences = QueryUserOnlineStatusesRequest { user_ids: vec![2], ..Default::default() };
    let Some(data::Kind::UserOnlineStatuses(found)) =
        court.users[&1].request(Kind::QueryUserOnlineStatusesRequest(presences)).await.data
    else {
        panic!("no status")
    };
    assert_eq!(found.statuses[0].user_status(), UserStatus::Away, "the plugin made it so");
}

/// What shows that nothing was done: invitations and the group's name.
fn unchanged() -> [(i64, Kind); 2] {
    let invitations = QueryGroupInvitationsRequest { are_sent_by_me: Some(false), ..Default::default() };
    let groups = QueryGroupsRequest { group_ids: vec![INVITING], ..Default::default() };
    [(9, Kind::QueryGroupInvitationsRequest(invitations)), (1, Kind::QueryGroupsRequest(groups))]
}

/// What shows the text that a step made.
fn changed(hook: &str, ids: &Ids) -> Option<(i64, Kind)> {
    let groups = |id| Kind::QueryGroupsRequest(QueryGroupsRequest { group_ids: vec![id], ..Default::default() });
    let members =
        |group_id| Kind::QueryGroupMembersRequest(QueryGroupMembersRequest { group_id, ..Default::default() });
    Some(match hook {
        "user.before-update" => {
            (1, Kind::QueryUserProfilesRequest(QueryUserProfilesRequest { user_ids: vec![3], ..Default::default() }))
        }
        "relation.before-request" | "relation.before-answer" => {
            (9, Kind::QueryFriendRequestsRequest(QueryFriendRequestsRequest::default()))
        }
        "relation.before-create" | "relation.before-update" => {
            (1, Kind::QueryRelationshipsRequest(QueryRelationshipsRequest::default()))
        }
        "relation.before-group" => (1, Kind::QueryRelationshipGroupsRequest(QueryRelationshipGroupsRequest::default())),
        "group.before-question" => {
            let group_id = ids["questioning"];
            (1, Kind::QueryGroupJoinQuestionsRequest(QueryGroupJoinQuestionsRequest { group_id, ..Default::default() }))
        }
        "group.before-create" => (1, groups(ids[hook])),
        "group.before-update" => (1, groups(INVITING)),
        "member.before-invite" => {
            let received = QueryGroupInvitationsRequest { are_sent_by_me: Some(false), ..Default::default() };
            (9, Kind::QueryGroupInvitationsRequest(received))
        }
        "member.before-apply" | "member.before-answer" => {
            (9, Kind::QueryGroupJoinRequestsRequest(QueryGroupJoinRequestsRequest::default()))
        }
        "member.before-join" => (1, members(ids["group"])),
        "member.before-profile" => (1, members(INVITING)),
        _ => return None,
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_administrator_does_passes_the_same_filters() {
    let court = Court::open().await;
    let admin = court.server.admin();
    let users = |id: i64| json!({ "users": [{ "id": id, "name": "new" }] });
    let groups = json!({ "groups": [{ "owner": 1, "name": "by the admin", "members": [2] }] });
    let role = json!({ "role": 0 });

    court.decide(Some("deny")).await;
    assert_eq!(admin.post("/v1/users", &users(501)).await.status, 403);
    court.was_asked("user.before-create", "Origin::Admin 0 NewUser { user-id: 501, name: \"new\"").await;
    assert_eq!(admin.delete("/v1/users/9").await.status, 403);
    court.was_asked("user.before-delete", "Origin::Admin 0 9").await;
    assert_eq!(admin.post("/v1/groups", &groups).await.status, 403);
    court.was_asked("group.before-create", "owner: 1, name: \"by the admin\"").await;
    assert_eq!(admin.put("/v1/users/9/role", &role).await.status, 403);
    court.was_asked("user.before-update", "has-password: false, active: None, role: Some(0)").await;

    let message = court.ids["message"];
    assert_eq!(admin.delete_messages(&[message]).await.status, 403);
    court.was_asked("message.before-delete", &format!("Message {{ id: {message}, sender: 1")).await;

    court.decide(Some("drop")).await;
    assert_eq!(admin.delete_messages(&[message]).await.success().json()["ids"][0], message);
    let sent = || MessageQuery { from: vec![1], ..MessageQuery::default() };
    assert_eq!(court.users[&2].query(sent()).await.len(), 1, "it looks deleted only");
    admin.post("/v1/users", &users(502)).await.success();
    admin.delete("/v1/users/9").await.success();
    let dropped = admin.post("/v1/groups", &groups).await.success().json()["ids"][0].as_i64().expect("an id");
    let query = QueryGroupsRequest { group_ids: vec![dropped], ..Default::default() };
    assert!(!court.found(1, Kind::QueryGroupsRequest(query)).await.contains("by the admin"));

    court.decide(None).await;
    assert_eq!(admin.delete_messages(&[message, 1]).await.success().json()["ids"], json!([message]));
    assert_eq!(court.users[&2].query(sent()).await.len(), 0);

    court.decide(Some(CHANGED)).await;
    admin.post("/v1/users", &users(502)).await.success();
    let profiles = QueryUserProfilesRequest { user_ids: vec![9, 502], ..Default::default() };
    let found = court.found(1, Kind::QueryUserProfilesRequest(profiles)).await;
    assert!(found.contains(CHANGED), "the user is added under the name that the plugin chose: {found}");
    let made = admin.post("/v1/groups", &groups).await.success().json()["ids"][0].as_i64().expect("an id");
    let query = QueryGroupsRequest { group_ids: vec![made], ..Default::default() };
    assert!(court.found(1, Kind::QueryGroupsRequest(query)).await.contains(CHANGED));
    court.was_asked("member.before-join", "users: [2]").await;
}

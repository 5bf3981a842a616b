//! The filters of the steps that are not the sending of a message: each is asked, refuses, drops and changes.

use std::collections::HashMap;

use serde_json::{Value, json};
use talaria_client::{
    Target,
    proto::{
        CreateFriendRequestRequest, CreateGroupInvitationRequest, CreateGroupJoinRequestRequest,
        CreateGroupMembersRequest, CreateGroupRequest, CreateMessageReactionsRequest, CreateRelationshipRequest,
        DeleteGroupMembersRequest, DeleteGroupRequest, DeleteRelationshipRequest, GroupMemberRole,
        QueryFriendRequestsRequest, QueryGroupInvitationsRequest, QueryGroupJoinRequestsRequest,
        QueryGroupMembersRequest, QueryGroupsRequest, QueryRelationshipsRequest, QueryUserOnlineStatusesRequest,
        QueryUserProfilesRequest, ResponseAction, UpdateConversationRequest, UpdateFriendRequestRequest,
        UpdateGroupJoinRequestRequest, UpdateGroupMemberRequest, UpdateGroupRequest, UpdateMessageRequest,
        UpdateRelationshipRequest, UpdateTypingStatusRequest, UpdateUserOnlineStatusRequest, UpdateUserRequest,
        UserStatus, turms_notification::data, turms_request::Kind,
    },
};

use crate::{
    support::{TestServer, User, component},
    users::settings::texts,
};

const DENIED: i32 = 20_000;
/// What a filter puts in the place of every text.
const CHANGED: &str = "as the plugin has it";
/// A group of those who log in by requests to join, and one by invitations.
const INVITING: i64 = 1;

/// Ids that earlier requests were answered with, by the hooks of their steps.
type Ids = HashMap<&'static str, i64>;

/// A step: its hook, who takes it, the request, and what the hook is asked.
struct Step(&'static str, i64, fn(&Ids) -> Kind, &'static str);

/// In an order in which each can be taken. Users 1 to 3 are in group 1, which 1 owns and 2 manages; 9 is in none.
#[expect(clippy::too_many_lines, reason = "a table: one entry a hook")]
fn steps() -> Vec<Step> {
    vec![
        Step(
            "message.before-edit",
            1,
            |ids| {
                let text = Some("edited".into());
                let edit = UpdateMessageRequest { message_id: ids["message"], text, ..Default::default() };
                Kind::UpdateMessageRequest(edit)
            },
            "Origin::Client 1 Some(\"hello\") Edit { text: Some(\"edited\"), records: None }",
        ),
        Step(
            "message.before-react",
            2,
            |ids| {
                let (message_id, reaction_types) = (ids["message"], vec![7]);
                let react = CreateMessageReactionsRequest { message_id, reaction_types, ..Default::default() };
                Kind::CreateMessageReactionsRequest(react)
            },
            "types: [7], withdrawn: false",
        ),
        Step(
            "message.before-read",
            2,
            |_| {
                let read = UpdateConversationRequest { user_id: Some(1), read_date: 5, ..Default::default() };
                Kind::UpdateConversationRequest(read)
            },
            "Origin::Client 2 Reading { conversation: Target::User(1)",
        ),
        Step(
            "message.before-recall",
            1,
            |ids| {
                let recall =
                    UpdateMessageRequest { message_id: ids["message"], recall_date: Some(1), ..Default::default() };
                Kind::UpdateMessageRequest(recall)
            },
            "Origin::Client 1 Message",
        ),
        Step(
            "typing.before-send",
            1,
            |_| Kind::UpdateTypingStatusRequest(UpdateTypingStatusRequest { to_id: 2, ..Default::default() }),
            "Origin::Client 1 Target::User(2)",
        ),
        Step(
            "presence.before-publish",
            2,
            |_| {
                let user_status = UserStatus::Busy.into();
                let change = UpdateUserOnlineStatusRequest { user_status, ..Default::default() };
                Kind::UpdateUserOnlineStatusRequest(change)
            },
            "Change { status: Status::Busy, devices: [] }",
        ),
        Step(
            "user.before-update",
            3,
            |_| {
                let (name, password) = (Some("Three".into()), Some("another one".into()));
                Kind::UpdateUserRequest(UpdateUserRequest { name, password, ..Default::default() })
            },
            "user-id: 3, name: Some(\"Three\"), intro: None, profile-picture: None, has-password: true",
        ),
        Step(
            "user.before-set-settings",
            1,
            |_| {
                let settings = texts(&[("theme", "dark")]);
                Kind::UpdateUserSettingsRequest(talaria_client::proto::UpdateUserSettingsRequest {
                    settings,
                    ..Default::default()
                })
            },
            "Change { scope: Scope::User, set: [(\"theme\", \"dark\")], removed: [] }",
        ),
        Step(
            "relation.before-request",
            1,
            |_| {
                let content = "it is me".into();
                let request = CreateFriendRequestRequest { recipient_id: 9, content, ..Default::default() };
                Kind::CreateFriendRequestRequest(request)
            },
            "FriendRequest { recipient: 9, content: \"it is me\" }",
        ),
        Step(
            "relation.before-answer",
            9,
            |ids| {
                let (response_action, reason) = (ResponseAction::Decline.into(), Some("no".into()));
                let request_id = ids.get("relation.before-request").copied().unwrap_or(1);
                let answer = UpdateFriendRequestRequest { request_id, response_action, reason, ..Default::default() };
                Kind::UpdateFriendRequestRequest(answer)
            },
            "response: Response::Decline, reason: Some(\"no\") }",
        ),
        Step(
            "relation.before-create",
            1,
            |_| {
                let name = Some("Nine".into());
                let create = CreateRelationshipRequest { user_id: 9, blocked: true, name, ..Default::default() };
                Kind::CreateRelationshipRequest(create)
            },
            "Relationship { user-id: 9, blocked: true, name: Some(\"Nine\") }",
        ),
        Step(
            "relation.before-update",
            1,
            |_| {
                let name = Some("Neun".into());
                Kind::UpdateRelationshipRequest(UpdateRelationshipRequest { user_id: 9, name, ..Default::default() })
            },
            "Change { user-id: 9, blocked: None, name: Some(\"Neun\") }",
        ),
        Step(
            "relation.before-delete",
            3,
            |_| Kind::DeleteRelationshipRequest(DeleteRelationshipRequest { user_id: 9, ..Default::default() }),
            "Origin::Client 3 9",
        ),
        Step(
            "group.before-create",
            1,
            |_| {
                let request = CreateGroupRequest { name: "chess".into(), type_id: Some(3), ..Default::default() };
                Kind::CreateGroupRequest(request)
            },
            "NewGroup { owner: 1, name: \"chess\", intro: None, announcement: None, type-id: Some(3) }",
        ),
        Step(
            "group.before-update",
            1,
            |_| {
                let name = Some("go".into());
                Kind::UpdateGroupRequest(UpdateGroupRequest { group_id: INVITING, name, ..Default::default() })
            },
            "Change { group-id: 1, name: Some(\"go\"), intro: None",
        ),
        Step(
            "member.before-apply",
            9,
            |ids| {
                let group_id = ids.get("group.before-create").copied().unwrap_or(1);
                let content = "please".into();
                let apply = CreateGroupJoinRequestRequest { group_id, content, ..Default::default() };
                Kind::CreateGroupJoinRequestRequest(apply)
            },
            "content: \"please\" }",
        ),
        Step(
            "member.before-answer",
            1,
            |ids| {
                let request_id = ids.get("member.before-apply").copied().unwrap_or(1);
                let (response_action, reason) = (ResponseAction::Decline.into(), Some("full".into()));
                let answer =
                    UpdateGroupJoinRequestRequest { request_id, response_action, reason, ..Default::default() };
                Kind::UpdateGroupJoinRequestRequest(answer)
            },
            "response: Response::Decline, reason: Some(\"full\") }",
        ),
        Step(
            "member.before-invite",
            1,
            |_| {
                let (group_id, invitee_id, content) = (INVITING, 9, "come".into());
                let invite = CreateGroupInvitationRequest { group_id, invitee_id, content, ..Default::default() };
                Kind::CreateGroupInvitationRequest(invite)
            },
            "Invitation { group-id: 1, invitee: 9, content: \"come\" }",
        ),
        Step(
            "member.before-join",
            9,
            |ids| {
                let group_id = ids["group"];
                let (user_ids, name) = (vec![9], Some("the ninth".into()));
                let add = CreateGroupMembersRequest { group_id, user_ids, name, ..Default::default() };
                Kind::CreateGroupMembersRequest(add)
            },
            "users: [9], role: Role::Member, name: Some(\"the ninth\") }",
        ),
        Step(
            "member.before-role",
            1,
            |_| {
                let role = Some(GroupMemberRole::Manager.into());
                let change = UpdateGroupMemberRequest { group_id: 1, member_id: 3, role, ..Default::default() };
                Kind::UpdateGroupMemberRequest(change)
            },
            "Change { group-id: 1, user-id: 3, role: Role::Manager }",
        ),
        Step(
            "member.before-mute",
            1,
            |_| {
                let mute_end_date = Some(4_000_000_000_000);
                let mute = UpdateGroupMemberRequest { group_id: 1, member_id: 3, mute_end_date, ..Default::default() };
                Kind::UpdateGroupMemberRequest(mute)
            },
            "Mute { group-id: 1, user-id: 3, until: 4000000000000 }",
        ),
        Step(
            "member.before-profile",
            2,
            |_| {
                let name = Some("second".into());
                let rename = UpdateGroupMemberRequest { group_id: 1, member_id: 2, name, ..Default::default() };
                Kind::UpdateGroupMemberRequest(rename)
            },
            "Change { group-id: 1, user-id: 2, name: \"second\" }",
        ),
        Step(
            "member.before-kick",
            1,
            |_| {
                let kick = DeleteGroupMembersRequest { group_id: 1, member_ids: vec![3], ..Default::default() };
                Kind::DeleteGroupMembersRequest(kick)
            },
            "Kick { group-id: 1, users: [3] }",
        ),
        Step(
            "member.before-leave",
            2,
            |_| {
                let leave = DeleteGroupMembersRequest { group_id: 1, member_ids: vec![2], ..Default::default() };
                Kind::DeleteGroupMembersRequest(leave)
            },
            "Origin::Client 2 1",
        ),
        Step(
            "group.before-transfer",
            1,
            |ids| {
                let (group_id, successor_id) = (ids["group"], Some(2));
                Kind::UpdateGroupRequest(UpdateGroupRequest { group_id, successor_id, ..Default::default() })
            },
            "successor: 2, quits: false }",
        ),
        Step(
            "group.before-delete",
            1,
            |_| Kind::DeleteGroupRequest(DeleteGroupRequest { group_id: INVITING, ..Default::default() }),
            "Origin::Client 1 1",
        ),
    ]
}

/// A server with the judge, its users and the ids of what is there before.
struct Court {
    server: TestServer,
    users: HashMap<i64, User>,
    ids: Ids,
}

impl Court {
    async fn open() -> Self {
        use talaria::config::{AllowedSetting, SettingType};
        let server = TestServer::builder()
            .config(|config| config.users.settings = vec![AllowedSetting::new("theme", SettingType::String)])
            .start()
            .await;
        let mut users = HashMap::new();
        for id in [1, 2, 3, 9] {
            users.insert(id, server.ws(id).await);
        }
        let message = users[&1].send(Target::User(2), "hello").await;
        let group = server.admin().create_group_of(1, 1, &[2]).await;
        Self { server, users, ids: HashMap::from([("message", message), ("group", group)]) }
    }

    /// Lets the judge decide the same about each step.
    async fn decide(&self, decision: Option<&str>) {
        let hooks = steps().into_iter().map(|step| step.0).chain(["user.before-create", "user.before-delete"]);
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

    court.decide(Some("drop")).await;
    admin.post("/v1/users", &users(502)).await.success();
    admin.delete("/v1/users/9").await.success();
    let dropped = admin.post("/v1/groups", &groups).await.success().json()["ids"][0].as_i64().expect("an id");
    let query = QueryGroupsRequest { group_ids: vec![dropped], ..Default::default() };
    assert!(!court.found(1, Kind::QueryGroupsRequest(query)).await.contains("by the admin"));

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

//! A step of each kind that clients take, with what the filter of the step is asked.

use std::collections::HashMap;

use talaria::config::{AllowedSetting, Config, SettingType};
use talaria_client::proto::{
    CreateFriendRequestRequest, CreateGroupInvitationRequest, CreateGroupJoinQuestionsRequest,
    CreateGroupJoinRequestRequest, CreateGroupMembersRequest, CreateGroupRequest, CreateMessageReactionsRequest,
    CreateRelationshipGroupRequest, CreateRelationshipRequest, DeleteGroupMembersRequest, DeleteGroupRequest,
    DeleteRelationshipRequest, GroupJoinQuestion, GroupMemberRole, ResponseAction, UpdateConversationRequest,
    UpdateFriendRequestRequest, UpdateGroupJoinRequestRequest, UpdateGroupMemberRequest, UpdateGroupRequest,
    UpdateMessageRequest, UpdateRelationshipRequest, UpdateTypingStatusRequest, UpdateUserOnlineStatusRequest,
    UpdateUserRequest, UpdateUserSettingsRequest, UserStatus, turms_request::Kind,
};

use crate::users::settings::texts;

/// A group that is there, whose members join by invitations.
pub(crate) const INVITING: i64 = 1;
/// The type of groups that are joined by answering questions.
pub(crate) const QUESTIONING: i64 = 2;

/// What a server must be told for all steps to succeed.
pub(crate) fn settings(config: &mut Config) {
    config.users.settings = vec![AllowedSetting::new("theme", SettingType::String)];
}

/// Ids that earlier requests were answered with, by the hooks of their steps.
pub(crate) type Ids = HashMap<&'static str, i64>;

/// A step: its hook, who takes it, the request, and what the hook is asked.
pub(crate) struct Step(pub(crate) &'static str, pub(crate) i64, pub(crate) fn(&Ids) -> Kind, pub(crate) &'static str);

/// In an order in which each can be taken. Users 1 to 3 are in group 1, which 1 owns and 2 manages; 9 is in none.
#[expect(clippy::too_many_lines, reason = "a table: one entry a hook")]
pub(crate) fn steps() -> Vec<Step> {
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
                // With a text as well: it is a recall all the same.
                let (recall_date, text) = (Some(1), Some("gone".into()));
                let recall =
                    UpdateMessageRequest { message_id: ids["message"], recall_date, text, ..Default::default() };
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
            "Change { status: OnlineStatus::Busy, devices: [] }",
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
                Kind::UpdateUserSettingsRequest(UpdateUserSettingsRequest { settings, ..Default::default() })
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
            "relation.before-group",
            1,
            |_| {
                let request = CreateRelationshipGroupRequest { name: "colleagues".into(), ..Default::default() };
                Kind::CreateRelationshipGroupRequest(request)
            },
            "RelationshipGroup { index: None, name: \"colleagues\" }",
        ),
        Step(
            "relation.before-delete",
            1,
            |_| Kind::DeleteRelationshipRequest(DeleteRelationshipRequest { user_id: 9, ..Default::default() }),
            "Origin::Client 1 9",
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
            "group.before-question",
            1,
            |ids| {
                let (question, answers) = (Some("who are you".into()), vec!["me".into()]);
                let question = GroupJoinQuestion { question, answers, score: Some(1), ..Default::default() };
                let (group_id, questions) = (ids["questioning"], vec![question]);
                let request = CreateGroupJoinQuestionsRequest { group_id, questions, ..Default::default() };
                Kind::CreateGroupJoinQuestionsRequest(request)
            },
            "id: None, text: Some(\"who are you\"), answers: [\"me\"] }",
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

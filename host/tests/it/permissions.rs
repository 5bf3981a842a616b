//! Who may do what: every kind of request, sent by everybody there can be. The table fixes the code of each cell.

use std::{collections::BTreeMap, fmt::Write as _};

use talaria_client::{
    Target,
    proto::{self, DeviceType, GroupMemberRole, ResponseAction, Value, turms_request::Kind, value},
};

use crate::support::{TestServer, Transport, User};

/// Who asks.
const ACTOR: i64 = 50;
/// Owns the groups, unless the actor does.
const FOUNDER: i64 = 1;
/// Is asked about: a plain member of the groups, and the other side of what is private.
const OTHER: i64 = 2;

/// What the actor is to the other user and in the groups.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Actor {
    /// No relationship, in no group.
    Stranger,
    /// A friend of the other user, in no group.
    Friend,
    /// Blocked by the other user and by the groups.
    Blocked,
    /// In a group of their own, not in these.
    NonMember,
    Guest,
    Member,
    Manager,
    Owner,
    LoggedOut,
}

use Actor::{Blocked, Friend, Guest, LoggedOut, Manager, Member, NonMember, Owner, Stranger};

const ACTORS: [Actor; 9] = [Stranger, Friend, Blocked, NonMember, Guest, Member, Manager, Owner, LoggedOut];

const TABLE: &str = include_str!("permissions.txt");

/// What the requests are about.
struct World {
    server: TestServer,
    /// Joined by invitation, by request and by answers.
    invitation_group: i64,
    request_group: i64,
    question_group: i64,
    /// Of somebody else to somebody else.
    invitation: i64,
    join_request: i64,
    question: i64,
    /// Messages of the other user: into the first group, and to the actor.
    group_message: i64,
    private_message: i64,
}

impl World {
    async fn of(actor: Actor) -> Self {
        let server = TestServer::start().await;
        let (founder, other) = (server.ws(FOUNDER).await, server.ws(OTHER).await);
        let me = server.ws(ACTOR).await;
        let owner = if actor == Owner { &me } else { &founder };
        let mut groups = Vec::new();
        for type_id in [0, 3, 2] {
            groups.push(found(&server, &founder, owner, actor, type_id).await);
        }
        let [invitation_group, request_group, question_group] = groups[..] else { panic!("{groups:?}") };
        if actor == Friend {
            for (from, to) in [(&me, OTHER), (&other, ACTOR)] {
                relate(from, to, false).await;
            }
        }
        if actor == Blocked {
            relate(&other, ACTOR, true).await;
        }
        if actor == NonMember {
            done(&me, Kind::CreateGroupRequest(proto::CreateGroupRequest::default())).await;
        }
        let invitation = id(
            owner,
            Kind::CreateGroupInvitationRequest(proto::CreateGroupInvitationRequest {
                group_id: invitation_group,
                invitee_id: 60,
                ..Default::default()
            }),
        );
        let applicant = server.tcp(61).await;
        let join_request = id(
            &applicant,
            Kind::CreateGroupJoinRequestRequest(proto::CreateGroupJoinRequestRequest {
                group_id: request_group,
                ..Default::default()
            }),
        );
        let question = ask(owner, question_group).await;
        let group_message = other.send(Target::Group(invitation_group), "to all").await;
        let private_message = other.send(Target::User(ACTOR), "to one").await;
        let (invitation, join_request) = (invitation.await, join_request.await);
        me.hang_up().await;
        Self {
            server,
            invitation_group,
            request_group,
            question_group,
            invitation,
            join_request,
            question,
            group_message,
            private_message,
        }
    }

    /// One request of each kind, those that change most at the end.
    #[expect(clippy::too_many_lines, reason = "a table: one entry a request kind")]
    fn requests(&self) -> Vec<(&'static str, Kind)> {
        let group_id = self.invitation_group;
        let setting =
            BTreeMap::from([("x".to_owned(), Value { kind: Some(value::Kind::Int32Value(1)), list_value: vec![] })]);
        let manager = Some(GroupMemberRole::Manager.into());
        macro_rules! requests {
            ($($name:literal: $Kind:ident($request:ident { $($field:ident: $value:expr),* $(,)? }),)+) => {
                vec![$(($name, Kind::$Kind(proto::$request { $($field: $value,)* ..Default::default() })),)+]
            };
        }
        let mut requests = requests! {
            "create_session_request": CreateSessionRequest(CreateSessionRequest { version: 2, user_id: ACTOR }),
            "query_conversations_request": QueryConversationsRequest(QueryConversationsRequest { group_ids: vec![group_id] }),
            "query_messages_request": QueryMessagesRequest(QueryMessagesRequest {
                are_group_messages: Some(true), from_ids: vec![group_id],
            }),
            "query_group_members_request": QueryGroupMembersRequest(QueryGroupMembersRequest { group_id: group_id }),
            "query_user_profiles_request": QueryUserProfilesRequest(QueryUserProfilesRequest { user_ids: vec![OTHER] }),
            "query_nearby_users_request": QueryNearbyUsersRequest(QueryNearbyUsersRequest { latitude: 1.0, longitude: 2.0 }),
            "query_user_online_statuses_request":
                QueryUserOnlineStatusesRequest(QueryUserOnlineStatusesRequest { user_ids: vec![OTHER] }),
            "update_user_location_request":
                UpdateUserLocationRequest(UpdateUserLocationRequest { latitude: 1.0, longitude: 2.0 }),
            "query_user_settings_request": QueryUserSettingsRequest(QueryUserSettingsRequest {}),
            "update_user_settings_request": UpdateUserSettingsRequest(UpdateUserSettingsRequest { settings: setting.clone() }),
            "delete_user_settings_request":
                DeleteUserSettingsRequest(DeleteUserSettingsRequest { names: vec!["x".into()] }),
            "query_friend_requests_request": QueryFriendRequestsRequest(QueryFriendRequestsRequest {}),
            "query_related_user_ids_request": QueryRelatedUserIdsRequest(QueryRelatedUserIdsRequest {}),
            "query_relationships_request": QueryRelationshipsRequest(QueryRelationshipsRequest {}),
            "query_relationship_groups_request": QueryRelationshipGroupsRequest(QueryRelationshipGroupsRequest {}),
            "query_groups_request": QueryGroupsRequest(QueryGroupsRequest { group_ids: vec![group_id] }),
            "query_joined_group_ids_request": QueryJoinedGroupIdsRequest(QueryJoinedGroupIdsRequest {}),
            "query_joined_group_infos_request": QueryJoinedGroupInfosRequest(QueryJoinedGroupInfosRequest {}),
            "query_group_blocked_user_ids_request":
                QueryGroupBlockedUserIdsRequest(QueryGroupBlockedUserIdsRequest { group_id: group_id }),
            "query_group_blocked_user_infos_request":
                QueryGroupBlockedUserInfosRequest(QueryGroupBlockedUserInfosRequest { group_id: group_id }),
            "query_group_invitations_request":
                QueryGroupInvitationsRequest(QueryGroupInvitationsRequest { group_id: Some(group_id) }),
            "query_group_join_requests_request":
                QueryGroupJoinRequestsRequest(QueryGroupJoinRequestsRequest { group_id: Some(self.request_group) }),
            "query_group_join_questions_request": QueryGroupJoinQuestionsRequest(QueryGroupJoinQuestionsRequest {
                group_id: self.question_group, with_answers: true,
            }),
            "query_meetings_request": QueryMeetingsRequest(QueryMeetingsRequest {}),
            "query_resource_download_info_request":
                QueryResourceDownloadInfoRequest(QueryResourceDownloadInfoRequest { id_num: Some(1) }),
            "query_resource_upload_info_request": QueryResourceUploadInfoRequest(QueryResourceUploadInfoRequest {}),
            "query_message_attachment_infos_request":
                QueryMessageAttachmentInfosRequest(QueryMessageAttachmentInfosRequest {}),
            "query_conversation_settings_request": QueryConversationSettingsRequest(QueryConversationSettingsRequest {}),
            "custom_request": CustomRequest(CustomRequest { name: "x".into() }),
            "query_inbox_request": QueryInboxRequest(QueryInboxRequest {}),
            "search_messages_request": SearchMessagesRequest(SearchMessagesRequest {
                text: "hi".into(), group_id: Some(group_id),
            }),
            "sync_messages_request": SyncMessagesRequest(SyncMessagesRequest { group_id: Some(group_id) }),
            "update_conversation_request":
                UpdateConversationRequest(UpdateConversationRequest { group_id: Some(group_id) }),
            "update_typing_status_request":
                UpdateTypingStatusRequest(UpdateTypingStatusRequest { to_id: OTHER }),
            "update_conversation_settings_request": UpdateConversationSettingsRequest(UpdateConversationSettingsRequest {
                group_id: Some(group_id), settings: setting,
            }),
            "delete_conversation_settings_request":
                DeleteConversationSettingsRequest(DeleteConversationSettingsRequest { names: vec!["x".into()] }),
            "create_message_request": CreateMessageRequest(CreateMessageRequest {
                recipient_id: Some(OTHER), text: Some("hi".into()),
            }),
            "create_message_request, into a group": CreateMessageRequest(CreateMessageRequest {
                group_id: Some(group_id), text: Some("hi".into()),
            }),
            "create_message_request, forwarding": CreateMessageRequest(CreateMessageRequest {
                recipient_id: Some(3), message_id: Some(self.group_message),
            }),
            "update_message_request": UpdateMessageRequest(UpdateMessageRequest {
                message_id: self.private_message, text: Some("mine".into()),
            }),
            "update_message_request, recalling": UpdateMessageRequest(UpdateMessageRequest {
                message_id: self.group_message, recall_date: Some(1),
            }),
            "create_message_reactions_request": CreateMessageReactionsRequest(CreateMessageReactionsRequest {
                message_id: self.group_message, reaction_types: vec![1],
            }),
            "delete_message_reactions_request": DeleteMessageReactionsRequest(DeleteMessageReactionsRequest {
                message_id: self.group_message, reaction_types: vec![1],
            }),
            "update_user_request": UpdateUserRequest(UpdateUserRequest { name: Some("me".into()) }),
            "create_friend_request_request": CreateFriendRequestRequest(CreateFriendRequestRequest { recipient_id: OTHER }),
            "update_friend_request_request": UpdateFriendRequestRequest(UpdateFriendRequestRequest { request_id: 10 }),
            "delete_friend_request_request": DeleteFriendRequestRequest(DeleteFriendRequestRequest { request_id: 10 }),
            "create_relationship_request": CreateRelationshipRequest(CreateRelationshipRequest { user_id: OTHER }),
            "update_relationship_request":
                UpdateRelationshipRequest(UpdateRelationshipRequest { user_id: OTHER, blocked: Some(true) }),
            "delete_relationship_request": DeleteRelationshipRequest(DeleteRelationshipRequest { user_id: OTHER }),
            "create_relationship_group_request":
                CreateRelationshipGroupRequest(CreateRelationshipGroupRequest { name: "g".into() }),
            "update_relationship_group_request":
                UpdateRelationshipGroupRequest(UpdateRelationshipGroupRequest { new_name: "g".into() }),
            "delete_relationship_group_request": DeleteRelationshipGroupRequest(DeleteRelationshipGroupRequest {}),
            "create_meeting_request": CreateMeetingRequest(CreateMeetingRequest {}),
            "update_meeting_request": UpdateMeetingRequest(UpdateMeetingRequest { id: Some(1), name: Some("m".into()) }),
            "update_meeting_invitation_request": UpdateMeetingInvitationRequest(UpdateMeetingInvitationRequest {}),
            "delete_meeting_request": DeleteMeetingRequest(DeleteMeetingRequest {}),
            "delete_resource_request": DeleteResourceRequest(DeleteResourceRequest {}),
            "update_message_attachment_info_request":
                UpdateMessageAttachmentInfoRequest(UpdateMessageAttachmentInfoRequest { user_id_to_share_with: Some(2) }),
            "create_group_invitation_request": CreateGroupInvitationRequest(CreateGroupInvitationRequest {
                group_id: group_id, invitee_id: 62,
            }),
            "update_group_invitation_request": UpdateGroupInvitationRequest(UpdateGroupInvitationRequest {
                invitation_id: self.invitation,
            }),
            "delete_group_invitation_request": DeleteGroupInvitationRequest(DeleteGroupInvitationRequest {
                invitation_id: self.invitation,
            }),
            "create_group_join_request_request": CreateGroupJoinRequestRequest(CreateGroupJoinRequestRequest {
                group_id: self.request_group,
            }),
            "update_group_join_request_request": UpdateGroupJoinRequestRequest(UpdateGroupJoinRequestRequest {
                request_id: self.join_request, response_action: ResponseAction::Decline.into(),
            }),
            "delete_group_join_request_request": DeleteGroupJoinRequestRequest(DeleteGroupJoinRequestRequest {
                request_id: self.join_request,
            }),
            "create_group_join_questions_request": CreateGroupJoinQuestionsRequest(CreateGroupJoinQuestionsRequest {
                group_id: self.question_group, questions: vec![question()],
            }),
            "update_group_join_question_request": UpdateGroupJoinQuestionRequest(UpdateGroupJoinQuestionRequest {
                question_id: self.question, score: Some(2),
            }),
            "check_group_join_questions_answers_request":
                CheckGroupJoinQuestionsAnswersRequest(CheckGroupJoinQuestionsAnswersRequest {
                    question_id_to_answer: BTreeMap::from([(self.question, "wrong".into())]),
                }),
            "delete_group_join_questions_request": DeleteGroupJoinQuestionsRequest(DeleteGroupJoinQuestionsRequest {
                group_id: self.question_group, question_ids: vec![self.question],
            }),
            "create_group_request": CreateGroupRequest(CreateGroupRequest { name: "g".into() }),
            "update_group_request": UpdateGroupRequest(UpdateGroupRequest { group_id: group_id, name: Some("g".into()) }),
            "create_group_members_request": CreateGroupMembersRequest(CreateGroupMembersRequest {
                group_id: group_id, user_ids: vec![63], role: manager,
            }),
            "update_group_member_request": UpdateGroupMemberRequest(UpdateGroupMemberRequest {
                group_id: group_id, member_id: OTHER, name: Some("two".into()),
            }),
            "update_group_member_request, a role": UpdateGroupMemberRequest(UpdateGroupMemberRequest {
                group_id: group_id, member_id: OTHER, role: Some(GroupMemberRole::Member.into()),
            }),
            "update_group_member_request, muting": UpdateGroupMemberRequest(UpdateGroupMemberRequest {
                group_id: group_id, member_id: OTHER, mute_end_date: Some(i64::MAX),
            }),
            "create_group_blocked_user_request": CreateGroupBlockedUserRequest(CreateGroupBlockedUserRequest {
                group_id: group_id, user_id: 64,
            }),
            "delete_group_blocked_user_request": DeleteGroupBlockedUserRequest(DeleteGroupBlockedUserRequest {
                group_id: group_id, user_id: 64,
            }),
            "delete_group_members_request": DeleteGroupMembersRequest(DeleteGroupMembersRequest {
                group_id: group_id, member_ids: vec![OTHER],
            }),
            "update_group_request, handing over": UpdateGroupRequest(UpdateGroupRequest {
                group_id: self.request_group, successor_id: Some(3),
            }),
            "delete_group_request": DeleteGroupRequest(DeleteGroupRequest { group_id: group_id }),
            "update_user_online_status_request": UpdateUserOnlineStatusRequest(UpdateUserOnlineStatusRequest {}),
        };
        // Whoever is not logged in is not told more than that.
        requests.sort_by_key(|(name, _)| *name == "create_session_request");
        requests
    }
}

/// A group of a type in which the actor is what it is.
async fn found(server: &TestServer, founder: &User, owner: &User, actor: Actor, type_id: i64) -> i64 {
    let mut members = vec![FOUNDER, OTHER, 3];
    if matches!(actor, Guest | Member | Manager) {
        members.push(ACTOR);
    }
    let group = server.admin().create_group_of(type_id, owner.id, &members).await;
    let role = match actor {
        Guest => Some(GroupMemberRole::Guest),
        Manager => Some(GroupMemberRole::Manager),
        _ => None,
    };
    if let Some(role) = role {
        let request = proto::UpdateGroupMemberRequest {
            group_id: group,
            member_id: ACTOR,
            role: Some(role.into()),
            ..Default::default()
        };
        done(founder, Kind::UpdateGroupMemberRequest(request)).await;
    }
    if actor == Blocked {
        let request = proto::CreateGroupBlockedUserRequest { group_id: group, user_id: ACTOR, ..Default::default() };
        done(founder, Kind::CreateGroupBlockedUserRequest(request)).await;
    }
    group
}

async fn relate(from: &User, user_id: i64, blocked: bool) {
    let request = proto::CreateRelationshipRequest { user_id, blocked, ..Default::default() };
    done(from, Kind::CreateRelationshipRequest(request)).await;
}

fn question() -> proto::GroupJoinQuestion {
    proto::GroupJoinQuestion {
        question: Some("?".into()),
        answers: vec!["!".into()],
        score: Some(1),
        ..Default::default()
    }
}

async fn ask(owner: &User, group_id: i64) -> i64 {
    let request =
        proto::CreateGroupJoinQuestionsRequest { group_id, questions: vec![question()], ..Default::default() };
    match owner.request(Kind::CreateGroupJoinQuestionsRequest(request)).await.data {
        Some(proto::turms_notification::data::Kind::LongsWithVersion(ids)) => ids.longs[0],
        other => panic!("{other:?}"),
    }
}

async fn id(user: &User, kind: Kind) -> i64 {
    user.request(kind).await.into_id().expect("the world is made")
}

async fn done(user: &User, kind: Kind) {
    let code = user.code(kind).await;
    assert!((1000..1100).contains(&code), "the world is made: {code}");
}

async fn codes(actor: Actor) -> Vec<(&'static str, i32)> {
    let world = World::of(actor).await;
    let mut codes = Vec::new();
    if actor == LoggedOut {
        let mut guest = world.server.guest_tcp().await;
        for (name, kind) in world.requests() {
            codes.push((name, guest.request(kind).await.code.expect("an answer has a code")));
        }
    } else {
        // Another device than the one that the world was made with, which may still be closing.
        let me = world.server.user(Transport::Tcp, ACTOR, DeviceType::Ios).await;
        for (name, kind) in world.requests() {
            codes.push((name, me.code(kind).await));
        }
    }
    codes
}

#[tokio::test(flavor = "multi_thread")]
async fn every_kind_of_request_from_everybody() {
    let mut rows: BTreeMap<&str, Vec<i32>> = BTreeMap::new();
    for actor in ACTORS {
        for (name, code) in codes(actor).await {
            rows.entry(name).or_default().push(code);
        }
    }
    let mut found = format!("{:<50}", "");
    for actor in ACTORS {
        let _ = write!(found, " {:>9}", format!("{actor:?}").to_lowercase());
    }
    for (name, codes) in &rows {
        let _ = write!(found, "\n{name:<50}");
        for code in codes {
            let _ = write!(found, " {code:>9}");
        }
    }
    found.push('\n');
    let differing: Vec<_> = found.lines().filter(|line| !TABLE.lines().any(|fixed| fixed == *line)).collect();
    assert!(differing.is_empty(), "permissions.txt says otherwise:\n{}", differing.join("\n"));
    assert_eq!(found.lines().count(), TABLE.lines().count(), "permissions.txt has kinds that nobody sends");
}

/// A logout is not answered, so it is not in the table.
#[test]
fn the_table_has_every_kind() {
    let envelope = include_str!("../../../proto/client/envelope.proto");
    let kinds: Vec<_> =
        envelope.lines().filter_map(|line| line.trim().split_once(" = ")?.0.split_once("Request ")).collect();
    assert!(kinds.len() > 72, "the envelope is read");
    for (_, kind) in kinds.into_iter().filter(|(_, kind)| kind.ends_with("_request")) {
        let is_there = TABLE.lines().any(|line| line.split([' ', ',']).next() == Some(kind));
        assert!(is_there || kind == "delete_session_request" || kind == "relayed_request", "{kind} is missing");
    }
}

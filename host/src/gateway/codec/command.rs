//! What clients ask for, out of the protocol's words: the conversions are with their domains. `relay.rs` is the way
//! back.

use talaria_proto::client::turms_request::Kind;

use super::scalar::{date, users};
use crate::model::{GroupId, command::Command};

pub(super) fn decode(kind: Kind) -> Command {
    match kind {
        Kind::CreateSessionRequest(it) => Command::CreateSession(Box::new(it.into())),
        Kind::DeleteSessionRequest(_) => Command::DeleteSession,
        Kind::CreateMessageRequest(it) => Command::CreateMessage(Box::new(it.into())),
        Kind::QueryMessagesRequest(it) => Command::QueryMessages(Box::new(it.into())),
        Kind::UpdateMessageRequest(it) => Command::UpdateMessage(Box::new(it.into())),
        Kind::CreateMessageReactionsRequest(it) => Command::CreateMessageReactions(Box::new(it.into())),
        Kind::DeleteMessageReactionsRequest(it) => Command::DeleteMessageReactions(Box::new(it.into())),
        Kind::QueryConversationsRequest(it) => Command::QueryConversations(Box::new(it.into())),
        Kind::UpdateConversationRequest(it) => Command::UpdateConversation(Box::new(it.into())),
        Kind::UpdateTypingStatusRequest(it) => Command::UpdateTypingStatus(Box::new(it.into())),
        Kind::UpdateConversationSettingsRequest(it) => Command::UpdateConversationSettings(Box::new(it.into())),
        Kind::DeleteConversationSettingsRequest(it) => Command::DeleteConversationSettings(Box::new(it.into())),
        Kind::QueryConversationSettingsRequest(it) => Command::QueryConversationSettings(Box::new(it.into())),
        Kind::SyncMessagesRequest(it) => Command::SyncMessages(it.into()),
        Kind::QueryInboxRequest(it) => Command::QueryInbox(it.into()),
        Kind::SearchMessagesRequest(it) => Command::SearchMessages(Box::new(it.into())),
        Kind::CustomRequest(it) => Command::Custom(Box::new(it.into())),
        Kind::CreateGroupRequest(it) => Command::CreateGroup(Box::new(it.into())),
        Kind::CreateGroupInvitationRequest(it) => Command::CreateGroupInvitation(Box::new(it.into())),
        Kind::DeleteGroupInvitationRequest(it) => Command::DeleteGroupInvitation(Box::new(it.into())),
        Kind::UpdateGroupInvitationRequest(it) => Command::UpdateGroupInvitation(Box::new(it.into())),
        Kind::CreateGroupJoinRequestRequest(it) => Command::CreateGroupJoinRequest(Box::new(it.into())),
        Kind::DeleteGroupJoinRequestRequest(it) => Command::DeleteGroupJoinRequest(Box::new(it.into())),
        Kind::UpdateGroupJoinRequestRequest(it) => Command::UpdateGroupJoinRequest(Box::new(it.into())),
        Kind::CreateGroupJoinQuestionsRequest(it) => Command::CreateGroupJoinQuestions(Box::new(it.into())),
        Kind::UpdateGroupJoinQuestionRequest(it) => Command::UpdateGroupJoinQuestion(Box::new(it.into())),
        Kind::DeleteGroupJoinQuestionsRequest(it) => Command::DeleteGroupJoinQuestions(Box::new(it.into())),
        Kind::CheckGroupJoinQuestionsAnswersRequest(it) => Command::CheckGroupJoinQuestionsAnswers(Box::new(it.into())),
        Kind::QueryGroupInvitationsRequest(it) => Command::QueryGroupInvitations(it.into()),
        Kind::QueryGroupJoinRequestsRequest(it) => Command::QueryGroupJoinRequests(it.into()),
        Kind::QueryGroupJoinQuestionsRequest(it) => Command::QueryGroupJoinQuestions(it.into()),
        Kind::UpdateGroupRequest(it) => Command::UpdateGroup(Box::new(it.into())),
        Kind::DeleteGroupRequest(it) => Command::DeleteGroup(Box::new(it.into())),
        Kind::UpdateGroupMemberRequest(it) => Command::UpdateGroupMember(Box::new(it.into())),
        Kind::CreateGroupBlockedUserRequest(it) => Command::CreateGroupBlockedUser(Box::new(it.into())),
        Kind::DeleteGroupBlockedUserRequest(it) => Command::DeleteGroupBlockedUser(Box::new(it.into())),
        Kind::QueryGroupBlockedUserIdsRequest(it) => {
            Command::QueryGroupBlockedUserIds { group: GroupId(it.group_id), version: date(it.last_updated_date) }
        }
        Kind::QueryGroupBlockedUserInfosRequest(it) => {
            Command::QueryGroupBlockedUserInfos { group: GroupId(it.group_id), version: date(it.last_updated_date) }
        }
        Kind::CreateGroupMembersRequest(it) => Command::CreateGroupMembers(Box::new(it.into())),
        Kind::DeleteGroupMembersRequest(it) => Command::DeleteGroupMembers(Box::new(it.into())),
        Kind::QueryGroupMembersRequest(it) => Command::QueryGroupMembers(Box::new(it.into())),
        Kind::QueryGroupsRequest(it) => Command::QueryGroups(Box::new(it.into())),
        Kind::QueryJoinedGroupIdsRequest(it) => Command::QueryJoinedGroupIds { version: date(it.last_updated_date) },
        Kind::QueryJoinedGroupInfosRequest(it) => {
            Command::QueryJoinedGroupInfos { version: date(it.last_updated_date) }
        }
        Kind::CreateFriendRequestRequest(it) => Command::CreateFriendRequest(Box::new(it.into())),
        Kind::DeleteFriendRequestRequest(it) => Command::DeleteFriendRequest(Box::new(it.into())),
        Kind::UpdateFriendRequestRequest(it) => Command::UpdateFriendRequest(Box::new(it.into())),
        Kind::QueryFriendRequestsRequest(it) => Command::QueryFriendRequests(it.into()),
        Kind::CreateRelationshipRequest(it) => Command::CreateRelationship(Box::new(it.into())),
        Kind::DeleteRelationshipRequest(it) => Command::DeleteRelationship(Box::new(it.into())),
        Kind::UpdateRelationshipRequest(it) => Command::UpdateRelationship(Box::new(it.into())),
        Kind::QueryRelationshipsRequest(it) => Command::QueryRelationships(Box::new(it.into())),
        Kind::QueryRelatedUserIdsRequest(it) => Command::QueryRelatedUserIds(Box::new(it.into())),
        Kind::CreateRelationshipGroupRequest(it) => Command::CreateRelationshipGroup(Box::new(it.into())),
        Kind::UpdateRelationshipGroupRequest(it) => Command::UpdateRelationshipGroup(Box::new(it.into())),
        Kind::DeleteRelationshipGroupRequest(it) => Command::DeleteRelationshipGroup(Box::new(it.into())),
        Kind::QueryRelationshipGroupsRequest(it) => {
            Command::QueryRelationshipGroups { version: date(it.last_updated_date) }
        }
        Kind::QueryUserProfilesRequest(it) => Command::QueryUserProfiles(Box::new(it.into())),
        Kind::UpdateUserRequest(it) => Command::UpdateUser(Box::new(it.into())),
        Kind::UpdateUserSettingsRequest(it) => Command::UpdateUserSettings(Box::new(it.into())),
        Kind::DeleteUserSettingsRequest(it) => Command::DeleteUserSettings(Box::new(it.into())),
        Kind::QueryUserSettingsRequest(it) => Command::QueryUserSettings(Box::new(it.into())),
        Kind::QueryUserOnlineStatusesRequest(it) => Command::QueryUserOnlineStatuses { users: users(it.user_ids) },
        Kind::QueryNearbyUsersRequest(it) => Command::QueryNearbyUsers(it.into()),
        Kind::UpdateUserLocationRequest(it) => Command::UpdateUserLocation(Box::new(it.into())),
        Kind::UpdateUserOnlineStatusRequest(it) => Command::UpdateUserOnlineStatus(Box::new(it.into())),
        Kind::CreateMeetingRequest(it) => Command::Meeting(Box::new(it.into())),
        Kind::DeleteMeetingRequest(it) => Command::Meeting(Box::new(it.into())),
        Kind::QueryMeetingsRequest(it) => Command::Meeting(Box::new(it.into())),
        Kind::UpdateMeetingRequest(it) => Command::Meeting(Box::new(it.into())),
        Kind::UpdateMeetingInvitationRequest(it) => Command::Meeting(Box::new(it.into())),
        Kind::DeleteResourceRequest(it) => Command::Resource(Box::new(it.into())),
        Kind::QueryResourceDownloadInfoRequest(it) => Command::Resource(Box::new(it.into())),
        Kind::QueryResourceUploadInfoRequest(it) => Command::Resource(Box::new(it.into())),
        Kind::QueryMessageAttachmentInfosRequest(it) => Command::Resource(Box::new(it.into())),
        Kind::UpdateMessageAttachmentInfoRequest(it) => Command::Resource(Box::new(it.into())),
    }
}

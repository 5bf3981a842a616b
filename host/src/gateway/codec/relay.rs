//! Commands of one user in the words of the protocol, for others to hear of.

use talaria_proto::client::{self as proto, turms_request::Kind};

use super::{meetings, value};
use crate::model::command::{Command, Request};

/// `None` for what is nobody else's business: logins hold a password, queries change nothing, and a new group of
/// relationships is found by asking, as in the reference.
pub(super) fn encode(request: &Request) -> Option<proto::TurmsRequest> {
    let kind = match &request.command {
        Command::CreateMessage(it) => Kind::CreateMessageRequest((&**it).into()),
        Command::UpdateMessage(it) => Kind::UpdateMessageRequest((&**it).into()),
        Command::CreateMessageReactions(it) => Kind::CreateMessageReactionsRequest((&**it).into()),
        Command::DeleteMessageReactions(it) => Kind::DeleteMessageReactionsRequest((&**it).into()),
        Command::UpdateConversation(it) => Kind::UpdateConversationRequest((&**it).into()),
        Command::UpdateTypingStatus(it) => Kind::UpdateTypingStatusRequest((&**it).into()),
        Command::UpdateConversationSettings(it) => Kind::UpdateConversationSettingsRequest((&**it).into()),
        Command::DeleteConversationSettings(it) => Kind::DeleteConversationSettingsRequest((&**it).into()),
        Command::CreateGroup(it) => Kind::CreateGroupRequest((&**it).into()),
        Command::CreateGroupInvitation(it) => Kind::CreateGroupInvitationRequest((&**it).into()),
        Command::DeleteGroupInvitation(it) => Kind::DeleteGroupInvitationRequest((&**it).into()),
        Command::UpdateGroupInvitation(it) => Kind::UpdateGroupInvitationRequest((&**it).into()),
        Command::CreateGroupJoinRequest(it) => Kind::CreateGroupJoinRequestRequest((&**it).into()),
        Command::DeleteGroupJoinRequest(it) => Kind::DeleteGroupJoinRequestRequest((&**it).into()),
        Command::UpdateGroupJoinRequest(it) => Kind::UpdateGroupJoinRequestRequest((&**it).into()),
        Command::UpdateGroup(it) => Kind::UpdateGroupRequest((&**it).into()),
        Command::DeleteGroup(it) => Kind::DeleteGroupRequest((&**it).into()),
        Command::UpdateGroupMember(it) => Kind::UpdateGroupMemberRequest((&**it).into()),
        Command::CreateGroupBlockedUser(it) => Kind::CreateGroupBlockedUserRequest((&**it).into()),
        Command::DeleteGroupBlockedUser(it) => Kind::DeleteGroupBlockedUserRequest((&**it).into()),
        Command::CreateGroupMembers(it) => Kind::CreateGroupMembersRequest((&**it).into()),
        Command::DeleteGroupMembers(it) => Kind::DeleteGroupMembersRequest((&**it).into()),
        Command::CreateFriendRequest(it) => Kind::CreateFriendRequestRequest((&**it).into()),
        Command::DeleteFriendRequest(it) => Kind::DeleteFriendRequestRequest((&**it).into()),
        Command::UpdateFriendRequest(it) => Kind::UpdateFriendRequestRequest((&**it).into()),
        Command::CreateRelationship(it) => Kind::CreateRelationshipRequest((&**it).into()),
        Command::DeleteRelationship(it) => Kind::DeleteRelationshipRequest((&**it).into()),
        Command::UpdateRelationship(it) => Kind::UpdateRelationshipRequest((&**it).into()),
        Command::UpdateRelationshipGroup(it) => Kind::UpdateRelationshipGroupRequest((&**it).into()),
        Command::DeleteRelationshipGroup(it) => Kind::DeleteRelationshipGroupRequest((&**it).into()),
        Command::UpdateUser(it) => Kind::UpdateUserRequest((&**it).into()),
        Command::UpdateUserOnlineStatus(it) => Kind::UpdateUserOnlineStatusRequest((&**it).into()),
        Command::UpdateUserSettings(it) => Kind::UpdateUserSettingsRequest((&**it).into()),
        Command::DeleteUserSettings(it) => Kind::DeleteUserSettingsRequest((&**it).into()),
        Command::Meeting(it) => meetings::relayed(it)?,
        Command::CreateSession(_)
        | Command::DeleteSession
        | Command::QueryMessages(_)
        | Command::QueryConversations(_)
        | Command::QueryConversationSettings(_)
        | Command::QueryInbox(_)
        | Command::SyncMessages(_)
        | Command::SearchMessages(_)
        | Command::QueryGroupMembers(_)
        | Command::QueryGroups(_)
        | Command::CreateGroupJoinQuestions(_)
        | Command::UpdateGroupJoinQuestion(_)
        | Command::DeleteGroupJoinQuestions(_)
        | Command::CheckGroupJoinQuestionsAnswers(_)
        | Command::QueryGroupInvitations(_)
        | Command::QueryGroupJoinRequests(_)
        | Command::QueryGroupJoinQuestions(_)
        | Command::QueryGroupBlockedUserIds { .. }
        | Command::QueryGroupBlockedUserInfos { .. }
        | Command::QueryJoinedGroupIds { .. }
        | Command::QueryJoinedGroupInfos { .. }
        | Command::QueryFriendRequests(_)
        | Command::QueryRelationships(_)
        | Command::QueryRelatedUserIds(_)
        | Command::CreateRelationshipGroup(_)
        | Command::QueryRelationshipGroups { .. }
        | Command::QueryUserProfiles(_)
        | Command::QueryUserSettings(_)
        | Command::QueryNearbyUsers(_)
        | Command::UpdateUserLocation(_)
        | Command::QueryUserOnlineStatuses { .. }
        | Command::Resource(_)
        | Command::Custom(_) => return None,
    };
    Some(proto::TurmsRequest {
        // What the server makes up by itself has no id.
        request_id: (request.id != 0).then_some(request.id),
        custom_attributes: value::encode(&request.attributes),
        kind: Some(kind),
    })
}

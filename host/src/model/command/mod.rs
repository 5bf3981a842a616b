//! What clients ask for. A notification relays the very command of another user, so the same types serve both ways. One
//! file a domain.

mod conversations;
mod enrolment;
mod friend_requests;
mod groups;
mod meetings;
mod messages;
mod provided;
mod relationships;
mod resources;
mod settings;
mod users;

pub use conversations::{
    DeleteConversationSettings, QueryConversationSettings, QueryConversations, QueryInbox, UpdateConversation,
    UpdateConversationSettings, UpdateTypingStatus,
};
pub use enrolment::{
    CheckGroupJoinQuestionsAnswers, CreateGroupInvitation, CreateGroupJoinQuestions, CreateGroupJoinRequest,
    DeleteGroupInvitation, DeleteGroupJoinQuestions, DeleteGroupJoinRequest, NewQuestion, QueryGroupInvitations,
    QueryGroupJoinQuestions, QueryGroupJoinRequests, UpdateGroupInvitation, UpdateGroupJoinQuestion,
    UpdateGroupJoinRequest,
};
pub use friend_requests::{CreateFriendRequest, DeleteFriendRequest, QueryFriendRequests, UpdateFriendRequest};
pub use groups::{
    CreateGroup, CreateGroupBlockedUser, CreateGroupMembers, DeleteGroup, DeleteGroupBlockedUser, DeleteGroupMembers,
    QueryGroupMembers, QueryGroups, UpdateGroup, UpdateGroupMember,
};
pub use meetings::{AnswerMeeting, CancelMeeting, CreateMeeting, ListMeetings, MeetingRequest, UpdateMeeting};
pub use messages::{CreateMessage, MessageReactions, QueryMessages, SearchMessages, SyncMessages, UpdateMessage};
pub use provided::{CustomRequest, Provider};
pub use relationships::{
    CreateRelationship, CreateRelationshipGroup, DeleteRelationship, DeleteRelationshipGroup, QueryRelatedUserIds,
    QueryRelationships, UpdateRelationship, UpdateRelationshipGroup,
};
pub use resources::{ListAttachments, NamedResource, ResourceRequest, ShareAttachment, UploadResource};
pub use settings::{DeleteUserSettings, QueryUserSettings, UpdateUserSettings};
pub use users::{QueryNearbyUsers, QueryUserProfiles, UpdateUser, UpdateUserOnlineStatus};

use super::{
    GroupId, Timestamp, UserId, Value,
    session::{Login, Position},
};

/// A command with its envelope.
#[derive(Clone, PartialEq, Debug)]
pub struct Request {
    /// Chosen by the client, positive; names the answer on the same connection and means nothing beyond it.
    pub id: i64,
    /// Attributes of the envelope, carried without being read.
    pub attributes: Vec<Value>,
    pub command: Command,
}

/// The request kinds that the server knows how to serve, one variant each.
#[derive(Clone, PartialEq, Debug)]
pub enum Command {
    CreateSession(Box<Login>),
    DeleteSession,
    CreateMessage(Box<CreateMessage>),
    QueryMessages(Box<QueryMessages>),
    UpdateMessage(Box<UpdateMessage>),
    SyncMessages(SyncMessages),
    SearchMessages(Box<SearchMessages>),
    CreateMessageReactions(Box<MessageReactions>),
    DeleteMessageReactions(Box<MessageReactions>),
    QueryConversations(Box<QueryConversations>),
    QueryInbox(QueryInbox),
    UpdateConversation(Box<UpdateConversation>),
    UpdateTypingStatus(Box<UpdateTypingStatus>),
    UpdateConversationSettings(Box<UpdateConversationSettings>),
    DeleteConversationSettings(Box<DeleteConversationSettings>),
    QueryConversationSettings(Box<QueryConversationSettings>),
    CreateGroup(Box<CreateGroup>),
    UpdateGroup(Box<UpdateGroup>),
    DeleteGroup(Box<DeleteGroup>),
    CreateGroupMembers(Box<CreateGroupMembers>),
    DeleteGroupMembers(Box<DeleteGroupMembers>),
    UpdateGroupMember(Box<UpdateGroupMember>),
    QueryGroupMembers(Box<QueryGroupMembers>),
    CreateGroupInvitation(Box<CreateGroupInvitation>),
    DeleteGroupInvitation(Box<DeleteGroupInvitation>),
    UpdateGroupInvitation(Box<UpdateGroupInvitation>),
    CreateGroupJoinRequest(Box<CreateGroupJoinRequest>),
    DeleteGroupJoinRequest(Box<DeleteGroupJoinRequest>),
    UpdateGroupJoinRequest(Box<UpdateGroupJoinRequest>),
    CreateGroupJoinQuestions(Box<CreateGroupJoinQuestions>),
    UpdateGroupJoinQuestion(Box<UpdateGroupJoinQuestion>),
    DeleteGroupJoinQuestions(Box<DeleteGroupJoinQuestions>),
    CheckGroupJoinQuestionsAnswers(Box<CheckGroupJoinQuestionsAnswers>),
    QueryGroupInvitations(QueryGroupInvitations),
    QueryGroupJoinRequests(QueryGroupJoinRequests),
    QueryGroupJoinQuestions(QueryGroupJoinQuestions),
    CreateGroupBlockedUser(Box<CreateGroupBlockedUser>),
    DeleteGroupBlockedUser(Box<DeleteGroupBlockedUser>),
    QueryGroupBlockedUserIds {
        group: GroupId,
        version: Option<Timestamp>,
    },
    QueryGroupBlockedUserInfos {
        group: GroupId,
        version: Option<Timestamp>,
    },
    QueryGroups(Box<QueryGroups>),
    QueryJoinedGroupIds {
        version: Option<Timestamp>,
    },
    QueryJoinedGroupInfos {
        version: Option<Timestamp>,
    },
    CreateFriendRequest(Box<CreateFriendRequest>),
    DeleteFriendRequest(Box<DeleteFriendRequest>),
    UpdateFriendRequest(Box<UpdateFriendRequest>),
    QueryFriendRequests(QueryFriendRequests),
    CreateRelationship(Box<CreateRelationship>),
    DeleteRelationship(Box<DeleteRelationship>),
    UpdateRelationship(Box<UpdateRelationship>),
    QueryRelationships(Box<QueryRelationships>),
    QueryRelatedUserIds(Box<QueryRelatedUserIds>),
    CreateRelationshipGroup(Box<CreateRelationshipGroup>),
    UpdateRelationshipGroup(Box<UpdateRelationshipGroup>),
    DeleteRelationshipGroup(Box<DeleteRelationshipGroup>),
    QueryRelationshipGroups {
        version: Option<Timestamp>,
    },
    QueryUserProfiles(Box<QueryUserProfiles>),
    UpdateUser(Box<UpdateUser>),
    UpdateUserSettings(Box<UpdateUserSettings>),
    DeleteUserSettings(Box<DeleteUserSettings>),
    QueryUserSettings(Box<QueryUserSettings>),
    QueryUserOnlineStatuses {
        users: Vec<UserId>,
    },
    UpdateUserOnlineStatus(Box<UpdateUserOnlineStatus>),
    QueryNearbyUsers(QueryNearbyUsers),
    UpdateUserLocation(Box<Position>),
    /// Something about pictures and attachments.
    Resource(Box<ResourceRequest>),
    /// Something about meetings.
    Meeting(Box<MeetingRequest>),
    /// Something that only plugins understand.
    Custom(Box<CustomRequest>),
}

//! Answers to commands that succeeded.

use std::sync::Arc;

use bytes::Bytes;

use super::{
    MessageId, Timestamp,
    conversation::{GroupReadDates, InboxEntry, PrivateReadDate},
    enrolment::{AnswerResult, Enrolment, Question},
    friend_request::FriendRequest,
    group::{Group, Member},
    hidden::Hidden,
    location::NearbyUser,
    meeting::Meeting,
    message::{ConversationPage, Message, MessagesWithTotal, SearchPage},
    relationship::{Relationship, RelationshipGroup},
    resource::ResourceInfo,
    session::Presence,
    settings::Settings,
    user::User,
};

/// What a command that succeeded gives back.
#[derive(Clone, PartialEq, Debug)]
pub enum Reply {
    /// Carried out, nothing to return.
    Done,
    /// Carried out, and there is nothing.
    NoContent,
    /// The client's copy is current.
    UpToDate,
    /// A message was stored, or a plugin dropped it and made it look so.
    MessageId(MessageId),
    /// Something else was created.
    Id(i64),
    Ids {
        ids: Vec<i64>,
        version: Option<Timestamp>,
    },
    Profiles {
        users: Vec<Arc<User>>,
        version: Option<Timestamp>,
    },
    Presences(Vec<Presence>),
    NearbyUsers(Vec<NearbyUser>),
    /// The requester's own settings.
    Settings(Settings),
    Conversations {
        private: Vec<PrivateReadDate>,
        groups: Vec<GroupReadDates>,
    },
    ConversationSettings(Vec<Settings>),
    Relationships {
        relationships: Vec<Relationship>,
        version: Option<Timestamp>,
    },
    RelationshipGroups {
        groups: Vec<RelationshipGroup>,
        version: Option<Timestamp>,
    },
    FriendRequests {
        requests: Vec<FriendRequest>,
        version: Option<Timestamp>,
    },
    Groups {
        groups: Vec<Arc<Group>>,
        version: Option<Timestamp>,
    },
    Members {
        members: Vec<Member>,
        version: Option<Timestamp>,
    },
    /// Members with nothing but their presence.
    MemberPresences(Vec<(Member, Presence)>),
    Invitations {
        invitations: Vec<Enrolment>,
        version: Option<Timestamp>,
    },
    JoinRequests {
        requests: Vec<Enrolment>,
        version: Option<Timestamp>,
    },
    Questions {
        questions: Vec<Question>,
        /// Whether answers and scores are shown.
        with_answers: bool,
        version: Option<Timestamp>,
    },
    AnswerResult(AnswerResult),
    /// How to upload or download a resource.
    ResourceAccess(Vec<(String, String)>),
    ResourceInfos(Vec<ResourceInfo>),
    Meetings(Vec<Meeting>),
    /// What lets the requester into a meeting.
    MeetingAccess(Hidden),
    /// What a plugin answers: the data as they go over the wire.
    Provided(Bytes),
    /// What a plugin answers to a request of its own.
    Custom(Bytes),
    Messages(Vec<Message>),
    MessagesWithTotal(Vec<MessagesWithTotal>),
    SyncedMessages(ConversationPage),
    FoundMessages(SearchPage),
    Inbox(Vec<InboxEntry>),
}

//! Plain data that every room shares: ids, entities, commands, replies and notifications. No I/O, nothing of the wire.

pub mod approval;
pub mod code;
pub mod command;
pub mod context;
pub mod conversation;
pub mod enrolment;
pub mod friend_request;
pub mod group;
pub mod happened;
pub mod held;
pub mod hidden;
pub mod ids;
pub mod job;
pub mod kv;
pub mod location;
pub mod meeting;
pub mod message;
pub mod network;
pub mod notification;
pub mod outbox;
pub mod plugin;
pub mod reaction;
pub mod relationship;
pub mod reply;
pub mod resource;
pub mod session;
pub mod settings;
pub mod snowflake;
pub mod time;
pub mod user;
pub mod value;

pub use code::Code;
pub use context::{Context, Origin};
pub use ids::{
    EnrolmentId, FriendRequestId, GroupId, GroupTypeId, MeetingId, MessageId, OutboxPosition, QuestionId, ReactionType,
    RelationshipGroupIndex, Sequence, SessionId, UserId, UserRoleId,
};
pub use network::network;
pub use notification::Notification;
pub use reply::Reply;
pub use time::Timestamp;
pub use value::Value;

//! What is told of each kind of event, as JSON. Ids are texts there, because many languages have no number that holds
//! them.

use std::net::IpAddr;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use talaria_sdk::resources::{Kind, Resource, ResourceId};
use talaria_sdk::{
    DeviceType, IpAddress, Message, OnlineStatus, Target, auth_login_failed, group_created, group_deleted,
    group_transferred, group_updated, member_answered, member_applied, member_invited, member_joined, member_left,
    member_updated, message_deleted, message_delivered, message_dropped, message_expired, message_held,
    message_reacted, message_read, message_recalled, presence_changed, relation_answered, relation_created,
    relation_deleted, relation_requested, relation_updated, session_closed, session_kicked, session_opened,
    session_taken_over, user_created, user_deleted, user_settings_changed, user_updated,
};

/// A record that an observer is told.
pub(crate) trait Told {
    /// Milliseconds since the Unix epoch.
    fn date(&self) -> i64;
    fn data(&self) -> Value;
    /// What makes the event the same when it is told again, where not everything does.
    fn identity(&self, _kind: &str) -> Option<i64> {
        None
    }
}

impl Told for Message {
    fn date(&self) -> i64 {
        self.delivery_date
    }

    fn data(&self) -> Value {
        let records: Vec<_> = self.records.iter().map(|record| STANDARD.encode(record)).collect();
        json!({
            "id": self.id.show(),
            "sender": self.sender.show(),
            "target": self.target.show(),
            "is_system": self.is_system,
            "text": self.text,
            "records": records,
            "burn_after": self.burn_after,
            "delivery_date": self.delivery_date,
        })
    }

    fn identity(&self, kind: &str) -> Option<i64> {
        // Its text is the present one, which may have been edited since it was told first.
        (kind == "message.persisted").then_some(self.id)
    }
}

impl Told for message_read::Reading {
    fn date(&self) -> i64 {
        self.date
    }

    fn data(&self) -> Value {
        json!({
            "reader": self.reader.show(),
            "conversation": self.conversation.show(),
            "read_date": self.read_date,
            "date": self.date,
        })
    }
}

impl Told for message_held::HeldMessage {
    fn date(&self) -> i64 {
        self.date
    }

    fn data(&self) -> Value {
        json!({
            "id": self.id.show(),
            "sender": self.sender.show(),
            "target": self.target.show(),
            "plugin": self.plugin,
            "reason": self.reason,
            "until": self.until,
            "date": self.date,
        })
    }
}

impl Told for Resource {
    fn date(&self) -> i64 {
        self.creation_date
    }

    fn data(&self) -> Value {
        let id = match &self.id {
            ResourceId::Number(number) => json!({ "number": number.show() }),
            ResourceId::Text(text) => json!({ "text": text }),
        };
        let kind = match self.kind {
            Kind::UserPicture => "user_picture",
            Kind::GroupPicture => "group_picture",
            Kind::Attachment => "attachment",
        };
        json!({
            "kind": kind,
            "id": id,
            "uploader": self.uploader.show(),
            "name": self.name,
            "media_type": self.media_type,
            "size": self.size,
            "creation_date": self.creation_date,
        })
    }
}

/// The fields that are named, and the date.
macro_rules! told {
    ($($record:ty { $($field:ident),* })*) => {$(
        impl Told for $record {
            fn date(&self) -> i64 {
                self.date
            }

            fn data(&self) -> Value {
                json!({ $(stringify!($field): self.$field.show(),)* "date": self.date })
            }
        }
    )*};
}

told! {
    message_deleted::DeletedMessage { id, sender, target }
    message_recalled::RecalledMessage { id, sender, target }
    message_delivered::Delivery { message_id, sender, target, online, offline }
    message_dropped::DroppedMessage { id, sender, target, plugin }
    message_reacted::Reaction { message_id, user_id }
    message_expired::Expiry { below, count }
    user_created::NewUser { user_id }
    user_updated::UpdatedUser { user_id }
    user_deleted::DeletedUser { user_id }
    user_settings_changed::ChangedSettings { user_id, conversation }
    presence_changed::Change { user_id, status }
    relation_requested::FriendRequest { request_id, sender, recipient }
    relation_answered::Answer { request_id, sender, recipient }
    relation_created::Relationship { owner, user_id }
    relation_updated::Relationship { owner, user_id }
    relation_deleted::Relationship { owner, user_id }
    group_created::NewGroup { group_id }
    group_updated::UpdatedGroup { group_id }
    group_transferred::Transfer { group_id, owner }
    group_deleted::DeletedGroup { group_id }
    member_joined::NewMember { group_id, user_id }
    member_left::FormerMember { group_id, user_id }
    member_updated::UpdatedMember { group_id, user_id }
    member_invited::Invitation { invitation_id, group_id, user_id }
    member_applied::Application { request_id, group_id, user_id }
    member_answered::Answer { id, group_id, user_id }
    session_opened::Session { session_id, user_id, device, ip }
    session_closed::EndedSession { session_id, user_id, device, status }
    session_taken_over::EndedSession { session_id, user_id, device }
    session_kicked::EndedSession { session_id, user_id, device }
    auth_login_failed::FailedLogin { user_id, device, ip, code }
}

/// How a field looks.
trait Show {
    fn show(&self) -> Value;
}

impl Show for i64 {
    fn show(&self) -> Value {
        self.to_string().into()
    }
}

macro_rules! show {
    ($($field:ty: $as:expr)*) => {$(
        impl Show for $field {
            fn show(&self) -> Value {
                let show: fn(&Self) -> Value = $as;
                show(self)
            }
        }
    )*};
}

show! {
    u32: |number| (*number).into()
    i32: |number| (*number).into()
    u64: |number| (*number).into()
    String: |text| text.as_str().into()
    IpAddress: |address| IpAddr::from(*address).to_string().into()
    Target: |target| match target {
        Target::User(id) => json!({ "user": id.show() }),
        Target::Group(id) => json!({ "group": id.show() }),
    }
    DeviceType: |device| match device {
        DeviceType::Desktop => "desktop",
        DeviceType::Browser => "browser",
        DeviceType::Ios => "ios",
        DeviceType::Android => "android",
        DeviceType::Others => "others",
        DeviceType::Unknown => "unknown",
    }
    .into()
    OnlineStatus: |status| match status {
        OnlineStatus::Available => "available",
        OnlineStatus::Offline => "offline",
        OnlineStatus::Invisible => "invisible",
        OnlineStatus::Busy => "busy",
        OnlineStatus::DoNotDisturb => "do_not_disturb",
        OnlineStatus::Away => "away",
        OnlineStatus::BeRightBack => "be_right_back",
    }
    .into()
}

impl<T: Show> Show for Option<T> {
    fn show(&self) -> Value {
        self.as_ref().map_or(Value::Null, Show::show)
    }
}

//! From the model to the records of the plugin interface, one to one.

use std::{net::IpAddr, time::Duration};

use super::wit::{resource_types as resource, types as wit};
use crate::model::{
    Context, Origin, Timestamp, UserId,
    approval::ResponseAction,
    group::Role,
    message::{Message, Target},
    resource::{Resource, ResourceId, ResourceKind},
    session::{DeviceType, Transport, UserStatus},
};

pub(super) fn context(context: &Context, node: u16, limit: Duration) -> wit::Context<'static> {
    wit::Context {
        origin: origin(context.origin),
        actor: context.actor.0,
        device: context.device.map(device_type),
        ip: context.ip.map(ip_address),
        node,
        trace_id: None,
        deadline_ms: u32::try_from(limit.as_millis()).unwrap_or(u32::MAX),
        hop: context.hop,
        idempotency_key: None,
        attributes: &[],
    }
}

pub(super) fn origin(origin: Origin) -> wit::Origin {
    match origin {
        Origin::Client => wit::Origin::Client,
        Origin::Admin => wit::Origin::Admin,
        Origin::Plugin => wit::Origin::Plugin,
        Origin::Import => wit::Origin::Import,
        Origin::Timer => wit::Origin::Timer,
    }
}

pub(super) fn ip_address(ip: IpAddr) -> wit::IpAddress {
    match ip {
        IpAddr::V4(ip) => wit::IpAddress::Ipv4(ip.to_bits()),
        IpAddr::V6(ip) => wit::IpAddress::Ipv6(((ip.to_bits() >> 64) as u64, ip.to_bits() as u64)),
    }
}

pub(in crate::dispatch) fn device_type(device: DeviceType) -> wit::DeviceType {
    match device {
        DeviceType::Desktop => wit::DeviceType::Desktop,
        DeviceType::Browser => wit::DeviceType::Browser,
        DeviceType::Ios => wit::DeviceType::Ios,
        DeviceType::Android => wit::DeviceType::Android,
        DeviceType::Others => wit::DeviceType::Others,
        DeviceType::Unknown => wit::DeviceType::Unknown,
    }
}

pub(super) fn target(target: Target) -> wit::Target {
    match target {
        Target::User(user) => wit::Target::User(user.0),
        Target::Group(group) => wit::Target::Group(group.0),
    }
}

pub(super) const fn response(action: ResponseAction) -> wit::Response {
    match action {
        ResponseAction::Accept => wit::Response::Accept,
        ResponseAction::Decline => wit::Response::Decline,
        ResponseAction::Ignore => wit::Response::Ignore,
    }
}

pub(super) const fn online_status(status: UserStatus) -> wit::OnlineStatus {
    match status {
        UserStatus::Available => wit::OnlineStatus::Available,
        UserStatus::Offline => wit::OnlineStatus::Offline,
        UserStatus::Invisible => wit::OnlineStatus::Invisible,
        UserStatus::Busy => wit::OnlineStatus::Busy,
        UserStatus::DoNotDisturb => wit::OnlineStatus::DoNotDisturb,
        UserStatus::Away => wit::OnlineStatus::Away,
        UserStatus::BeRightBack => wit::OnlineStatus::BeRightBack,
    }
}

pub(super) const fn user_status(status: wit::OnlineStatus) -> UserStatus {
    match status {
        wit::OnlineStatus::Available => UserStatus::Available,
        wit::OnlineStatus::Offline => UserStatus::Offline,
        wit::OnlineStatus::Invisible => UserStatus::Invisible,
        wit::OnlineStatus::Busy => UserStatus::Busy,
        wit::OnlineStatus::DoNotDisturb => UserStatus::DoNotDisturb,
        wit::OnlineStatus::Away => UserStatus::Away,
        wit::OnlineStatus::BeRightBack => UserStatus::BeRightBack,
    }
}

pub(super) const fn transport(transport: Transport) -> wit::Transport {
    match transport {
        Transport::WebSocket => wit::Transport::Websocket,
        Transport::Tcp => wit::Transport::Tcp,
    }
}

pub(super) const fn role(role: Role) -> wit::Role {
    match role {
        Role::Owner => wit::Role::Owner,
        Role::Manager => wit::Role::Manager,
        Role::Member => wit::Role::Member,
        Role::Guest => wit::Role::Guest,
        Role::AnonymousGuest => wit::Role::AnonymousGuest,
    }
}

pub(super) const fn resource_kind(kind: ResourceKind) -> resource::Kind {
    match kind {
        ResourceKind::UserPicture => resource::Kind::UserPicture,
        ResourceKind::GroupPicture => resource::Kind::GroupPicture,
        ResourceKind::Attachment => resource::Kind::Attachment,
    }
}

pub(super) fn resource_id(id: &ResourceId) -> resource::ResourceIdParam<'_> {
    match id {
        ResourceId::Number(number) => resource::ResourceIdParam::Number(*number),
        ResourceId::Text(text) => resource::ResourceIdParam::Text(text),
    }
}

pub(super) fn resource(it: &Resource) -> resource::ResourceParam<'_> {
    resource::ResourceParam {
        kind: resource_kind(it.kind),
        id: resource_id(&it.id),
        uploader: it.uploader.0,
        name: it.name.as_deref(),
        media_type: it.media_type.as_deref(),
        size: it.size,
        creation_date: it.creation_date.0,
    }
}

pub(super) fn own_resource_id(id: resource::ResourceIdResult) -> ResourceId {
    match id {
        resource::ResourceIdResult::Number(number) => ResourceId::Number(number),
        resource::ResourceIdResult::Text(text) => ResourceId::Text(text),
    }
}

pub(in crate::dispatch) fn own_resource(it: resource::ResourceResult) -> Resource {
    Resource {
        kind: match it.kind {
            resource::Kind::UserPicture => ResourceKind::UserPicture,
            resource::Kind::GroupPicture => ResourceKind::GroupPicture,
            resource::Kind::Attachment => ResourceKind::Attachment,
        },
        id: own_resource_id(it.id),
        uploader: UserId(it.uploader),
        name: it.name,
        media_type: it.media_type,
        size: it.size,
        creation_date: Timestamp(it.creation_date),
    }
}

/// `records` borrows from the same message; it is apart because the record holds a slice of slices.
pub(super) fn message<'a>(message: &'a Message, records: &'a [&'a [u8]]) -> wit::Message<'a> {
    wit::Message {
        id: message.id.0,
        sender: message.sender.0,
        target: target(message.target),
        is_system: message.is_system,
        text: message.text.as_deref(),
        records,
        burn_after: message.burn_after,
        delivery_date: message.delivery_date.0,
        attributes: &[],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_its_bits_in_the_order_of_the_network() {
        let ip = |text: &str| ip_address(text.parse().unwrap());
        assert!(matches!(ip("127.0.0.1"), wit::IpAddress::Ipv4(0x7F00_0001)));
        assert!(matches!(ip("2001:db8::1"), wit::IpAddress::Ipv6((0x2001_0DB8_0000_0000, 1))));
    }
}

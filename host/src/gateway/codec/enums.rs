//! Enumerations. What a client sends is a number that need not be one of them.

use talaria_proto::client as proto;

use crate::model::{
    approval::{RequestStatus, ResponseAction},
    group::Role,
    session::{DeviceType, UserStatus},
    user::ProfileAccess,
};

/// A number that is no device type counts as an unknown device.
pub(super) fn decode_device(number: i32) -> DeviceType {
    match proto::DeviceType::try_from(number) {
        Ok(proto::DeviceType::Desktop) => DeviceType::Desktop,
        Ok(proto::DeviceType::Browser) => DeviceType::Browser,
        Ok(proto::DeviceType::Ios) => DeviceType::Ios,
        Ok(proto::DeviceType::Android) => DeviceType::Android,
        Ok(proto::DeviceType::Others) => DeviceType::Others,
        Ok(proto::DeviceType::Unknown) | Err(_) => DeviceType::Unknown,
    }
}

pub(super) fn encode_device(device: DeviceType) -> i32 {
    match device {
        DeviceType::Desktop => proto::DeviceType::Desktop,
        DeviceType::Browser => proto::DeviceType::Browser,
        DeviceType::Ios => proto::DeviceType::Ios,
        DeviceType::Android => proto::DeviceType::Android,
        DeviceType::Others => proto::DeviceType::Others,
        DeviceType::Unknown => proto::DeviceType::Unknown,
    }
    .into()
}

pub(super) fn decode_status(number: i32) -> Option<UserStatus> {
    Some(match proto::UserStatus::try_from(number).ok()? {
        proto::UserStatus::Available => UserStatus::Available,
        proto::UserStatus::Offline => UserStatus::Offline,
        proto::UserStatus::Invisible => UserStatus::Invisible,
        proto::UserStatus::Busy => UserStatus::Busy,
        proto::UserStatus::DoNotDisturb => UserStatus::DoNotDisturb,
        proto::UserStatus::Away => UserStatus::Away,
        proto::UserStatus::BeRightBack => UserStatus::BeRightBack,
    })
}

pub(super) fn encode_status(status: UserStatus) -> i32 {
    match status {
        UserStatus::Available => proto::UserStatus::Available,
        UserStatus::Offline => proto::UserStatus::Offline,
        UserStatus::Invisible => proto::UserStatus::Invisible,
        UserStatus::Busy => proto::UserStatus::Busy,
        UserStatus::DoNotDisturb => proto::UserStatus::DoNotDisturb,
        UserStatus::Away => proto::UserStatus::Away,
        UserStatus::BeRightBack => proto::UserStatus::BeRightBack,
    }
    .into()
}

pub(super) fn decode_role(number: i32) -> Option<Role> {
    Some(match proto::GroupMemberRole::try_from(number).ok()? {
        proto::GroupMemberRole::Owner => Role::Owner,
        proto::GroupMemberRole::Manager => Role::Manager,
        proto::GroupMemberRole::Member => Role::Member,
        proto::GroupMemberRole::Guest => Role::Guest,
        proto::GroupMemberRole::AnonymousGuest => Role::AnonymousGuest,
    })
}

pub(super) fn encode_role(role: Role) -> i32 {
    match role {
        Role::Owner => proto::GroupMemberRole::Owner,
        Role::Manager => proto::GroupMemberRole::Manager,
        Role::Member => proto::GroupMemberRole::Member,
        Role::Guest => proto::GroupMemberRole::Guest,
        Role::AnonymousGuest => proto::GroupMemberRole::AnonymousGuest,
    }
    .into()
}

pub(super) fn decode_access(number: i32) -> Option<ProfileAccess> {
    Some(match proto::ProfileAccessStrategy::try_from(number).ok()? {
        proto::ProfileAccessStrategy::All => ProfileAccess::All,
        proto::ProfileAccessStrategy::AllExceptBlockedUsers => ProfileAccess::AllExceptBlockedUsers,
        proto::ProfileAccessStrategy::Friends => ProfileAccess::Friends,
    })
}

pub(super) fn encode_access(access: ProfileAccess) -> i32 {
    match access {
        ProfileAccess::All => proto::ProfileAccessStrategy::All,
        ProfileAccess::AllExceptBlockedUsers => proto::ProfileAccessStrategy::AllExceptBlockedUsers,
        ProfileAccess::Friends => proto::ProfileAccessStrategy::Friends,
    }
    .into()
}

pub(super) fn encode_request_status(status: RequestStatus) -> i32 {
    match status {
        RequestStatus::Pending => proto::RequestStatus::Pending,
        RequestStatus::Accepted => proto::RequestStatus::Accepted,
        RequestStatus::Declined => proto::RequestStatus::Declined,
        RequestStatus::Ignored => proto::RequestStatus::Ignored,
        RequestStatus::Expired => proto::RequestStatus::Expired,
        RequestStatus::Canceled => proto::RequestStatus::Canceled,
    }
    .into()
}

pub(super) fn decode_action(number: i32) -> Option<ResponseAction> {
    Some(match proto::ResponseAction::try_from(number).ok()? {
        proto::ResponseAction::Accept => ResponseAction::Accept,
        proto::ResponseAction::Decline => ResponseAction::Decline,
        proto::ResponseAction::Ignore => ResponseAction::Ignore,
    })
}

pub(super) fn encode_action(action: ResponseAction) -> i32 {
    match action {
        ResponseAction::Accept => proto::ResponseAction::Accept,
        ResponseAction::Decline => proto::ResponseAction::Decline,
        ResponseAction::Ignore => proto::ResponseAction::Ignore,
    }
    .into()
}

//! Users, their sessions and status.

use talaria_proto::client as proto;

use super::{
    enums,
    scalar::{date, users},
    settings, value,
};
use crate::model::{
    UserId,
    command::{QueryNearbyUsers, QueryUserProfiles, UpdateUser, UpdateUserOnlineStatus},
    hidden::Hidden,
    location::NearbyUser,
    session::{Location, Login, Position, Presence},
    user::User,
};

impl From<proto::CreateSessionRequest> for Login {
    fn from(it: proto::CreateSessionRequest) -> Self {
        Self {
            version: it.version,
            user: UserId(it.user_id),
            password: it.password.map(Hidden),
            status: it.user_status.and_then(enums::decode_status),
            device: enums::decode_device(it.device_type),
            device_details: it.device_details.into_iter().collect(),
            position: it.location.map(Position::from),
        }
    }
}

impl From<proto::UserLocation> for Position {
    fn from(it: proto::UserLocation) -> Self {
        Self {
            location: Location { latitude: it.latitude, longitude: it.longitude },
            date: date(it.timestamp),
            details: it.details.into_iter().collect(),
        }
    }
}

impl From<proto::UpdateUserLocationRequest> for Position {
    fn from(it: proto::UpdateUserLocationRequest) -> Self {
        Self {
            location: Location { latitude: it.latitude, longitude: it.longitude },
            date: None,
            details: it.details.into_iter().collect(),
        }
    }
}

impl From<proto::QueryUserProfilesRequest> for QueryUserProfiles {
    fn from(it: proto::QueryUserProfilesRequest) -> Self {
        Self { users: users(it.user_ids), changed_after: date(it.last_updated_date), name: it.name }
    }
}

impl From<proto::UpdateUserRequest> for UpdateUser {
    fn from(it: proto::UpdateUserRequest) -> Self {
        Self {
            password: it.password.map(Hidden),
            name: it.name,
            intro: it.intro,
            profile_picture: it.profile_picture,
            profile_access: it.profile_access_strategy.map(enums::decode_access),
            user_defined_attributes: settings::decode(it.user_defined_attributes),
            attributes: value::decode(it.custom_attributes),
        }
    }
}

/// A password goes to nobody, the user's other devices included.
impl From<&UpdateUser> for proto::UpdateUserRequest {
    fn from(it: &UpdateUser) -> Self {
        Self {
            password: None,
            name: it.name.clone(),
            intro: it.intro.clone(),
            profile_picture: it.profile_picture.clone(),
            profile_access_strategy: it.profile_access.flatten().map(enums::encode_access),
            user_defined_attributes: settings::encode(&it.user_defined_attributes),
            custom_attributes: value::encode(&it.attributes),
        }
    }
}

impl From<proto::UpdateUserOnlineStatusRequest> for UpdateUserOnlineStatus {
    fn from(it: proto::UpdateUserOnlineStatusRequest) -> Self {
        Self {
            devices: it.device_types.into_iter().map(enums::decode_device).collect(),
            status: enums::decode_status(it.user_status),
            attributes: value::decode(it.custom_attributes),
        }
    }
}

impl From<&UpdateUserOnlineStatus> for proto::UpdateUserOnlineStatusRequest {
    fn from(it: &UpdateUserOnlineStatus) -> Self {
        Self {
            device_types: it.devices.iter().copied().map(enums::encode_device).collect(),
            user_status: it.status.map(enums::encode_status).unwrap_or_default(),
            custom_attributes: value::encode(&it.attributes),
        }
    }
}

pub(super) fn profile(user: &User) -> proto::UserInfo {
    proto::UserInfo {
        id: Some(user.id.0),
        name: Some(user.name.clone()),
        intro: Some(user.intro.clone()),
        profile_picture: Some(user.profile_picture.clone()),
        profile_access_strategy: Some(enums::encode_access(user.profile_access)),
        registration_date: Some(user.registration_date.0),
        last_updated_date: Some(user.last_updated_date.0),
        active: Some(user.active),
        user_defined_attributes: settings::values(&user.attributes),
        custom_attributes: Vec::new(),
    }
}

impl From<proto::QueryNearbyUsersRequest> for QueryNearbyUsers {
    fn from(it: proto::QueryNearbyUsersRequest) -> Self {
        Self {
            location: Location { latitude: it.latitude, longitude: it.longitude },
            max_count: it.max_count,
            max_distance: it.max_distance,
            with_location: it.with_coordinates.unwrap_or_default(),
            with_distance: it.with_distance.unwrap_or_default(),
            with_profiles: it.with_user_info.unwrap_or_default(),
        }
    }
}

pub(super) fn nearby_user(it: &NearbyUser) -> proto::NearbyUser {
    proto::NearbyUser {
        user_id: it.user.0,
        device_type: it.device.map(enums::encode_device),
        info: it.profile.as_deref().map(profile),
        distance: it.distance,
        location: it.position.as_ref().map(|at| proto::UserLocation {
            latitude: at.location.latitude,
            longitude: at.location.longitude,
            timestamp: at.date.map(|date| date.0),
            details: at.details.clone().into_iter().collect(),
            custom_attributes: Vec::new(),
        }),
        custom_attributes: Vec::new(),
    }
}

pub(super) fn online_status(presence: Presence) -> proto::UserOnlineStatus {
    proto::UserOnlineStatus {
        user_id: presence.user.0,
        user_status: enums::encode_status(presence.status),
        device_types: presence.devices.into_iter().map(enums::encode_device).collect(),
        custom_attributes: Vec::new(),
    }
}

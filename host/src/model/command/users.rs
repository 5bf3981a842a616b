//! Profiles and online status.

use std::collections::BTreeMap;

use crate::model::{
    Timestamp, UserId, Value,
    hidden::Hidden,
    session::{DeviceType, Location, UserStatus},
    user::ProfileAccess,
};

/// Read profiles.
#[derive(Clone, PartialEq, Debug)]
pub struct QueryUserProfiles {
    pub users: Vec<UserId>,
    /// Only those changed after this date.
    pub changed_after: Option<Timestamp>,
    /// A search by name.
    pub name: Option<String>,
}

/// Change the requester's own profile or password.
#[derive(Clone, PartialEq, Debug)]
pub struct UpdateUser {
    pub password: Option<Hidden>,
    pub name: Option<String>,
    pub intro: Option<String>,
    pub profile_picture: Option<String>,
    /// `Some(None)` when the client sent a number that is no strategy.
    pub profile_access: Option<Option<ProfileAccess>>,
    /// Attributes that the operator defined.
    pub user_defined_attributes: BTreeMap<String, Value>,
    pub attributes: Vec<Value>,
}

/// Change the requester's status, or end sessions of theirs.
#[derive(Clone, PartialEq, Debug)]
pub struct UpdateUserOnlineStatus {
    /// Sessions to end with [`UserStatus::Offline`]; empty: all.
    pub devices: Vec<DeviceType>,
    /// `None` when the client sent a number that is no status.
    pub status: Option<UserStatus>,
    pub attributes: Vec<Value>,
}

/// Find users near a place, where the requester is.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct QueryNearbyUsers {
    pub location: Location,
    pub max_count: Option<i32>,
    /// In metres.
    pub max_distance: Option<i32>,
    pub with_location: bool,
    pub with_distance: bool,
    pub with_profiles: bool,
}

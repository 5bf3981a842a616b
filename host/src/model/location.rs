//! Where users are.

use std::sync::Arc;

use super::{
    UserId,
    session::{DeviceType, Position},
    user::User,
};

/// A user near the one who asks; what was not asked for is left out.
#[derive(Clone, PartialEq, Debug)]
pub struct NearbyUser {
    pub user: UserId,
    /// When each device has a position of its own.
    pub device: Option<DeviceType>,
    pub profile: Option<Arc<User>>,
    /// In whole metres.
    pub distance: Option<i32>,
    pub position: Option<Position>,
}

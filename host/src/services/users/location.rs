//! Where users are, and who is near.

use std::{collections::HashMap, sync::Arc};

use super::{Error, Users, positions::Near};
use crate::model::{
    Reply, UserId,
    command::QueryNearbyUsers,
    location::NearbyUser,
    session::{DeviceType, Location, Position},
    user::User,
};

impl Users {
    /// Notes where a user is. `online` tells the devices that the user is online with now; it must not call back.
    pub fn locate(
        &self,
        (user, device): (UserId, DeviceType),
        mut position: Position,
        online: impl FnOnce() -> Vec<DeviceType>,
    ) -> Result<(), Error> {
        self.check_location(position.location)?;
        let max = self.config.location.max_details_bytes;
        if position.details.iter().map(|(name, text)| name.len() + text.len()).sum::<usize>() > max {
            return Err(Error::DetailsTooLong { max });
        }
        let now = self.clock.now();
        position.date = Some(position.date.map_or(now, |date| date.min(now)));
        self.positions.set((user, device), position, online);
        Ok(())
    }

    /// A session ended, and with the last one what is known of where the user is.
    pub fn forget_location(&self, (user, device): (UserId, DeviceType), online: impl FnOnce() -> Vec<DeviceType>) {
        self.positions.session_ended(user, device, online);
    }

    /// Others near the requester, whose own position this is. `is_shown` says whether a user may be found.
    pub async fn query_nearby(
        &self,
        (requester, device): (UserId, DeviceType),
        query: &QueryNearbyUsers,
        online: impl FnOnce() -> Vec<DeviceType>,
        is_shown: impl Fn(UserId) -> bool,
    ) -> Result<Reply, Error> {
        self.check_location(query.location)?;
        let config = &self.config.location;
        let count = within(query.max_count, config.default_count, config.max_count)
            .ok_or(Error::InvalidNearbyCount { max: config.max_count })?;
        let metres = within(query.max_distance, config.default_distance, config.max_distance)
            .ok_or(Error::InvalidNearbyDistance { max: config.max_distance })?;
        self.positions.move_to((requester, device), query.location, self.clock.now(), online);
        let count = usize::try_from(count).unwrap_or(0);
        let is_wanted = |user| user != requester && is_shown(user);
        let near = self.positions.nearest(query.location, metres, count, is_wanted);
        let profiles = if query.with_profiles { Some(self.profiles_of(requester, &near).await?) } else { None };
        let found: Vec<_> = near.iter().filter_map(|near| found(near, query, profiles.as_ref())).collect();
        Ok(if found.is_empty() { Reply::NoContent } else { Reply::NearbyUsers(found) })
    }

    async fn profiles_of(&self, requester: UserId, near: &[Near]) -> Result<HashMap<UserId, Arc<User>>, Error> {
        let ids: Vec<_> = near.iter().map(|near| near.user).collect();
        let profiles = self.visible_profiles(requester, &ids).await?;
        Ok(profiles.into_iter().map(|user| (user.id, user)).collect())
    }

    fn check_location(&self, location: Location) -> Result<(), Error> {
        if !location.is_valid() {
            return Err(Error::InvalidLocation);
        }
        if self.config.location.enabled { Ok(()) } else { Err(Error::LocationDisabled) }
    }
}

/// What was asked for of a position. Where profiles were asked for, one without is left out.
fn found(near: &Near, query: &QueryNearbyUsers, profiles: Option<&HashMap<UserId, Arc<User>>>) -> Option<NearbyUser> {
    let profile = match profiles {
        Some(profiles) => Some(Arc::clone(profiles.get(&near.user)?)),
        None => None,
    };
    Some(NearbyUser {
        user: near.user,
        device: near.device,
        profile,
        distance: query.with_distance.then_some(near.metres),
        position: query.with_location.then(|| near.position.clone()),
    })
}

/// The number asked for, or the default one; `None` when it is out of range.
fn within(asked: Option<i32>, default: i32, max: i32) -> Option<i32> {
    match asked {
        None => Some(default.min(max)),
        Some(number) => (1..=max).contains(&number).then_some(number),
    }
}

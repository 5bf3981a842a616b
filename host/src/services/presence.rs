//! Who hears of a user's status, which is a matter of relationships and of groups.

use std::collections::BTreeSet;

use super::Services;
use crate::{
    model::{UserId, notification::Recipients, session::UserStatus},
    store,
};

impl Services {
    /// Whom to tell of a new status. One that others are not to see goes to the user's other devices only.
    pub async fn told_of_status(&self, user: UserId, status: UserStatus) -> Result<Option<Recipients>, store::Error> {
        let told = &self.notifications.online_status_updated;
        if !self.users.shows(status) {
            return Ok(Recipients::own(told.own_devices));
        }
        let mut others = BTreeSet::new();
        if told.related_users {
            others.extend(self.users.unblocked(user).await?);
        }
        if told.group_members {
            others.extend(self.groups.fellow_members(user).await?);
        }
        others.remove(&user);
        let others: Vec<_> = others.into_iter().collect();
        Ok(Recipients::among(&others, told.own_devices))
    }
}

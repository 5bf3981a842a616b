//! Who hears of a user's status, which is a matter of relationships and of groups.

use std::collections::BTreeSet;

use super::Services;
use crate::{
    model::{UserId, notification::Recipients, session::UserStatus},
    store,
};

/// Who is told of a new status, and how.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct StatusNews {
    /// Told of it as it is.
    pub plain: Option<Recipients>,
    /// Told that the user is offline, which is what an invisible one looks like.
    pub as_offline: Option<Recipients>,
}

impl Services {
    /// Other users whom to tell when what they see of a user's status changes, each once.
    pub async fn watchers(&self, user: UserId) -> Result<Vec<UserId>, store::Error> {
        let told = &self.notifications.online_status_updated;
        let mut watchers = BTreeSet::new();
        if told.related_users {
            watchers.extend(self.users.unblocked(user).await?);
        }
        if told.group_members {
            watchers.extend(self.groups.fellow_members(user).await?);
        }
        watchers.remove(&user);
        Ok(watchers.into_iter().collect())
    }

    /// Whom to tell that a user's status changed. The user's other devices hear of it in any case, the watchers when it
    /// changes what they see.
    #[must_use]
    pub fn told_of_status(&self, watchers: &[UserId], from: UserStatus, to: UserStatus) -> StatusNews {
        let own_devices = self.notifications.online_status_updated.own_devices;
        let seen = self.users.seen(to);
        if seen == self.users.seen(from) {
            StatusNews { plain: Recipients::own(own_devices), as_offline: None }
        } else if seen == to {
            StatusNews { plain: Recipients::among(watchers, own_devices), as_offline: None }
        } else {
            StatusNews { plain: Recipients::own(own_devices), as_offline: Recipients::among(watchers, false) }
        }
    }
}

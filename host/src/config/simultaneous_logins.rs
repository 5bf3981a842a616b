//! Settings of users who log in on several devices.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::model::session::DeviceType;

/// Which of a user's devices may be online at the same time. Of one type it is one device in any case.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct SimultaneousLogins {
    /// Lists of device types; of each list one device may be online at a time, as with
    /// `[["desktop", "browser"], ["ios", "android"]]`.
    #[schemars(with = "Vec<Vec<String>>")]
    pub exclusive: Vec<Vec<DeviceType>>,
    /// When a device logs in that may not be online beside another: `replace` ends the other's session, `refuse`
    /// refuses the login. A device that lost its connection unnoticed is online until its session is idle for too long.
    #[schemars(with = "String")]
    pub on_conflict: LoginConflict,
}

/// Which of two devices gives way.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LoginConflict {
    #[default]
    Replace,
    Refuse,
}

impl SimultaneousLogins {
    /// Whether one of the two devices must be offline for the other.
    #[must_use]
    pub fn exclude(&self, one: DeviceType, other: DeviceType) -> bool {
        one == other || self.exclusive.iter().any(|list| list.contains(&one) && list.contains(&other))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn devices_exclude_their_own_kind_and_those_on_their_lists() {
        use DeviceType::{Android, Browser, Desktop, Ios};
        let default = SimultaneousLogins::default();
        assert!(default.exclude(Ios, Ios) && !default.exclude(Ios, Android));
        let text = "exclusive = [[\"desktop\", \"browser\"], [\"ios\", \"android\"]]\non_conflict = \"refuse\"";
        let strict: SimultaneousLogins = toml::from_str(text).unwrap();
        assert!(strict.exclude(Ios, Android) && strict.exclude(Browser, Desktop) && !strict.exclude(Ios, Desktop));
        assert_eq!(strict.on_conflict, LoginConflict::Refuse);
    }
}

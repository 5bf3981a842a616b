//! The settings of users, their profiles and passwords.

use std::collections::BTreeSet;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{AllowedSetting, UserLocation};
use crate::model::{GroupTypeId, UserRoleId, group::OwnershipLimits, session::DeviceType};

/// Limits on users. Lengths count UTF-16 code units, as clients do; a maximum of 0 is no limit.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Users {
    /// The shortest password that can be set.
    pub min_password_length: usize,
    /// The longest password that can be set, and that a login is checked with.
    pub max_password_length: usize,
    /// The longest name.
    pub max_name_length: usize,
    /// The longest introduction.
    pub max_intro_length: usize,
    /// The longest address of a picture.
    pub max_profile_picture_length: usize,
    /// What users may do, by their role; 0 is the role of users who have no other.
    pub roles: Vec<UserRole>,
    /// Device types that may not log in.
    #[schemars(with = "Vec<String>")]
    pub forbidden_device_types: Vec<DeviceType>,
    /// Whether a user is active who is added without a word of it.
    pub activate_when_created: bool,
    /// How many users a query for profiles or statuses names at most.
    pub max_ids_per_query: usize,
    /// How many users one administrative operation may create or delete.
    pub max_batch: usize,
    /// Settings that clients may keep for their users: a table each, with `name`, `type` (int, long, double, bool,
    /// string, language or array) and, where wanted, `min`, `max`, `min_length`, `max_length`, `values`, `pattern`,
    /// `immutable` and `deletable`.
    pub settings: Vec<AllowedSetting>,
    /// Whether settings of other names are ignored rather than refused.
    pub ignore_unknown_settings: bool,
    /// What users may have in their profiles beside the rest; written as settings are.
    pub attributes: Vec<AllowedSetting>,
    /// Whether attributes of other names are ignored rather than refused.
    pub ignore_unknown_attributes: bool,
    /// Whether users who let only some see their profile are left out of what others are answered.
    pub enforce_profile_access: bool,
    /// Whether others see an invisible user as offline.
    pub respond_offline_if_invisible: bool,
    /// Where users are.
    pub location: UserLocation,
    /// What a password hash costs.
    pub password_hashing: PasswordHashing,
}

impl Default for Users {
    fn default() -> Self {
        Self {
            min_password_length: 1,
            max_password_length: 128,
            max_name_length: 20,
            max_intro_length: 100,
            max_profile_picture_length: 100,
            roles: vec![UserRole::default()],
            forbidden_device_types: Vec::new(),
            activate_when_created: true,
            max_ids_per_query: 5000,
            max_batch: 10_000,
            settings: Vec::new(),
            ignore_unknown_settings: false,
            attributes: Vec::new(),
            ignore_unknown_attributes: false,
            enforce_profile_access: false,
            respond_offline_if_invisible: false,
            location: UserLocation::default(),
            password_hashing: PasswordHashing::default(),
        }
    }
}

impl Users {
    /// With hashes that cost next to nothing.
    #[must_use]
    pub fn for_test() -> Self {
        Self { password_hashing: PasswordHashing::cheap(), ..Self::default() }
    }

    /// Why these settings cannot be used.
    pub fn validate(&self) -> Result<(), String> {
        if self.max_password_length != 0 && self.min_password_length > self.max_password_length {
            return Err("users.min_password_length is above users.max_password_length".into());
        }
        if self.max_batch == 0 {
            return Err("users.max_batch must be at least 1".into());
        }
        if !self.roles.iter().any(|role| role.id == UserRoleId::DEFAULT) {
            return Err("users.roles must say what role 0 may do".into());
        }
        let ids: BTreeSet<_> = self.roles.iter().map(|role| role.id).collect();
        if ids.len() < self.roles.len() {
            return Err("users.roles names a role twice".into());
        }
        AllowedSetting::validate(&self.settings, "users.settings")?;
        AllowedSetting::validate(&self.attributes, "users.attributes")?;
        self.location.validate()?;
        self.password_hashing.validate()
    }
}

/// What users of a role may do. A maximum of 0 is no limit.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct UserRole {
    /// What the administrator gives users.
    #[schemars(with = "i64")]
    pub id: UserRoleId,
    /// For the operator.
    pub name: String,
    /// Types that they may create groups of, or give to their groups. 0 to 3 come with the server.
    #[schemars(with = "Vec<i64>")]
    pub group_types: Vec<GroupTypeId>,
    /// How many groups they may own.
    pub max_owned_groups: u32,
    /// How many groups of one type they may own.
    pub max_owned_groups_of_type: u32,
}

impl Default for UserRole {
    fn default() -> Self {
        Self {
            id: UserRoleId::DEFAULT,
            name: "DEFAULT".into(),
            group_types: (0..=3).map(GroupTypeId).collect(),
            max_owned_groups: 0,
            max_owned_groups_of_type: 0,
        }
    }
}

impl UserRole {
    /// The maxima as limits.
    #[must_use]
    pub fn ownership_limits(&self) -> OwnershipLimits {
        let limit = |max| (max != 0).then_some(max);
        OwnershipLimits { groups: limit(self.max_owned_groups), groups_of_type: limit(self.max_owned_groups_of_type) }
    }
}

/// The cost of argon2id. A stored hash is checked with the cost that it was made with, so this may change at any time.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct PasswordHashing {
    /// Memory of one computation.
    pub memory_kib: u32,
    /// Passes over the memory.
    pub iterations: u32,
    /// Lanes of the memory.
    pub parallelism: u32,
    /// Computations at the same time; 0: as many as there are cores. Further logins wait, and cost no memory meanwhile.
    pub max_concurrent: usize,
}

impl Default for PasswordHashing {
    /// What OWASP recommends for argon2id.
    fn default() -> Self {
        Self { memory_kib: 19 * 1024, iterations: 2, parallelism: 1, max_concurrent: 0 }
    }
}

impl PasswordHashing {
    /// Hashes that are quick to make and to break, for tests.
    #[must_use]
    pub const fn cheap() -> Self {
        Self { memory_kib: 64, iterations: 1, parallelism: 1, max_concurrent: 0 }
    }

    /// Why these settings cannot be used.
    pub fn validate(&self) -> Result<(), String> {
        if self.iterations == 0 || self.parallelism == 0 {
            return Err("users.password_hashing: iterations and parallelism must be at least 1".into());
        }
        if self.parallelism > 64 || self.iterations > 1000 || self.memory_kib > 4 * 1024 * 1024 {
            return Err("users.password_hashing: at most 64 lanes, 1000 iterations and 4 GiB".into());
        }
        if self.memory_kib < 8 * self.parallelism {
            return Err("users.password_hashing.memory_kib must be at least 8 times the parallelism".into());
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn defaults_are_valid_and_contradictions_are_not() {
        assert_eq!(Users::default().validate(), Ok(()));
        assert_eq!(PasswordHashing::cheap().validate(), Ok(()));
        assert!(Users { min_password_length: 129, ..Users::default() }.validate().is_err());
        assert!(Users { roles: Vec::new(), ..Users::default() }.validate().is_err());
        assert!(Users { roles: vec![UserRole::default(); 2], ..Users::default() }.validate().is_err());
        assert!(PasswordHashing { memory_kib: 7, ..PasswordHashing::default() }.validate().is_err());
        assert!(PasswordHashing { iterations: 0, ..PasswordHashing::default() }.validate().is_err());
    }

    #[test]
    fn unknown_keys_are_refused() {
        assert!(toml::from_str::<Users>("max_nam_length = 3").is_err());
        let users: Users = toml::from_str("max_name_length = 3\nforbidden_device_types = [\"browser\"]").unwrap();
        assert_eq!(users.max_name_length, 3);
        assert_eq!(users.forbidden_device_types, [DeviceType::Browser]);
    }
}

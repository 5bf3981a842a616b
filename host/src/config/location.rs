//! The settings of users' positions.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Where users are, which is kept in memory while they are online.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct UserLocation {
    /// Whether users tell where they are and find others near them.
    pub enabled: bool,
    /// Whether each device of a user has a position of its own.
    pub by_device: bool,
    /// The size of what a client says of a position beside its coordinates in bytes, names included.
    pub max_details_bytes: usize,
    /// How many users are found when a query does not say how many.
    pub default_count: i32,
    /// How many users are found at most.
    pub max_count: i32,
    /// Metres within which users are found when a query does not say how many.
    pub default_distance: i32,
    /// Metres within which users are found at most.
    pub max_distance: i32,
}

impl Default for UserLocation {
    fn default() -> Self {
        Self {
            enabled: true,
            by_device: false,
            max_details_bytes: 1024,
            default_count: 20,
            max_count: 100,
            default_distance: 10_000,
            max_distance: 10_000,
        }
    }
}

impl UserLocation {
    /// Why these settings cannot be used.
    pub fn validate(&self) -> Result<(), String> {
        let numbers = [self.default_count, self.max_count, self.default_distance, self.max_distance];
        if numbers.iter().any(|number| *number < 1) {
            return Err("users.location: counts and distances must be at least 1".into());
        }
        Ok(())
    }
}

//! The settings of relationships.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Relationships, and limits on the groups that users sort them into. A maximum of 0 is no limit for the length of a
/// name.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Relationships {
    /// How many relationships a user may have.
    pub max_relationships: usize,
    /// How many groups a user may have, the default group included.
    pub max_groups: usize,
    /// The longest name of a group.
    pub max_group_name_length: usize,
    /// Whether a relationship that is deleted ends on both sides; a block of the other side stays.
    pub delete_two_sided: bool,
}

impl Default for Relationships {
    fn default() -> Self {
        Self { max_relationships: 10_000, max_groups: 1000, max_group_name_length: 100, delete_two_sided: false }
    }
}

impl Relationships {
    /// Why these settings cannot be used.
    pub fn validate(&self) -> Result<(), String> {
        if self.max_relationships == 0 {
            return Err("relationships.max_relationships must be at least 1".into());
        }
        if self.max_groups == 0 {
            return Err("relationships.max_groups must be at least 1, as every user has the default group".into());
        }
        Ok(())
    }
}

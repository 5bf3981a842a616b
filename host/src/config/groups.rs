//! The settings of groups.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::model::GroupTypeId;

/// Limits on groups.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Groups {
    /// Types that users may create groups of; 0 is the built-in one.
    #[schemars(with = "Vec<i64>")]
    pub creatable_types: Vec<GroupTypeId>,
    /// How many members one request may add or remove.
    pub max_members_per_request: usize,
    /// How many groups one administrative operation may create.
    pub max_batch: usize,
}

impl Default for Groups {
    fn default() -> Self {
        Self { creatable_types: vec![GroupTypeId::DEFAULT], max_members_per_request: 100, max_batch: 1000 }
    }
}

impl Groups {
    /// Why these settings cannot be used.
    pub fn validate(&self) -> Result<(), String> {
        if self.max_members_per_request == 0 || self.max_batch == 0 {
            return Err("groups: max_members_per_request and max_batch must be at least 1".into());
        }
        Ok(())
    }
}

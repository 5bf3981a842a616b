//! The settings of groups.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::AllowedSetting;

/// Limits on groups. Lengths count UTF-16 code units, as clients do; a maximum of 0 is no limit for the length of a
/// text.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Groups {
    /// The longest name of a group, and of a member in a group.
    pub max_name_length: usize,
    /// The longest introduction.
    pub max_intro_length: usize,
    /// The longest announcement.
    pub max_announcement_length: usize,
    /// Whether a new group is active; an inactive one waits for the administrator.
    pub activate_when_created: bool,
    /// Whether an owner may give a group another type.
    pub allow_type_change: bool,
    /// How many members one request may add or remove.
    pub max_members_per_request: usize,
    /// How many users a group may block.
    pub max_blocked_users: usize,
    /// How many groups a user may be in.
    pub max_joined_groups: u32,
    /// How many groups a query names at most, and how many a query for the groups of a user answers: those founded
    /// last.
    pub max_infos_per_query: usize,
    /// How many groups one administrative operation may create.
    pub max_batch: usize,
    /// What groups may have beside the rest: a table each, as for `users.settings`.
    pub attributes: Vec<AllowedSetting>,
    /// Whether attributes of other names are ignored rather than refused.
    pub ignore_unknown_attributes: bool,
}

impl Default for Groups {
    fn default() -> Self {
        Self {
            max_name_length: 0,
            max_intro_length: 0,
            max_announcement_length: 0,
            activate_when_created: true,
            allow_type_change: false,
            max_members_per_request: 100,
            max_blocked_users: 10_000,
            max_joined_groups: 10_000,
            max_infos_per_query: 1000,
            max_batch: 1000,
            attributes: Vec::new(),
            ignore_unknown_attributes: false,
        }
    }
}

impl Groups {
    /// Why these settings cannot be used.
    pub fn validate(&self) -> Result<(), String> {
        let at_least_one = [
            ("max_members_per_request", self.max_members_per_request),
            ("max_blocked_users", self.max_blocked_users),
            ("max_joined_groups", self.max_joined_groups as usize),
            ("max_infos_per_query", self.max_infos_per_query),
            ("max_batch", self.max_batch),
        ];
        if let Some((name, _)) = at_least_one.into_iter().find(|(_, value)| *value == 0) {
            return Err(format!("groups.{name} must be at least 1"));
        }
        AllowedSetting::validate(&self.attributes, "groups.attributes")
    }
}

//! The settings of all rules together.

use serde::{Deserialize, Serialize};

use super::{Groups, Messages, Users};

/// What users may do, by entity.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Services {
    pub users: Users,
    pub groups: Groups,
    pub messages: Messages,
}

impl Services {
    /// Settings under which tests are quick: password hashes that cost next to nothing.
    #[must_use]
    pub fn for_test() -> Self {
        let mut settings = Self::default();
        settings.users.password_hashing = super::PasswordHashing::cheap();
        settings
    }

    /// Why these settings cannot be used.
    pub fn validate(&self) -> Result<(), String> {
        self.users.validate()?;
        self.groups.validate()?;
        self.messages.validate()
    }
}

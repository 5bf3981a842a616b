//! Users and their profiles.

use serde::{Deserialize, Serialize};

use super::{
    Timestamp, UserId, UserRoleId,
    hidden::Hidden,
    settings::{SettingsPatch, Values},
};

/// A user as stored.
#[derive(Clone, PartialEq, Debug)]
pub struct User {
    pub id: UserId,
    /// An argon2id hash in PHC form; a user without one cannot log in by password.
    pub password_hash: Option<Hidden>,
    pub name: String,
    pub intro: String,
    pub profile_picture: String,
    pub profile_access: ProfileAccess,
    pub registration_date: Timestamp,
    pub last_updated_date: Timestamp,
    /// An inactive user cannot log in and receives no messages.
    pub active: bool,
    pub deletion_date: Option<Timestamp>,
    /// What the user may do beyond the rest; configured.
    pub role: UserRoleId,
    /// What the operator lets clients keep in profiles beside the rest.
    pub attributes: Values,
}

impl User {
    /// Active and not deleted.
    #[must_use]
    pub fn is_active(&self) -> bool {
        self.active && self.deletion_date.is_none()
    }
}

/// Who may see a user's profile.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ProfileAccess {
    #[default]
    All,
    AllExceptBlockedUsers,
    Friends,
}

/// A user that the administrator adds.
#[derive(Clone, PartialEq, Debug)]
pub struct NewUser {
    pub id: UserId,
    /// Without one, the user cannot log in by password.
    pub password: Option<Hidden>,
    pub name: String,
    pub intro: String,
    pub profile_picture: String,
    pub profile_access: ProfileAccess,
    /// `None`: as the operator has it for users who are added.
    pub active: Option<bool>,
    pub role: UserRoleId,
}

impl NewUser {
    /// A user with nothing but an id.
    #[must_use]
    pub fn new(id: UserId) -> Self {
        Self {
            id,
            password: None,
            name: String::new(),
            intro: String::new(),
            profile_picture: String::new(),
            profile_access: ProfileAccess::All,
            active: None,
            role: UserRoleId::DEFAULT,
        }
    }
}

/// Changes to a profile; what is `None` stays.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct UserPatch {
    pub password_hash: Option<Hidden>,
    pub name: Option<String>,
    pub intro: Option<String>,
    pub profile_picture: Option<String>,
    pub profile_access: Option<ProfileAccess>,
    pub active: Option<bool>,
    pub role: Option<UserRoleId>,
    pub attributes: SettingsPatch,
}

impl UserPatch {
    /// Whether nothing would change.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// A list that clients keep a copy of, with the date of its last change.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum UserVersion {
    Relationships,
    RelationshipGroups,
    RelationshipGroupMembers,
    JoinedGroups,
    SentFriendRequests,
    ReceivedFriendRequests,
    SentInvitations,
    ReceivedInvitations,
    JoinRequests,
}

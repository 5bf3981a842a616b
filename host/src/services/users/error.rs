//! Why an operation on users was refused or failed.

use crate::{
    model::{UserId, UserRoleId},
    services::settings,
    store,
};

/// Why an operation was refused or failed.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error(transparent)]
    Store(#[from] store::Error),
    /// Hashing a password failed, or a stored hash cannot be read.
    #[error("a password could not be hashed or checked: {0}")]
    Hashing(String),
    #[error("version {0} of the protocol is not supported")]
    UnsupportedVersion(i32),
    #[error("devices of this type may not log in")]
    ForbiddenDevice,
    /// The password is wrong, or the user is one who never logs in.
    #[error("the user id or the password is wrong")]
    WrongCredentials,
    /// There is no such user, or it is deactivated or deleted.
    #[error("there is no such user, or the account is not active")]
    NotActive,
    #[error("a login cannot set the status to offline")]
    LoginAsOffline,
    #[error("there is no such place: latitude or longitude is out of range")]
    InvalidLocation,
    #[error("the details of a position have at most {max} bytes, names included")]
    DetailsTooLong { max: usize },
    #[error("positions are switched off")]
    LocationDisabled,
    #[error("the number of users is 1 to {max}")]
    InvalidNearbyCount { max: i32 },
    #[error("the distance is 1 to {max} metres")]
    InvalidNearbyDistance { max: i32 },
    #[error("{0} is no user id: ids are positive")]
    InvalidId(UserId),
    #[error("the {field} is longer than {max} characters")]
    TooLong { field: &'static str, max: usize },
    #[error("the {field} is shorter than {min} characters")]
    TooShort { field: &'static str, min: usize },
    #[error("there is no such profile access strategy")]
    UnknownProfileAccess,
    /// Of a setting or an attribute.
    #[error(transparent)]
    Setting(#[from] settings::Error),
    #[error("there is no such status")]
    UnknownStatus,
    #[error("searching for users is switched off")]
    SearchDisabled,
    /// One of the users to create is there already, or named twice.
    #[error("a user with this id exists already")]
    Exists,
    #[error("there is no role {0}; roles are configured as users.roles")]
    UnknownRole(UserRoleId),
    #[error("there is no user {0}")]
    Unknown(UserId),
    #[error("at most {max} users at once")]
    TooMany { max: usize },
    #[error("at most {max} users in one query")]
    TooManyIds { max: usize },
}

//! The answers to refusals of logins, profiles, positions and statuses.

use super::{Shape, setting, store};
use crate::dispatch::UsersError;

/// The answer to a refusal.
pub(super) fn users(error: &UsersError) -> Shape {
    match error {
        UsersError::Store(error) => store(error),
        UsersError::Setting(error) => setting(error),
        UsersError::Hashing(_) => Shape::internal(error),
        UsersError::Exists => Shape::conflict(error),
        UsersError::Unknown(_) => Shape::not_found(error),
        UsersError::ForbiddenDevice
        | UsersError::LocationDisabled
        | UsersError::WrongCredentials
        | UsersError::NotActive
        | UsersError::SearchDisabled => Shape::forbidden(error),
        UsersError::UnsupportedVersion(_)
        | UsersError::LoginAsOffline
        | UsersError::InvalidLocation
        | UsersError::DetailsTooLong { .. }
        | UsersError::InvalidNearbyCount { .. }
        | UsersError::InvalidNearbyDistance { .. }
        | UsersError::InvalidId(_)
        | UsersError::TooLong { .. }
        | UsersError::TooShort { .. }
        | UsersError::UnknownProfileAccess
        | UsersError::UnknownStatus
        | UsersError::UnknownRole(_)
        | UsersError::TooManyIds { .. }
        | UsersError::TooMany { .. } => Shape::invalid(error),
    }
}

//! The codes of logins, profiles, positions and statuses.

use super::{setting, store};
use crate::{dispatch::UsersError, model::Code};

/// The code of a refusal.
pub(super) fn users(error: &UsersError) -> Code {
    match error {
        UsersError::Store(error) => store(error),
        UsersError::Setting(error) => setting(error),
        UsersError::Hashing(_) => {
            tracing::error!(%error, "a password could not be checked");
            Code::ServerInternalError
        }
        UsersError::UnsupportedVersion(_) => Code::UnsupportedClientVersion,
        UsersError::ForbiddenDevice => Code::LoginFromForbiddenDeviceType,
        UsersError::WrongCredentials => Code::LoginAuthenticationFailed,
        UsersError::NotActive => Code::LoggingInUserNotActive,
        UsersError::LocationDisabled => Code::UserLocationRelatedFeaturesAreDisabled,
        UsersError::SearchDisabled => Code::SearchingUserIsDisabled,
        UsersError::Exists => Code::RecordContainsDuplicateKey,
        UsersError::Unknown(_) => Code::ResourceNotFound,
        UsersError::LoginAsOffline
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
        | UsersError::TooMany { .. } => Code::IllegalArgument,
    }
}

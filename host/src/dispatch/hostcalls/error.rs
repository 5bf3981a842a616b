//! Refusals and failures of the server, as guests are told of them.

use super::Capability;
use crate::dispatch::{
    ConversationsError, EnrolmentError, Error, GroupsError, MessagesError, RelationshipsError, StoreError, UsersError,
    deeds::NotTaken,
    wasm::wit::{directory, jobs, kv, message_types as wit, types},
};

/// A guest's error of a capability that works on the store.
pub(super) trait OfStore {
    const CAPABILITY: Capability;
    const UNAVAILABLE: Self;
}

impl OfStore for directory::Error {
    const CAPABILITY: Capability = Capability::Directory;
    const UNAVAILABLE: Self = Self::Unavailable;
}

impl OfStore for jobs::Error {
    const CAPABILITY: Capability = Capability::Jobs;
    const UNAVAILABLE: Self = Self::Unavailable;
}

impl OfStore for kv::Error {
    const CAPABILITY: Capability = Capability::Kv;
    const UNAVAILABLE: Self = Self::Unavailable;
}

/// What the store answered. Of a failure the guest learns that there was one; the operator learns why.
pub(super) fn stored<T, E: OfStore>(plugin: &str, answer: Result<T, StoreError>) -> Result<T, E> {
    answer.map_err(|error| {
        tracing::error!(plugin, capability = %E::CAPABILITY, "the store failed a plugin: {error}");
        E::UNAVAILABLE
    })
}

/// Why a deed was not even queued.
pub(super) fn not_taken(cause: NotTaken) -> wit::Error {
    match cause {
        NotTaken::HopLimit => wit::Error::HopLimit,
        NotTaken::Full => wit::Error::TooMany,
        NotTaken::Stopping => wit::Error::Unavailable,
    }
}

/// What became of a deed instead. The rules' own words go to the guest; what failed inside goes to the log.
pub(super) fn refused(error: Error) -> wit::Error {
    match error {
        Error::Denied(denial) => {
            let code = u32::try_from(denial.code).unwrap_or_default();
            wit::Error::Denied(types::Denial { code, text: denial.text })
        }
        Error::Users(UsersError::Store(error))
        | Error::Relationships(RelationshipsError::Store(error))
        | Error::Groups(GroupsError::Store(error))
        | Error::Conversations(ConversationsError::Store(error))
        | Error::Enrolment(EnrolmentError::Store(error))
        | Error::Messages(MessagesError::Store(error)) => unavailable(&error),
        Error::Users(error) => wit::Error::Refused(error.to_string()),
        Error::Relationships(error) => wit::Error::Refused(error.to_string()),
        Error::Groups(error) => wit::Error::Refused(error.to_string()),
        Error::Conversations(error) => wit::Error::Refused(error.to_string()),
        Error::Enrolment(error) => wit::Error::Refused(error.to_string()),
        Error::Messages(error) => wit::Error::Refused(error.to_string()),
        error @ (Error::NotProvided(_) | Error::Senseless(_) | Error::Invalid(_)) => {
            wit::Error::Refused(error.to_string())
        }
    }
}

fn unavailable(error: &StoreError) -> wit::Error {
    tracing::error!("what a plugin wanted done failed: {error}");
    wit::Error::Unavailable
}

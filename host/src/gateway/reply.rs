//! Which status code of the protocol a refusal is, and what its user is told. The only place where clients' codes are
//! chosen; one file a domain.

mod conversations;
mod enrolment;
mod groups;
mod messages;
mod relationships;
mod users;

use std::borrow::Cow;

use self::{
    conversations::conversations, enrolment::enrolment, groups::groups, messages::messages,
    relationships::relationships, users::users,
};
use crate::{
    dispatch::{Error, SettingError, StoreError},
    model::{Code, command::Provider},
};

/// The code that a client is answered, with the text for its user.
pub(crate) fn refusal(error: &Error) -> (i32, Option<String>) {
    let (number, reason) = code_of(error);
    let text = match reason {
        Some(reason) => (!reason.is_empty()).then(|| reason.into_owned()),
        None => Code::ALL.iter().find(|code| code.number() == number).map(|code| code.reason().to_owned()),
    };
    (number, text)
}

/// A code with its own text.
pub(crate) fn coded(code: Code) -> (i32, Option<String>) {
    (code.number(), Some(code.reason().to_owned()))
}

/// The code of an error as it goes over the wire, and its reason; `None`: the code's own text says it all. Internal
/// faults are logged here, once, and nothing of them goes out.
fn code_of(error: &Error) -> (i32, Option<Cow<'_, str>>) {
    let code = match error {
        // Plugins have numbers of their own, which are no `Code`.
        Error::Denied(denial) => return (denial.code, Some(Cow::Borrowed(&denial.text))),
        Error::Users(error) => users(error),
        Error::Relationships(error) => relationships(error),
        Error::Groups(error) => groups(error),
        Error::Conversations(error) => conversations(error),
        Error::Enrolment(error) => enrolment(error),
        Error::Messages(error) => messages(error),
        Error::NotProvided(Provider::Conference) => Code::ConferenceNotImplemented,
        Error::NotProvided(Provider::Storage) => Code::StorageNotImplemented,
        Error::NotProvided(Provider::Custom) => Code::ResourceNotFound,
        Error::Senseless(_) => Code::IllegalArgument,
        Error::Invalid(_) => Code::InvalidRequest,
    };
    let reason = match code {
        // These stand for many causes, so the cause is told. No internal fault has one of them.
        Code::IllegalArgument | Code::InvalidRequest | Code::ResourceNotFound => Some(Cow::Owned(error.to_string())),
        _ => None,
    };
    (code.number(), reason)
}

fn setting(error: &SettingError) -> Code {
    match error {
        SettingError::Store(error) => store(error),
        SettingError::Unknown(_)
        | SettingError::WrongType(_)
        | SettingError::NotAllowed(_)
        | SettingError::Immutable(_)
        | SettingError::NotDeletable(_)
        | SettingError::TooManyConversations { .. } => Code::IllegalArgument,
    }
}

fn store(error: &StoreError) -> Code {
    match error {
        StoreError::Conflict => Code::RecordContainsDuplicateKey,
        StoreError::Unavailable(_) => {
            tracing::error!(%error, "the store does not answer");
            Code::ServerUnavailable
        }
        StoreError::Corrupt(_) | StoreError::Engine(_) => {
            tracing::error!(%error, "the store failed");
            Code::ServerInternalError
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        dispatch::{Denial, GroupsError, MessagesError, RelationshipsError, UsersError},
        model::UserId,
    };

    fn code(error: impl Into<Error>) -> (i32, Option<String>) {
        let error = error.into();
        let (code, reason) = code_of(&error);
        (code, reason.map(Cow::into_owned))
    }

    #[test]
    fn a_cause_with_a_code_of_its_own_needs_no_reason() {
        assert_eq!(code(UsersError::WrongCredentials), (2011, None));
        assert_eq!(code(UsersError::NotActive), (2012, None));
        assert_eq!(code(RelationshipsError::Exists), (2501, None));
        assert_eq!(code(GroupsError::NotMemberToQuery), (3421, None));
        assert_eq!(code(MessagesError::BlockedByRecipient), (5002, None));
    }

    #[test]
    fn a_code_of_many_causes_tells_the_cause() {
        let too_long = code(UsersError::TooLong { field: "name", max: 20 });
        assert_eq!(too_long, (1102, Some("the name is longer than 20 characters".into())));
        assert_eq!(code(UsersError::Unknown(UserId(9))), (1302, Some("there is no user 9".into())));
        let kind = code(MessagesError::ConversationKindMissing);
        assert_eq!(kind, (1100, Some("the query does not say whether it is about groups".into())));
        assert_eq!(code(Error::Senseless("no picture")), (1102, Some("no picture".into())));
        assert_eq!(code(Error::NotProvided(Provider::Storage)), (6000, None));
        assert_eq!(code(Error::NotProvided(Provider::Custom)).0, 1302);
        assert_eq!(code(Error::Invalid("twice")), (1100, Some("twice".into())));
    }

    #[test]
    fn a_plugin_speaks_for_itself() {
        let denial = Denial { code: 20_000, text: "not on Sundays".into() };
        assert_eq!(code(Error::Denied(denial)), (20_000, Some("not on Sundays".into())));
    }

    #[test]
    fn a_refusal_always_has_the_best_text_there_is() {
        assert_eq!(refusal(&UsersError::WrongCredentials.into()), coded(Code::LoginAuthenticationFailed));
        let silent = Denial { code: 20_000, text: String::new() };
        assert_eq!(refusal(&Error::Denied(silent)), (20_000, None));
        let fault = Error::Users(UsersError::Store(StoreError::Engine("disk /dev/sda1 is full".into())));
        assert_eq!(refusal(&fault), coded(Code::ServerInternalError));
    }

    #[test]
    fn internal_faults_stay_inside() {
        let corrupt = StoreError::Corrupt("row 7 of the secret table".into());
        assert_eq!(code(UsersError::Store(corrupt)), (1200, None));
        assert_eq!(code(UsersError::Hashing("salt".into())), (1200, None));
        let engine = StoreError::Engine("disk".into());
        assert_eq!(code(MessagesError::Store(engine)), (1200, None));
        let unavailable = StoreError::Unavailable("10.0.0.1 is down".into());
        assert_eq!(code(GroupsError::Store(unavailable)), (1201, None));
        assert_eq!(code(RelationshipsError::Store(StoreError::Conflict)), (1103, None));
    }
}

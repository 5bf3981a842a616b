//! The one place where failures become codes of the protocol.

use crate::{
    dispatch::Error,
    model::Code,
    services::{groups, messages, relationships, users},
    store,
};

/// The code that a client is answered, with the text for its user.
pub(crate) fn refusal(error: Error) -> (i32, Option<String>) {
    match error {
        Error::Users(users::Error::Store(error))
        | Error::Relationships(relationships::Error::Store(error))
        | Error::Groups(groups::Error::Store(error))
        | Error::Messages(messages::Error::Store(error)) => coded(fault(&error)),
        Error::Denied(denial) => (denial.code, (!denial.text.is_empty()).then_some(denial.text)),
        Error::Unsupported(_) => (Code::IllegalArgument.number(), Some(error.to_string())),
        Error::Invalid(reason) => (Code::InvalidRequest.number(), Some(reason.to_owned())),
    }
}

/// A code with its own text.
pub(crate) fn coded(code: Code) -> (i32, Option<String>) {
    (code.number(), Some(code.reason().to_owned()))
}

/// What went wrong inside is for the log alone.
fn fault(error: &store::Error) -> Code {
    match error {
        store::Error::Unavailable(_) => {
            tracing::warn!(%error, "a request failed for want of the store");
            Code::ServerUnavailable
        }
        store::Error::Conflict | store::Error::Corrupt(_) | store::Error::Engine(_) => {
            tracing::error!(error = error as &dyn std::error::Error, "a request failed");
            Code::ServerInternalError
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dispatch::Denial;

    #[test]
    fn nothing_of_an_internal_fault_goes_out() {
        let secret = "disk /dev/sda1 is full";
        let error = Error::Users(users::Error::Store(store::Error::Engine(secret.into())));
        assert_eq!(refusal(error), (1200, Some("The server failed; try again later".into())));
    }

    #[test]
    fn a_plugin_chooses_code_and_text() {
        let denial = Denial { code: 20_001, text: "not on Sundays".into() };
        assert_eq!(refusal(Error::Denied(denial)), (20_001, Some("not on Sundays".into())));
    }

    #[test]
    fn what_nothing_serves_is_named() {
        let (code, reason) = refusal(Error::Unsupported("update_typing_status_request"));
        assert_eq!(code, Code::IllegalArgument.number());
        assert!(reason.unwrap().contains("update_typing_status_request"));
    }
}

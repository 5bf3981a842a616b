//! What goes in and what comes out.

use talaria::{
    dispatch::{Denial, Error, Passage},
    model::{
        GroupId, UserId,
        held::Hold,
        message::{Draft, Target},
    },
};

/// A message to a user.
#[must_use]
pub fn to_user(user: i64, text: &str) -> Draft {
    draft(Target::User(UserId(user)), text)
}

/// A message to a group.
#[must_use]
pub fn to_group(group: i64, text: &str) -> Draft {
    draft(Target::Group(GroupId(group)), text)
}

fn draft(target: Target, text: &str) -> Draft {
    Draft {
        target,
        text: Some(text.to_owned()),
        records: Vec::new(),
        burn_after: None,
        delivery_date: None,
        previous: None,
        forwarded_from: None,
        attributes: Vec::new(),
        hop: 0,
    }
}

/// What came of a message before it was sent.
#[derive(Clone, PartialEq, Debug)]
pub enum BeforeSend {
    /// It goes on as it is.
    Continue,
    /// It goes on like this.
    Patch(Draft),
    Deny(Denial),
    Drop,
    /// It waits for somebody's decision.
    Hold(Hold),
}

impl BeforeSend {
    /// A refusal, for comparing.
    #[must_use]
    pub fn deny(code: i32, text: &str) -> Self {
        Self::Deny(Denial { code, text: text.to_owned() })
    }

    pub(crate) fn new(passage: Passage, before: &Draft, after: Draft) -> Self {
        match passage {
            Passage::Continue if *before == after => Self::Continue,
            Passage::Continue => Self::Patch(after),
            Passage::Deny(denial) => Self::Deny(denial),
            Passage::Drop => Self::Drop,
            Passage::Hold(hold) => Self::Hold(*hold),
        }
    }

    /// The text with which the message goes on, if the plugin changed it.
    #[must_use]
    pub fn text(&self) -> Option<&str> {
        match self {
            Self::Patch(draft) => draft.text.as_deref(),
            Self::Continue | Self::Deny(_) | Self::Drop | Self::Hold(_) => None,
        }
    }
}

/// The server, or a plugin, did not do something.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Refusal {
    /// The plugin's code; `None` when the rules refused.
    pub code: Option<i32>,
    pub text: String,
}

impl From<Error> for Refusal {
    fn from(error: Error) -> Self {
        match error {
            Error::Denied(denial) => Self { code: Some(denial.code), text: denial.text },
            other => Self { code: None, text: other.to_string() },
        }
    }
}

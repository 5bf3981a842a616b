//! Answers.

use crate::{
    Error,
    proto::{TurmsNotification, turms_notification::data},
};

/// The answer to a request.
#[derive(Clone, PartialEq, Debug)]
pub struct Response {
    /// The server's clock, in Unix milliseconds.
    pub timestamp: i64,
    /// 1000 to 1099 is success.
    pub code: i32,
    /// For people.
    pub reason: Option<String>,
    pub data: Option<data::Kind>,
}

impl Response {
    /// Whether the request was carried out.
    #[must_use]
    pub const fn is_success(&self) -> bool {
        1000 <= self.code && self.code < 1100
    }

    /// The data of a success, if it has any; a refusal becomes [`Error::Refused`].
    ///
    /// # Errors
    ///
    /// [`Error::Refused`] alone.
    pub fn into_data(self) -> Result<Option<data::Kind>, Error> {
        if self.is_success() { Ok(self.data) } else { Err(Error::Refused { code: self.code, reason: self.reason }) }
    }

    /// The id of what was created.
    ///
    /// # Errors
    ///
    /// [`Error::Refused`], and [`Error::NoData`] when the answer has no id.
    pub fn into_id(self) -> Result<i64, Error> {
        match self.into_data()? {
            Some(data::Kind::Long(id)) => Ok(id),
            _ => Err(Error::NoData),
        }
    }
}

impl From<TurmsNotification> for Response {
    fn from(notification: TurmsNotification) -> Self {
        Self {
            timestamp: notification.timestamp,
            // An answer without a code is no success to any client.
            code: notification.code.unwrap_or_default(),
            reason: notification.reason,
            data: notification.data.and_then(|data| data.kind),
        }
    }
}

//! Messages that are too old are gone, very many at a time: what they had is lost some at a time, as no event is told
//! meanwhile where it is told.

use serde::{Deserialize, Serialize};

use super::Work;
use crate::refusal::{Refusal, Result};
use crate::{Storage, references};

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Expiry {
    /// Messages with lesser ids are gone.
    pub(super) below: i64,
    /// The key of the message that was looked at last.
    after: Option<String>,
}

/// Has lost what messages with lesser ids had, which are gone since that time. Without room it is begun at once, which
/// makes some.
pub(crate) fn expire(storage: &Storage, below: i64, date: i64) -> Result<()> {
    let expiry = Expiry { below, after: None };
    match Work::Expire(expiry.clone()).leave(date) {
        Err(Refusal::Full) => expiry.run(storage, date),
        left => left,
    }
}

impl Expiry {
    pub(super) fn run(&self, storage: &Storage, now: i64) -> Result<()> {
        match references::lose_below(storage, self.below, self.after.as_deref())? {
            // Later than this entry, which goes now.
            Some(after) => Work::Expire(Self { after: Some(after), ..self.clone() }).leave(now.saturating_add(1)),
            None => Ok(()),
        }
    }
}

//! The attachments of messages: uploaded by one user, and shared with users and groups.

mod check;
mod deletion;
mod download;
pub(crate) mod index;
mod listing;
mod record;
mod sharing;
mod upload;

pub(crate) use self::check::{Checked, check, count};
pub(crate) use self::deletion::{remove, sweep};
pub(crate) use self::index::{Dates, List};
pub(crate) use self::record::Attachment;
#[cfg(test)]
pub(crate) use self::record::State;
pub(crate) use self::sharing::share_with;

use talaria_sdk::resources::ResourceId;

use crate::people;
use crate::refusal::{Refusal, Result};

/// The number of an attachment, as a client writes it.
pub(crate) fn number(id: Option<&ResourceId>) -> Result<i64> {
    let number = match id {
        Some(ResourceId::Number(number)) => Some(*number),
        Some(ResourceId::Text(text)) => text.parse().ok(),
        None => return Err(Refusal::illegal("which file is not said")),
    };
    number.filter(|number| *number > 0).ok_or_else(Refusal::not_found)
}

impl Attachment {
    /// Whether a user may see it: who uploaded it, and whom it is shared with, by now.
    pub(crate) fn is_for(&self, user: i64) -> Result<bool> {
        if self.uploader == user || self.users.contains(&user) {
            return Ok(true);
        }
        for group in &self.groups {
            if people::is_member(*group, user)? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Whether its uploader has sent it to nobody, and it is shared with nobody.
    pub(crate) fn is_for_nobody_else(&self) -> bool {
        let is_shared = !self.groups.is_empty() || self.users.iter().any(|user| *user != self.uploader);
        !self.is_sent && !is_shared
    }
}

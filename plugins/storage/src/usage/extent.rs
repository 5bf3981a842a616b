//! How much there is to be known of a user's files beside what they are: whom they are shared with, and which messages
//! hold them. It is in `kv`, which all users have together.

use super::room::refused;
use super::{Usage, change};
use crate::refusal::{Refusal, Result};
use crate::settings::Attachments;

impl Usage {
    /// Refuses whose attachments are shared with as many as may be.
    pub(crate) fn room_to_share(&self, bounds: &Attachments) -> Result<()> {
        let most = bounds.max_shares_per_user;
        if u64::try_from(self.shares).is_ok_and(|shares| shares >= most) {
            return refused(format!(
                "your files may be shared {most} times, each with each user and group counted, and are: delete files, or no longer \
                 share some"
            ));
        }
        Ok(())
    }

    /// Whether a message of the user may hold another attachment.
    pub(crate) const fn has_room_to_refer(&self, more: usize, bounds: &Attachments) -> bool {
        self.references.saturating_add(more as u64) < bounds.max_references_per_user
    }
}

/// An attachment is shared with so many more, or less, than it was.
pub(crate) fn share(user: i64, more: i64) -> Result<()> {
    change(user, |usage| {
        usage.shares = usage.shares.saturating_add(more);
        Ok(())
    })
}

/// A message holds so many attachments, of which so many were counted before.
pub(crate) fn refer(user: i64, message: i64, counted: usize, count: usize) -> Result<()> {
    let count_and = |noted: Option<(i64, usize)>| {
        change(user, |usage| {
            if counted != count && usage.noted != Some((message, count)) {
                usage.references = usage.references.saturating_add(count as u64).saturating_sub(counted as u64);
                usage.noted = noted;
            }
            Ok(())
        })
    };
    match count_and(Some((message, count))) {
        // What makes room takes none.
        Err(Refusal::Full) if count < counted => count_and(None),
        done => done,
    }
}

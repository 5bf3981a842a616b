//! What a user leaves who is deleted goes, some at a time; and everything, when the operator says so.

use serde::{Deserialize, Serialize};

use super::Work;
use crate::Storage;
use crate::attachments::{self, Attachment, List};
use crate::refusal::{Refusal, Result, skip_unreadable};

/// Attachments that are cleared up in one call, which is to end in time with a slow store as well.
const STEP: u32 = 10;

/// The attachments of a user, some at a time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct ClearUp {
    pub(super) user: i64,
    /// When the user was deleted, or the operator asked, in milliseconds since the Unix epoch: what was created later
    /// stays, as another may have the id by then.
    deleted: i64,
    /// The attachment that was looked at last.
    after: Option<i64>,
    /// Whether what others have goes as well.
    #[serde(default)]
    pub(super) everything: bool,
}

/// Has removed what a user leaves who was deleted at that time.
pub(crate) fn clear_up(user: i64, deleted: i64) -> Result<()> {
    Work::ClearUp(ClearUp { user, deleted, after: None, everything: false }).leave(deleted)
}

/// Has all attachments of a user removed that there are at `now`. Without room it is begun at once, which makes some.
pub(crate) fn erase(storage: &Storage, user: i64, now: i64) -> Result<()> {
    let all = ClearUp { user, deleted: now, after: None, everything: true };
    match Work::ClearUp(all.clone()).leave(now) {
        Err(Refusal::Full) => all.run(storage, now),
        left => left,
    }
}

impl ClearUp {
    pub(super) fn run(&self, storage: &Storage, now: i64) -> Result<()> {
        match self.step(storage)? {
            // Later than this entry, which goes now.
            Some(next) => Work::ClearUp(next).leave(now.saturating_add(1)),
            None => Ok(()),
        }
    }

    /// The next ones, and what is left to do.
    fn step(&self, storage: &Storage) -> Result<Option<Self>> {
        let ids = List::Own(self.user).following(self.after, STEP)?;
        for id in &ids {
            let left = skip_unreadable(Attachment::find(*id))?.filter(|attachment| attachment.created <= self.deleted);
            if left.is_some_and(|attachment| self.everything || attachment.is_for_nobody_else()) {
                attachments::remove(storage, *id)?;
            }
        }
        let is_over = ids.len() < STEP as usize;
        Ok(ids.last().filter(|_| !is_over).map(|last| Self { after: Some(*last), ..self.clone() }))
    }
}

//! What is left of an attachment whose removal was cut short. The entry is there before anything of it goes, and goes
//! when nothing is left.

use std::collections::BTreeSet;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use talaria_sdk::kv;

use super::Work;
use crate::attachments::{self, Attachment};
use crate::refusal::{Refusal, Result};
use crate::{Storage, clock};

/// Whoever removes it has done so by then, or never will: no call takes longer.
const OVER: Duration = Duration::from_secs(60);

/// What leads to an attachment, and what is counted of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Remains {
    pub(super) id: i64,
    uploader: i64,
    users: BTreeSet<i64>,
    groups: BTreeSet<i64>,
}

/// An entry for a removal that is under way.
pub(crate) struct Removal(String);

impl Removal {
    /// What makes room is done without room as well, if not as surely.
    pub(crate) fn begin(attachment: &Attachment) -> Result<Self> {
        let Attachment { id, uploader, users, groups, .. } = attachment.clone();
        let work = Work::Remove(Remains { id, uploader, users, groups });
        let due = clock::now_ms().saturating_add(clock::millis(OVER));
        match work.leave(due) {
            Ok(()) | Err(Refusal::Full) => Ok(Self(work.key(due))),
            Err(refusal) => Err(refusal),
        }
    }

    /// Nothing is left to be done. Where that cannot be said it is found out later.
    pub(crate) fn end(self) {
        let _ = kv::delete(&self.0);
    }
}

impl Remains {
    pub(super) fn run(&self, storage: &Storage) -> Result<()> {
        if Attachment::find(self.id)?.is_some() {
            return attachments::remove(storage, self.id);
        }
        let Self { id, uploader, users, groups } = self.clone();
        attachments::sweep(&Attachment { id, users, groups, ..Attachment::new(uploader, "", "", 0) })
    }
}

//! An attachment that the store does not have any more, by whatever rule or hand, goes as well. It is looked for twice:
//! a store that is being put back, or one whose copies are behind, is to cost nobody their file.

use std::time::Duration;

use talaria_sdk::log;

use super::Work;
use crate::attachments::{self, Attachment};
use crate::refusal::Result;
use crate::{Storage, clock};

/// Between the two.
const WAIT: Duration = Duration::from_secs(60 * 60);

/// Has an attachment looked for that was not found at `now`. There is one entry for it, which is left before it is
/// noted: cut short, another is left.
pub(crate) fn look_for(attachment: &Attachment, now: i64) -> Result<()> {
    if attachment.missing.is_some_and(|due| now < due) {
        return Ok(());
    }
    let due = now.saturating_add(clock::millis(WAIT));
    Work::LookFor(attachment.id).leave(due)?;
    Attachment::change(attachment.id, |attachment| Ok(attachment.missing.replace(due) != Some(due))).map(drop)
}

pub(super) fn run(storage: &Storage, id: i64) -> Result<()> {
    let Some(attachment) = Attachment::find(id)? else { return Ok(()) };
    if storage.head(&attachment)?.is_some() {
        return Attachment::change(id, |attachment| Ok(attachment.missing.take().is_some())).map(drop);
    }
    log::warn(format!("attachment {id} of user {} is gone from the store, and is forgotten", attachment.uploader));
    attachments::remove(storage, id)
}

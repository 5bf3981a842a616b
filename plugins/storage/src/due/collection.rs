//! An attachment goes a while after the last message that had it.

use std::time::Duration;

use super::Work;
use crate::attachments::{self, Attachment};
use crate::refusal::Result;
use crate::{Storage, clock, references};

/// Has an attachment that was lost at `now` removed after a while, unless a message has it by then. There is one entry
/// for it, which is left before it is noted: cut short, another is left.
pub(crate) fn collect(attachment: &Attachment, now: i64, grace: Duration) -> Result<()> {
    let due = now.saturating_add(clock::millis(grace));
    if attachment.collect.is_some_and(|left| now < left && left <= due) {
        return Ok(());
    }
    leave(attachment.id, due)
}

fn leave(attachment: i64, due: i64) -> Result<()> {
    Work::Collect(attachment).leave(due)?;
    Attachment::change(attachment, |attachment| Ok(attachment.collect.replace(due) != Some(due))).map(drop)
}

pub(super) fn run(storage: &Storage, id: i64, now: i64) -> Result<()> {
    let is_lost = |attachment: &Attachment| !attachment.is_everywhere && attachment.lost.is_some();
    // In one step: who loses it later leaves another entry.
    let found = Attachment::change(id, |attachment| Ok(!is_lost(attachment) && attachment.collect.take().is_some()))?;
    let Some(lost) = found.filter(is_lost).and_then(|attachment| attachment.lost) else { return Ok(()) };
    let due = lost.saturating_add(clock::millis(storage.settings.grace()));
    if due > now {
        // It was sent again and lost again, or stays longer by now.
        return leave(id, due);
    }
    if references::has_any(id)? {
        let end = |attachment: &mut Attachment| Ok(attachment.collect.take_if(|due| *due <= now).is_some());
        return Attachment::change(id, end).map(drop);
    }
    attachments::remove(storage, id)
}

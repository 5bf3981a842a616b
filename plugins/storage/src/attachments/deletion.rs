//! The end of an attachment.

use talaria_sdk::Target;
use talaria_sdk::resource_storage::Deletion;
use talaria_sdk::resources::{self, Kind};

use super::{index, number, record::Attachment, sharing::take_back};
use crate::due::Removal;
use crate::refusal::{Result, code};
use crate::usage::{self, Usage};
use crate::{Storage, people, references};

/// For jobs and the operator: whoever asks may.
pub(crate) fn remove(storage: &Storage, id: i64) -> Result<()> {
    storage.remove_attachment(id)
}

impl Storage {
    pub(crate) fn delete_attachment(&self, user: i64, deletion: &Deletion) -> Result<()> {
        let attachment = Attachment::get(number(deletion.id.as_ref())?)?;
        if attachment.uploader == user {
            return self.remove_attachment(attachment.id);
        }
        let mut managed = Vec::new();
        for group in &attachment.groups {
            if people::manages(*group, user)? {
                managed.push(*group);
            }
        }
        let (code, text) = if attachment.groups.is_empty() {
            (code::NOT_UPLOADER_TO_DELETE, "only who uploaded a file deletes it")
        } else {
            (code::NOT_MANAGER_TO_DELETE, "only who uploaded a file and those who manage its group delete it")
        };
        people::require(!managed.is_empty(), code, text)?;
        if attachment.users.is_empty() && managed.len() == attachment.groups.len() {
            return self.remove_attachment(attachment.id);
        }
        // Others have it as well, who are none of the manager's business.
        managed.into_iter().try_for_each(|group| take_back(&attachment, Target::Group(group)))
    }

    /// Cut short, it goes on by itself. What others share or see of it meanwhile leads nowhere.
    pub(super) fn remove_attachment(&self, id: i64) -> Result<()> {
        let Some(found) = Attachment::find(id)? else { return Ok(()) };
        let removal = Removal::begin(&found)?;
        if let Err(away) = self.buckets.delete(&self.settings, Kind::Attachment, &found.object_key()) {
            // Nothing of it is gone, and by the next time it may be wanted.
            removal.end();
            return Err(away.into());
        }
        // Told at least once.
        if let Some(size) = found.size() {
            resources::deleted(&found.resource(size))?;
        }
        let is_reopened = usage::reopen(&found)?;
        let Some(attachment) = Attachment::remove(id)? else {
            // Somebody else has, and sees to the rest: it may have been counted before it had this form.
            if is_reopened {
                usage::cancel(found.uploader, id)?;
            }
            removal.end();
            return Ok(());
        };
        if let Some(size) = attachment.size().filter(|_| found.size().is_none()) {
            // Somebody has seen meanwhile that it was there, and told so.
            resources::deleted(&attachment.resource(size))?;
        }
        usage::release(attachment.uploader, id, (&attachment).into())?;
        forget(&attachment)?;
        removal.end();
        Ok(())
    }
}

/// What is left of one that has no record any more: whoever removed it is about to do so, or was cut short.
pub(crate) fn sweep(attachment: &Attachment) -> Result<()> {
    // It has a form for as long as it is counted.
    if Usage::of(attachment.uploader)?.has_form(attachment.id) {
        usage::release(attachment.uploader, attachment.id, attachment.into())?;
    }
    forget(attachment)
}

/// Everything that leads there.
fn forget(attachment: &Attachment) -> Result<()> {
    for list in index::entries(attachment) {
        list.remove(attachment.id)?;
    }
    references::forget(attachment.id)
}

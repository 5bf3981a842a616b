//! The end of an attachment.

use talaria_sdk::Target;
use talaria_sdk::resource_storage::Deletion;
use talaria_sdk::resources::{self, Kind};

use super::{index, number, record::Attachment, sharing::take_back};
use crate::refusal::{Result, code};
use crate::{Storage, people, references, usage};

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

    /// The object first, and its record before what leads there: cut short, it can be done again, and what is left then leads nowhere.
    pub(super) fn remove_attachment(&self, id: i64) -> Result<()> {
        let Some(found) = Attachment::find(id)? else { return Ok(()) };
        self.buckets.delete(&self.settings, Kind::Attachment, &found.object_key())?;
        // Told at least once.
        if let Some(size) = found.size() {
            resources::deleted(&found.resource(size))?;
        }
        let Some(attachment) = Attachment::remove(id)? else { return Ok(()) };
        usage::release(attachment.uploader, id, (&attachment).into())?;
        if let Some(size) = attachment.size().filter(|_| found.size().is_none()) {
            // Somebody has seen meanwhile that it was there, and told so.
            resources::deleted(&attachment.resource(size))?;
        }
        for list in index::entries(&attachment) {
            list.remove(id)?;
        }
        references::forget(id)
    }
}

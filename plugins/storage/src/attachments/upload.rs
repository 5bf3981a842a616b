//! Before the bytes: what may be uploaded, and the form for it.

use std::collections::BTreeSet;

use talaria_sdk::log;
use talaria_sdk::objects::{self, Form, FormPolicy};
use talaria_sdk::resource_storage::Upload;
use talaria_sdk::resources::{Kind, ResourceId};

use super::{check::LOOKING, index, record::Attachment};

use crate::clock::{self, Period};
use crate::due::{self, Check};
use crate::refusal::{Refusal, Result, code};
use crate::usage::{self, Usage};
use crate::{Storage, media, people};

/// Characters of a file's name.
const NAME: usize = 255;
/// Ids are tried until one is free, which the first is.
const TRIES: u32 = 4;

impl Storage {
    /// The form, and the id of the attachment.
    pub(crate) fn upload_attachment(&self, user: i64, upload: &Upload) -> Result<(Form, i64)> {
        let name = upload.name.as_deref().ok_or_else(|| Refusal::illegal("an attachment has a name"))?;
        if name.is_empty() || name.chars().count() > NAME || name.chars().any(is_control) {
            return Err(Refusal::illegal(format!(
                "a name has 1 to {NAME} characters, none of which is a control character"
            )));
        }
        let media_type = upload.media_type.as_deref().filter(|media_type| media::is_concrete(media_type));
        let media_type =
            media_type.ok_or_else(|| Refusal::illegal("an attachment has a media type such as image/png"))?;
        let limits = self.settings.limits(Kind::Attachment);
        if !limits.admit(media_type) {
            return Err(Refusal::illegal(format!("files of the type {media_type} are not allowed")));
        }
        let (users, groups) = with_whom(user, upload.id.as_ref())?;
        let created = clock::now_ms();
        let until = created.saturating_add(clock::millis(self.settings.upload()));
        self.begin(Attachment { users, groups, ..Attachment::new(user, name, media_type, created) }, until)
    }

    /// Writes it down under an id that is free, and reserves what it may have.
    fn begin(&self, mut attachment: Attachment, until: i64) -> Result<(Form, i64)> {
        let (user, bounds) = (attachment.uploader, &self.settings.attachments);
        let time = Period::from_now(LOOKING);
        // Before anything is written: who asks while the store is away leaves nothing behind.
        self.buckets.ensure(&self.settings, Kind::Attachment)?;
        self.find_room(user, time)?;
        for _ in 0..TRIES {
            attachment.id = clock::new_id(attachment.created);
            // First of all: the last look ends whatever is begun here and goes no further.
            due::begin(Check::attachment(&attachment, until))?;
            let Some(bytes) = usage::reserve(&attachment, until, bounds)? else { continue };
            match self.form(&attachment, bytes).and_then(|form| Ok(note(&attachment)?.then_some(form))) {
                Ok(Some(form)) => return Ok((form, attachment.id)),
                failed => {
                    // It is promised to nobody.
                    let _ = usage::cancel(user, attachment.id);
                    failed?;
                }
            }
        }
        Err(Refusal::Away("no id is free".to_owned()))
    }

    /// No form is written down for whom there is no room. Whoever uploads one file after the other is not to wait for a
    /// look that is due: what has come is counted before less is given than there could be.
    fn find_room(&self, user: i64, time: Period) -> Result<()> {
        let bounds = &self.settings.attachments;
        let room = || Usage::of(user)?.room(clock::now_ms(), bounds);
        if room() == Ok(bounds.max_bytes()) {
            return Ok(());
        }
        match (self.look_at_uploads(user, time), room()) {
            (Ok(()), room) => room.map(drop),
            // Perhaps there is more, and what is known is enough.
            (Err(failure), Ok(_)) => {
                log::warn(format!("uploads of user {user} cannot be looked at: {}", failure.text()));
                Ok(())
            }
            // Perhaps there is some.
            (Err(failure), Err(_)) => Err(failure),
        }
    }

    fn form(&self, attachment: &Attachment, bytes: u64) -> Result<Form> {
        let bucket = self.buckets.ensure(&self.settings, Kind::Attachment)?;
        let policy = FormPolicy::new(bucket, &attachment.object_key(), self.settings.upload());
        Ok(objects::presign_post(&policy.media_type(&attachment.media_type).size(0..=bytes))?)
    }
}

/// Characters that are not shown themselves. Some turn what is around them, so that a name that ends in `.exe` looks as
/// if it ended in `.png`.
fn is_control(character: char) -> bool {
    character.is_control() || matches!(character, '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// Writes it down with what leads to it, all or nothing. False when there is another with its id.
fn note(attachment: &Attachment) -> Result<bool> {
    if !attachment.insert()? {
        return Ok(false);
    }
    let noted = index::entries(attachment).try_for_each(|list| list.add(attachment.id));
    noted.map(|()| true).inspect_err(|_| {
        let _ = Attachment::remove(attachment.id);
        let _ = index::entries(attachment).try_for_each(|list| list.remove(attachment.id));
    })
}

/// A user, or a group by its negated id, or nobody yet.
fn with_whom(user: i64, id: Option<&ResourceId>) -> Result<(BTreeSet<i64>, BTreeSet<i64>)> {
    let id = match id {
        None => return Ok(Default::default()),
        Some(ResourceId::Number(id)) => Some(*id),
        Some(ResourceId::Text(id)) => id.parse().ok(),
    };
    let id = id.ok_or_else(|| Refusal::illegal("with whom it is shared is a number"))?;
    if let Some(group) = id.checked_neg().filter(|group| *group > 0) {
        let text = "only members upload files for a group";
        people::require(people::is_member(group, user)?, code::NOT_MEMBER_TO_UPLOAD, text)?;
        return Ok((BTreeSet::new(), [group].into()));
    }
    let text = "a file is uploaded for a friend";
    people::require(people::is_friend(id, user)?, code::NOT_FRIEND_TO_UPLOAD, text)?;
    Ok(([id].into(), BTreeSet::new()))
}

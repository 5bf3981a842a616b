//! After the bytes: whether what was uploaded is what was announced. Until that is known an attachment is shown to
//! nobody.

use std::time::Duration;

use talaria_sdk::objects::Object;
use talaria_sdk::resources::{self, Kind};
use talaria_sdk::{log, metrics};

use super::record::{Attachment, State};
use crate::clock::{self, Period};
use crate::refusal::{Result, skip_unreadable};
use crate::{Storage, usage};

/// Uploads of one user that are looked at before another form is given out.
pub(super) const LOOKS: usize = 20;
/// How long somebody who waits has another look begun: the store may take ten seconds for the last call, and the hook
/// has fifteen.
pub(super) const LOOKING: Duration = Duration::from_secs(3);

/// What was found.
#[derive(Debug, PartialEq)]
pub(crate) enum Checked {
    Ready(Box<Attachment>),
    /// There is no object yet.
    Absent,
    /// What is there is not what was announced, and was removed; without time for that the next look does it.
    Refused,
}

/// Looks at an attachment's object, if nobody has. When the time is over, it asks the store for no more than that.
pub(crate) fn check(storage: &Storage, attachment: Attachment, time: Period) -> Result<Checked> {
    if attachment.size().is_some() {
        return Ok(Checked::Ready(attachment.into()));
    }
    let Some(object) = storage.head(&attachment)? else { return Ok(Checked::Absent) };
    let limits = storage.settings.limits(Kind::Attachment);
    if let Some(fault) = limits.fault(&object, Some(&attachment.media_type)) {
        if !time.is_over() {
            storage.refuse(&attachment, &fault)?;
        }
        return Ok(Checked::Refused);
    }
    let (size, etag) = (object.size, object.etag);
    // First, so that it is told at least once when the server dies in between.
    resources::uploaded(&attachment.resource(size))?;
    let changed = Attachment::change(attachment.id, |attachment| {
        let is_first = attachment.size().is_none();
        if is_first {
            attachment.state = State::Ready { size, etag: etag.clone() };
        }
        Ok(is_first)
    })?;
    let Some(ready) = changed else {
        // It was deleted meanwhile, by somebody who has not seen that it was there.
        resources::deleted(&attachment.resource(size))?;
        return Ok(Checked::Absent);
    };
    count(&ready)?;
    Ok(Checked::Ready(ready.into()))
}

/// Counts an attachment by its record, unless it is.
pub(crate) fn count(attachment: &Attachment) -> Result<()> {
    let Some(size) = attachment.size() else { return Ok(()) };
    if usage::count(attachment.uploader, attachment.id, size)? {
        let _ = metrics::add("uploaded_total", &[("kind", "attachment")], 1);
    }
    Ok(())
}

impl Storage {
    /// Looks whether uploads of a user have come that are not counted: what those do not have is free again.
    pub(crate) fn look_at_uploads(&self, user: i64, time: Period) -> Result<()> {
        let now = clock::now_ms();
        let ids = usage::begin_round(user, now, LOOKS)?;
        let (mut looked, mut done) = (Vec::new(), Ok(()));
        for id in ids.into_iter().take_while(|_| !time.is_over()) {
            // One that cannot be looked at is not to keep the others from their turn.
            looked.push(id);
            done = skip_unreadable(self.look_at_upload(id, time));
            if done.is_err() {
                break;
            }
        }
        let ended = usage::end_round(user, now, &looked, done.is_err());
        done.and(ended)
    }

    fn look_at_upload(&self, id: i64, time: Period) -> Result<()> {
        match Attachment::find(id)? {
            // Who was first may not have come so far.
            Some(attachment) if attachment.size().is_some() => count(&attachment),
            Some(attachment) => check(self, attachment, time).map(drop),
            None => Ok(()),
        }
    }

    pub(crate) fn head(&self, attachment: &Attachment) -> Result<Option<Object>> {
        Ok(self.buckets.head(&self.settings, Kind::Attachment, &attachment.object_key())?)
    }

    /// Removes what nobody is to see.
    pub(super) fn refuse(&self, attachment: &Attachment, fault: &str) -> Result<()> {
        let Attachment { id, uploader, .. } = attachment;
        log::warn(format!("attachment {id} of user {uploader} is removed: {fault}"));
        let _ = metrics::add("refused_total", &[("kind", "attachment")], 1);
        self.remove_attachment(*id)
    }
}

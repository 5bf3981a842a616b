//! Where an attachment is downloaded, by whoever may at this moment.

use talaria_sdk::objects;
use talaria_sdk::resource_storage::Download;

use super::{
    check::{Checked, LOOKING, check},
    number,
    record::{Attachment, State},
};
use crate::clock::{self, Period};
use crate::refusal::{Refusal, Result, code};
use crate::usage::Usage;
use crate::{Storage, due, people};

impl Storage {
    pub(crate) fn download_attachment(&self, user: i64, download: &Download) -> Result<String> {
        let attachment = Attachment::get(number(download.id.as_ref())?)?;
        let text = "the file is not shared with you";
        people::require(attachment.is_for(user)?, code::NOT_SHARED_WITH, text)?;
        let time = Period::from_now(LOOKING);
        let was_seen = attachment.size().is_some();
        let Checked::Ready(attachment) = check(self, attachment, time)? else { return Err(Refusal::not_found()) };
        // Somebody else may have seen another object. With a slow store there is no time for that: it was looked at
        // just now.
        if was_seen || !time.is_over() {
            self.is_as_checked(&attachment, time)?;
        }
        let (key, time) = (attachment.object_key(), self.settings.download());
        Ok(objects::presign_get(&self.settings.buckets.attachments, &key, time, Some(&attachment.name))?)
    }

    /// A form is good for a while after its upload, and may bring something else then. That is removed now if there is
    /// time for it.
    pub(crate) fn is_as_checked(&self, attachment: &Attachment, time: Period) -> Result<()> {
        let State::Ready { etag, .. } = &attachment.state else { return Err(Refusal::not_found()) };
        match self.head(attachment)? {
            Some(object) if object.etag == *etag => Ok(()),
            Some(_) if !time.is_over() => {
                self.refuse(attachment, "it was replaced after it had been checked")?;
                Err(Refusal::not_found())
            }
            Some(_) => Err(Refusal::not_found()),
            None => {
                // Until its last look is over the looks see to it.
                if !Usage::of(attachment.uploader)?.has_form(attachment.id) {
                    due::look_for(attachment, clock::now_ms())?;
                }
                Err(Refusal::not_found())
            }
        }
    }
}

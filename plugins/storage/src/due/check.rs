//! Looks at what was uploaded. Nobody tells the plugin when an upload is done, so it looks: soon, when the form is good
//! for nothing any more, and once more, as an upload that has begun goes on. Who asks for an attachment before, or for
//! another form, has it looked at as well.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use talaria_sdk::resources::Kind;

use super::{What, Work};
use crate::attachments::{self, Attachment, Checked};
use crate::clock::Period;
use crate::refusal::{Refusal, Result};
use crate::{Storage, clock, pictures, usage};

/// After an upload was asked for.
const ROUNDS: [Duration; 3] = [Duration::from_secs(3), Duration::from_secs(20), Duration::from_secs(90)];
/// Between two looks at what everybody is shown and a form does not say enough about, while the form is good, and while
/// an upload may go on.
const WHILE_OPEN: Duration = Duration::from_secs(10);
const AFTER_OPEN: Duration = Duration::from_secs(60);
/// An upload that begins in time may go on for so long, in milliseconds: the server ends it ten minutes after its form,
/// and a while is for clocks and for the last bytes.
pub(crate) const LATE_MS: i64 = 15 * 60 * 1000;
/// What was begun before that is over: no call takes longer.
const OVER: Duration = Duration::from_secs(60);
/// After its last look was due a picture is looked at no more: its bucket is not coming back. What is away for less is
/// waited for, as what came meanwhile is there for everybody.
const GIVEN_UP: Duration = Duration::from_secs(24 * 60 * 60);

/// What is to be looked at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Check {
    pub(super) kind: What,
    /// Of the attachment, or of the picture's user or group.
    pub(crate) id: i64,
    pub(crate) uploader: i64,
    /// When the upload was asked for, and until when it may begin, in milliseconds since the Unix epoch.
    pub(crate) created: i64,
    pub(crate) until: i64,
    pub(super) round: usize,
    /// Whether it is one between two rounds.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(super) is_between: bool,
}

/// What a look has found out about those that follow.
pub(crate) struct Found {
    /// Until when the form is good, and others that are looked after with it.
    pub(crate) until: i64,
    /// Whether nothing else is to come: until the form is over whoever asks for it has a look at what is there.
    pub(crate) is_seen: bool,
    /// Until when a form is good that lets pass what may not be uploaded, if there is one.
    pub(crate) open: Option<i64>,
}

/// When to look next at what may come by a form that is open until then: everybody is shown it. What is slow to come is
/// rare.
fn between(open: i64, now: i64) -> Option<i64> {
    let pause = if now < open { WHILE_OPEN } else { AFTER_OPEN };
    (now < open.saturating_add(LATE_MS)).then(|| now.saturating_add(clock::millis(pause)))
}

/// Has it looked at, some times.
pub(crate) fn begin(check: Check) -> Result<()> {
    let due = check.due();
    Work::Check(check).leave(due)
}

impl Check {
    pub(crate) fn attachment(attachment: &Attachment, until: i64) -> Self {
        let Attachment { id, uploader, created, .. } = *attachment;
        Self { kind: What::Attachment, id, uploader, created, until, round: 0, is_between: false }
    }

    pub(crate) fn picture(kind: Kind, id: i64, uploader: i64, created: i64, until: i64) -> Self {
        Self { kind: kind.into(), id, uploader, created, until, round: 0, is_between: false }
    }

    /// Whether what was asked for at `created` is looked at for the first time after `now`.
    pub(crate) fn is_ahead(created: i64, now: i64) -> bool {
        created.saturating_add(clock::millis(ROUNDS[0])) > now
    }

    /// When it is to be looked at, in milliseconds since the Unix epoch.
    fn due(&self) -> i64 {
        match ROUNDS.get(self.round) {
            Some(pause) => self.created.saturating_add(clock::millis(*pause)),
            None if self.round == ROUNDS.len() => self.until.saturating_add(1000),
            None => self.end_of_uploads(),
        }
    }

    /// When nothing comes by its form any more.
    const fn end_of_uploads(&self) -> i64 {
        self.until.saturating_add(LATE_MS)
    }

    fn is_last(&self) -> bool {
        self.round > ROUNDS.len()
    }

    pub(super) fn run(&self, storage: &Storage, now: i64) -> Result<()> {
        let Some(found) = self.look(storage)? else { return Ok(()) };
        if self.is_last() {
            return self.end(now);
        }
        let round = if found.is_seen { ROUNDS.len().max(self.round + 1) } else { self.round + 1 };
        let next = Self { round, until: found.until, is_between: false, ..self.clone() };
        let due = next.due();
        match found.open.and_then(|open| between(open, now)).filter(|between| *between < due) {
            Some(between) => Work::Check(Self { round: self.round, is_between: true, ..next }).leave(between),
            None => Work::Check(next).leave(due),
        }
    }

    /// Since when nothing comes of a picture that it could find, if it is one: what is missing of an attachment is
    /// counted for somebody.
    pub(super) fn over(&self) -> Option<i64> {
        (self.kind != What::Attachment).then(|| self.end_of_uploads())
    }

    pub(super) fn gives_up(&self, now: i64) -> Result<bool> {
        let is_over = self.over().is_some_and(|over| now.saturating_sub(over) > clock::millis(GIVEN_UP));
        if is_over {
            pictures::end(self.kind.kind(), self)?;
        }
        Ok(is_over)
    }

    /// None when somebody else looks from now on.
    fn look(&self, storage: &Storage) -> Result<Option<Found>> {
        match self.kind {
            What::Attachment => {
                let is_seen = self.look_at_attachment(storage)?;
                Ok(Some(Found { until: self.until, is_seen, open: None }))
            }
            What::UserPicture | What::GroupPicture => pictures::check(storage, self.kind.kind(), self),
        }
    }

    /// Whether its upload has come.
    fn look_at_attachment(&self, storage: &Storage) -> Result<bool> {
        let Some(attachment) = Attachment::find(self.id)? else {
            // It was removed, and its form may have brought another since.
            storage.buckets.delete(&storage.settings, Kind::Attachment, &self.id.to_string())?;
            // At the first look whoever gives the form out may not have come so far.
            return Ok(self.round > 0);
        };
        let was_seen = attachment.size().is_some();
        match attachments::check(storage, attachment, Period::ENDLESS)? {
            Checked::Ready(attachment) => {
                // Who was first may not have come so far.
                attachments::count(&attachment)?;
                if was_seen || self.is_last() {
                    self.look_again(storage, &attachment)?;
                }
                Ok(true)
            }
            Checked::Refused => Ok(true),
            Checked::Absent => {
                if self.is_last() {
                    attachments::remove(storage, self.id)?;
                }
                Ok(false)
            }
        }
    }

    fn look_again(&self, storage: &Storage, attachment: &Attachment) -> Result<()> {
        match storage.is_as_checked(attachment, Period::ENDLESS) {
            // It was replaced, and is removed; or its removal was cut short.
            Err(Refusal::Denied(_)) if self.is_last() => attachments::remove(storage, self.id),
            Ok(()) | Err(Refusal::Denied(_)) => Ok(()),
            away => away,
        }
    }

    /// After the last look: its form brings no more.
    fn end(&self, now: i64) -> Result<()> {
        if self.kind != What::Attachment {
            return pictures::end(self.kind.kind(), self);
        }
        if usage::close(self.uploader, self.id, Attachment::find(self.id)?.is_some())? {
            return Ok(());
        }
        Work::Check(self.clone()).leave(now.saturating_add(clock::millis(OVER)))
    }
}

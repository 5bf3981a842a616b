//! What is left for later: `due/TIME/...` has it, and a timer comes round for it. Nobody tells the plugin when an upload is done, so it
//! looks: soon, when the form is good for nothing any more, and once more, as an upload that has begun goes on.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use talaria_sdk::resources::Kind;
use talaria_sdk::{kv, log, objects};

use crate::attachments::{self, Attachment, Checked, List};
use crate::refusal::{Refusal, Result};
use crate::{Storage, clock, pictures, references};

/// After an upload was asked for.
const ROUNDS: [Duration; 3] = [Duration::from_secs(3), Duration::from_secs(20), Duration::from_secs(90)];
/// An upload that begins in time may go on for so long.
const LATE: Duration = Duration::from_secs(60 * 60);
/// After the store was away.
const AGAIN: Duration = Duration::from_secs(30);
/// What is done in one call; the rest is done in the next.
const BATCH: u32 = 200;
/// Attachments that are cleared up in one call.
const STEP: u32 = 50;
/// Failures after which a call does no more: the store is away, mostly.
const FAILURES: usize = 3;

/// What is to be done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Work {
    Check(Check),
    /// An attachment goes, unless a message has it by now.
    Collect(i64),
    /// What a user who is deleted had not sent goes.
    ClearUp(ClearUp),
}

/// The attachments of a user, some at a time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct ClearUp {
    user: i64,
    /// When the user was deleted, in milliseconds since the Unix epoch: another may have the id by now.
    deleted: i64,
    /// The attachment that was looked at last.
    after: Option<i64>,
}

/// What is to be looked at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Check {
    kind: What,
    /// Of the attachment, or of the picture's user or group.
    pub(crate) id: i64,
    pub(crate) uploader: i64,
    /// When the upload was asked for, and until when it may begin, in milliseconds since the Unix epoch.
    pub(crate) created: i64,
    until: i64,
    round: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum What {
    UserPicture,
    GroupPicture,
    Attachment,
}

impl Check {
    pub(crate) fn attachment(attachment: &Attachment, until: i64) -> Self {
        let Attachment { id, uploader, created, .. } = *attachment;
        Self { kind: What::Attachment, id, uploader, created, until, round: 0 }
    }

    pub(crate) fn picture(kind: Kind, id: i64, uploader: i64, created: i64, until: i64) -> Self {
        let kind = if kind == Kind::UserPicture { What::UserPicture } else { What::GroupPicture };
        Self { kind, id, uploader, created, until, round: 0 }
    }

    /// When it is to be looked at, in milliseconds since the Unix epoch.
    fn due(&self) -> i64 {
        match ROUNDS.get(self.round) {
            Some(pause) => self.created.saturating_add(clock::millis(*pause)),
            None if self.round == ROUNDS.len() => self.until.saturating_add(1000),
            None => self.until.saturating_add(clock::millis(LATE)),
        }
    }

    fn is_last(&self) -> bool {
        self.round > ROUNDS.len()
    }
}

impl Work {
    /// One entry for the same work at the same time.
    fn key(&self, due: i64) -> String {
        let what = match self {
            Self::Check(check) => format!("check/{:?}/{}", check.kind, check.id),
            Self::Collect(id) => format!("collect/{id}"),
            Self::ClearUp(clear_up) => format!("clear-up/{}", clear_up.user),
        };
        format!("due/{:019}/{what}", due.max(0))
    }

    fn leave(&self, due: i64) -> Result<()> {
        Ok(kv::set(&self.key(due), serde_json::to_vec(self).expect("texts and numbers are JSON"))?)
    }
}

/// Has it looked at, some times.
pub(crate) fn begin(check: Check) -> Result<()> {
    let due = check.due();
    Work::Check(check).leave(due)
}

/// Has an attachment removed after a while, unless a message has it by then.
pub(crate) fn collect(attachment: i64, now: i64, grace: Duration) -> Result<()> {
    Work::Collect(attachment).leave(now.saturating_add(clock::millis(grace)))
}

/// Has removed what a user leaves who was deleted at that time.
pub(crate) fn clear_up(user: i64, deleted: i64) -> Result<()> {
    Work::ClearUp(ClearUp { user, deleted, after: None }).leave(deleted)
}

/// Does what is due at `now`. An entry goes when it is done: who dies in between does it again.
pub(crate) fn run(storage: &Storage, now: i64) -> Result<()> {
    let mut failures = 0;
    for key in kv::list_keys("due/", None, BATCH)? {
        let time = key.split('/').nth(1).and_then(|time| time.parse::<i64>().ok());
        if time.is_some_and(|time| time > now) || failures == FAILURES {
            break;
        }
        let Some(work) = kv::get(&key)? else { continue };
        match serde_json::from_slice::<Work>(&work) {
            Ok(work) => {
                match work.run(storage, now) {
                    // Nobody is there to be refused anything.
                    Ok(()) | Err(Refusal::Denied(_)) => {}
                    Err(refusal) => {
                        log::warn(format!("{key} is tried again later: {}", refusal.text()));
                        if refusal == Refusal::Full {
                            // There is room for it in its own place, and what comes next may make more.
                            kv::delete(&key)?;
                        } else {
                            failures += 1;
                        }
                        work.leave(now.saturating_add(clock::millis(AGAIN)))?;
                    }
                }
            }
            Err(error) => log::error(format!("{key} is not understood, and left out: {error}")),
        }
        kv::delete(&key)?;
    }
    Ok(())
}

impl Work {
    fn run(&self, storage: &Storage, now: i64) -> Result<()> {
        match self {
            Self::Check(check) => {
                if !check.look(storage)? || check.is_last() {
                    return Ok(());
                }
                let next = Check { round: check.round + 1, ..check.clone() };
                let due = next.due();
                Self::Check(next).leave(due)
            }
            Self::Collect(id) => {
                let Some(attachment) = Attachment::find(*id)? else { return Ok(()) };
                let grace = clock::millis(storage.settings.grace());
                // Sent again and lost again meanwhile, it has another entry.
                let is_due = attachment.lost.is_some_and(|lost| lost.saturating_add(grace) <= now);
                if is_due && !references::has_any(*id)? { attachments::remove(storage, *id) } else { Ok(()) }
            }
            Self::ClearUp(clear_up) => match clear_up.step(storage)? {
                // Later than this entry, which goes now.
                Some(next) => Self::ClearUp(next).leave(now.saturating_add(1)),
                None => Ok(()),
            },
        }
    }
}

impl ClearUp {
    /// The next ones, and what is left to do.
    fn step(&self, storage: &Storage) -> Result<Option<Self>> {
        let ids = List::Own(self.user).following(self.after, STEP)?;
        for id in &ids {
            let left = Attachment::find(*id)?.filter(|attachment| attachment.created <= self.deleted);
            if left.is_some_and(|attachment| attachment.is_for_nobody_else()) {
                attachments::remove(storage, *id)?;
            }
        }
        let is_over = ids.len() < STEP as usize;
        Ok(ids.last().filter(|_| !is_over).map(|last| Self { after: Some(*last), ..self.clone() }))
    }
}

impl Check {
    /// Whether another look may find more.
    fn look(&self, storage: &Storage) -> Result<bool> {
        match self.kind {
            What::Attachment => self.look_at_attachment(storage).map(|()| true),
            What::UserPicture => pictures::check(storage, Kind::UserPicture, self),
            What::GroupPicture => pictures::check(storage, Kind::GroupPicture, self),
        }
    }

    fn look_at_attachment(&self, storage: &Storage) -> Result<()> {
        let Some(attachment) = Attachment::find(self.id)? else {
            // It was removed, and its form may have brought another since.
            let key = self.id.to_string();
            return storage.buckets.with(&storage.settings, Kind::Attachment, |bucket| objects::delete(bucket, &key));
        };
        match attachments::check(storage, attachment)? {
            Checked::Ready(attachment) => match storage.is_as_checked(&attachment) {
                // It was removed then.
                Ok(()) | Err(Refusal::Denied(_)) => Ok(()),
                away => away,
            },
            Checked::Refused => Ok(()),
            Checked::Absent if self.is_last() => attachments::remove(storage, self.id),
            Checked::Absent => Ok(()),
        }
    }
}

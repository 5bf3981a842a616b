//! What is left for later: `due/TIME/...` has it, and a timer comes round for it. Nobody tells the plugin when an upload is done, so it
//! looks: soon, when the form is good for nothing any more, and once more, as an upload that has begun goes on. Who asks for an attachment
//! before, or for another form, has it looked at as well.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use talaria_sdk::resources::Kind;
use talaria_sdk::{kv, log, objects};

use crate::attachments::{self, Attachment, Checked, List};
use crate::clock::Period;
use crate::refusal::{Refusal, Result, skip_unreadable};
use crate::{Storage, clock, pictures, references, stored, usage};

/// After an upload was asked for.
const ROUNDS: [Duration; 3] = [Duration::from_secs(3), Duration::from_secs(20), Duration::from_secs(90)];
/// An upload that begins in time may go on for so long, in milliseconds: the server ends it ten minutes after its form, and a while is
/// for clocks and for the last bytes.
pub(crate) const LATE_MS: i64 = 15 * 60 * 1000;
/// After the store was away.
const AGAIN: Duration = Duration::from_secs(30);
/// After what was not understood.
const UNKNOWN: Duration = Duration::from_secs(60 * 60);
/// What was begun before that is over: no call takes longer.
const OVER: Duration = Duration::from_secs(60);
/// How long a call goes on; the rest is done in the next.
const CALL: Duration = Duration::from_secs(30);
const PAGE: u32 = 200;
/// Attachments that are cleared up in one call, which is to end in time with a slow store as well.
const STEP: u32 = 10;
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
    pub(crate) until: i64,
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

    /// Whether what was asked for at `created` is looked at for the first time after `now`.
    pub(crate) fn is_ahead(created: i64, now: i64) -> bool {
        created.saturating_add(clock::millis(ROUNDS[0])) > now
    }

    /// When it is to be looked at, in milliseconds since the Unix epoch.
    fn due(&self) -> i64 {
        match ROUNDS.get(self.round) {
            Some(pause) => self.created.saturating_add(clock::millis(*pause)),
            None if self.round == ROUNDS.len() => self.until.saturating_add(1000),
            None => self.until.saturating_add(LATE_MS),
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
            Self::Check(Check { kind, id, created, round, .. }) => format!("check/{kind:?}/{created}/{round}/{id}"),
            Self::Collect(id) => format!("collect/{id}"),
            Self::ClearUp(clear_up) => format!("clear-up/{}", clear_up.user),
        };
        key(due, &what)
    }

    fn leave(&self, due: i64) -> Result<()> {
        Ok(kv::set(&self.key(due), stored::encode(self))?)
    }
}

fn key(due: i64, what: &str) -> String {
    format!("due/{:019}/{what}", due.max(0))
}

/// Has it looked at, some times.
pub(crate) fn begin(check: Check) -> Result<()> {
    let due = check.due();
    Work::Check(check).leave(due)
}

/// Has an attachment that was lost at `now` removed after a while, unless a message has it by then. There is one entry for it, which
/// is left before it is noted: cut short, another is left.
pub(crate) fn collect(attachment: &Attachment, now: i64, grace: Duration) -> Result<()> {
    let due = now.saturating_add(clock::millis(grace));
    if attachment.collect.is_some_and(|left| now < left && left <= due) {
        return Ok(());
    }
    leave_collection(attachment.id, due)
}

fn leave_collection(attachment: i64, due: i64) -> Result<()> {
    Work::Collect(attachment).leave(due)?;
    Attachment::change(attachment, |attachment| Ok(attachment.collect.replace(due) != Some(due))).map(drop)
}

/// Has removed what a user leaves who was deleted at that time.
pub(crate) fn clear_up(user: i64, deleted: i64) -> Result<()> {
    Work::ClearUp(ClearUp { user, deleted, after: None }).leave(deleted)
}

/// Does what is due at `now`. An entry goes when it is done: who dies in between does it again.
pub(crate) fn run(storage: &Storage, now: i64) -> Result<()> {
    let call = Period::from_now(CALL);
    let (mut after, mut failures) = (None::<String>, 0);
    loop {
        let keys = kv::list_keys("due/", after.as_deref(), PAGE)?;
        if keys.is_empty() {
            return Ok(());
        }
        for key in keys {
            let mut parts = key.splitn(3, '/').skip(1);
            let time = parts.next().and_then(|time| time.parse::<i64>().ok());
            if time.is_some_and(|time| time > now) || failures == FAILURES || call.is_over() {
                return Ok(());
            }
            failures += usize::from(!take(storage, &key, parts.next().unwrap_or_default(), now)?);
            after = Some(key);
        }
    }
}

/// Does one piece of work, and leaves it for later when that fails. False when others would fail as well.
fn take(storage: &Storage, entry: &str, what: &str, now: i64) -> Result<bool> {
    let Some(kept) = kv::get(entry)? else { return Ok(true) };
    let refusal = match stored::decode::<Work>(entry, &kept) {
        Ok(work) => match work.run(storage, now) {
            // Nobody is there to be refused anything.
            Ok(()) | Err(Refusal::Denied(_)) => {
                kv::delete(entry)?;
                return Ok(true);
            }
            Err(refusal) => refusal,
        },
        Err(refusal) => refusal,
    };
    // Others can be done all the same.
    let is_unreadable = matches!(refusal, Refusal::Unreadable(_));
    let pause = if is_unreadable { UNKNOWN } else { AGAIN };
    log::warn(format!("{entry} is tried again later: {}", refusal.text()));
    match kv::set(&key(now.saturating_add(clock::millis(pause)), what), kept) {
        Ok(()) => drop(kv::delete(entry)?),
        // It is tried again where it is, and what comes next may make room.
        Err(kv::Error::Full) => return Ok(true),
        Err(error) => return Err(error.into()),
    }
    Ok(is_unreadable || refusal == Refusal::Full)
}

impl Work {
    fn run(&self, storage: &Storage, now: i64) -> Result<()> {
        match self {
            Self::Check(check) => match check.look(storage)? {
                Some(until) if !check.is_last() => {
                    let next = Check { round: check.round + 1, until, ..check.clone() };
                    let due = next.due();
                    Self::Check(next).leave(due)
                }
                Some(_) => check.end(now),
                None => Ok(()),
            },
            Self::Collect(id) => {
                let is_lost = |attachment: &Attachment| !attachment.is_everywhere && attachment.lost.is_some();
                // In one step: who loses it later leaves another entry.
                let found = Attachment::change(*id, |attachment| {
                    Ok(!is_lost(attachment) && attachment.collect.take().is_some())
                })?;
                let Some(lost) = found.filter(is_lost).and_then(|attachment| attachment.lost) else { return Ok(()) };
                let due = lost.saturating_add(clock::millis(storage.settings.grace()));
                if due > now {
                    // It was sent again and lost again, or stays longer by now.
                    return leave_collection(*id, due);
                }
                if references::has_any(*id)? {
                    let end = |attachment: &mut Attachment| Ok(attachment.collect.take_if(|due| *due <= now).is_some());
                    return Attachment::change(*id, end).map(drop);
                }
                attachments::remove(storage, *id)
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
            let left = skip_unreadable(Attachment::find(*id))?.filter(|attachment| attachment.created <= self.deleted);
            if left.is_some_and(|attachment| attachment.is_for_nobody_else()) {
                attachments::remove(storage, *id)?;
            }
        }
        let is_over = ids.len() < STEP as usize;
        Ok(ids.last().filter(|_| !is_over).map(|last| Self { after: Some(*last), ..self.clone() }))
    }
}

impl Check {
    /// Until when its form is good, and others that it looks after. None when somebody else does.
    fn look(&self, storage: &Storage) -> Result<Option<i64>> {
        match self.kind {
            What::Attachment => self.look_at_attachment(storage).map(|()| Some(self.until)),
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
        match attachments::check(storage, attachment, Period::ENDLESS)? {
            Checked::Ready(attachment) => {
                // Who was first may not have come so far.
                attachments::count(&attachment)?;
                match storage.is_as_checked(&attachment, Period::ENDLESS) {
                    // It was replaced, and is removed; or its removal was cut short.
                    Err(Refusal::Denied(_)) if self.is_last() => attachments::remove(storage, self.id),
                    Ok(()) | Err(Refusal::Denied(_)) => Ok(()),
                    away => away,
                }
            }
            Checked::Refused => Ok(()),
            Checked::Absent if self.is_last() => attachments::remove(storage, self.id),
            Checked::Absent => Ok(()),
        }
    }

    /// After the last look: its form brings no more.
    fn end(&self, now: i64) -> Result<()> {
        match self.kind {
            What::Attachment => {
                if usage::close(self.uploader, self.id, Attachment::find(self.id)?.is_some())? {
                    return Ok(());
                }
                Work::Check(self.clone()).leave(now.saturating_add(clock::millis(OVER)))
            }
            What::UserPicture => pictures::end(Kind::UserPicture, self),
            What::GroupPicture => pictures::end(Kind::GroupPicture, self),
        }
    }
}

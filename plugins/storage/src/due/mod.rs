//! What is left for later: `due/TIME/...` has it, and a timer comes round for it. What observers are told of comes here
//! when it needs the store of objects: all events wait while one of them is handled, and none is to wait for a store.

mod check;
mod clearing;
mod collection;
mod expiry;
mod missing;
mod pictures;
mod remains;

use std::time::Duration;

use serde::{Deserialize, Serialize};
use talaria_sdk::resources::Kind;
use talaria_sdk::{kv, log};

pub(crate) use self::check::{Check, Found, LATE_MS, begin};
use self::clearing::ClearUp;
pub(crate) use self::clearing::{clear_up, erase};
pub(crate) use self::collection::collect;
use self::expiry::Expiry;
pub(crate) use self::expiry::expire;
pub(crate) use self::missing::look_for;
use self::pictures::Picture;
pub(crate) use self::pictures::remove_picture;
use self::remains::Remains;
pub(crate) use self::remains::Removal;
use crate::clock::{self, Period};
use crate::refusal::{Refusal, Result};
use crate::{Storage, stored};

/// After the store was away.
const AGAIN: Duration = Duration::from_secs(30);
/// After what was not understood, and after what has failed for as long.
const MUCH_LATER: Duration = Duration::from_secs(60 * 60);
/// How long a call goes on; the rest is done in the next.
const CALL: Duration = Duration::from_secs(30);
const PAGE: u32 = 200;
/// Failures after which a call does no more with a bucket: it is refused, or the store is away. Work in others goes on.
const FAILURES: usize = 3;
const BUCKETS: usize = 3;
/// Looks between two rounds, as their keys have it, and how many of them there are in one call: whoever asks for many
/// forms is not to keep others from their turn.
const BETWEEN: &str = "between";
const MOST_BETWEEN: usize = 50;

/// What is to be done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Work {
    Check(Check),
    /// An attachment goes, unless a message has it by now.
    Collect(i64),
    /// An attachment goes, unless the store has it by now.
    LookFor(i64),
    /// What a user who is deleted had not sent goes, or everything.
    ClearUp(ClearUp),
    /// The picture of a user, or a group, that is deleted goes.
    RemovePicture(Picture),
    /// Messages that are too old are gone, and what they had is lost.
    Expire(Expiry),
    /// An attachment is gone, and everything of it goes.
    Remove(Remains),
}

/// In the bucket of what it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum What {
    UserPicture,
    GroupPicture,
    Attachment,
}

impl What {
    const fn kind(self) -> Kind {
        match self {
            Self::UserPicture => Kind::UserPicture,
            Self::GroupPicture => Kind::GroupPicture,
            Self::Attachment => Kind::Attachment,
        }
    }

    /// By the part of a key that says what is to be done.
    fn of_key(what: &str) -> Self {
        let is_of = |kind: Self| what.split('/').nth(1).is_some_and(|part| part == format!("{kind:?}"));
        [Self::UserPicture, Self::GroupPicture].into_iter().find(|kind| is_of(*kind)).unwrap_or(Self::Attachment)
    }
}

impl From<Kind> for What {
    fn from(kind: Kind) -> Self {
        match kind {
            Kind::UserPicture => Self::UserPicture,
            Kind::GroupPicture => Self::GroupPicture,
            Kind::Attachment => Self::Attachment,
        }
    }
}

impl Work {
    /// One entry for the same work at the same time.
    fn key(&self, due: i64) -> String {
        let what = match self {
            Self::Check(Check { kind, id, created, round, is_between, .. }) => {
                let name = if *is_between { BETWEEN } else { "check" };
                format!("{name}/{kind:?}/{created}/{round}/{id}")
            }
            Self::Collect(id) => format!("collect/{id}"),
            Self::LookFor(id) => format!("look-for/{id}"),
            Self::ClearUp(ClearUp { user, everything: true, .. }) => format!("erase/{user}"),
            Self::ClearUp(ClearUp { user, .. }) => format!("clear-up/{user}"),
            Self::RemovePicture(Picture { kind, id, .. }) => format!("remove-picture/{kind:?}/{id}"),
            Self::Expire(Expiry { below, .. }) => format!("expire/{below}"),
            Self::Remove(Remains { id, .. }) => format!("remove/{id}"),
        };
        key(due, &what)
    }

    fn leave(&self, due: i64) -> Result<()> {
        Ok(kv::set(&self.key(due), stored::encode(self))?)
    }

    fn run(&self, storage: &Storage, now: i64) -> Result<()> {
        match self {
            Self::Check(check) => check.run(storage, now),
            Self::Collect(id) => collection::run(storage, *id, now),
            Self::LookFor(id) => missing::run(storage, *id),
            Self::ClearUp(clear_up) => clear_up.run(storage, now),
            Self::RemovePicture(picture) => picture.run(storage),
            Self::Expire(expiry) => expiry.run(storage, now),
            Self::Remove(remains) => remains.run(storage),
        }
    }

    /// How long it waits after a failure.
    fn pause(&self, now: i64) -> Duration {
        let since = match self {
            Self::Check(check) => check.over(),
            Self::RemovePicture(picture) => Some(picture.date),
            Self::Collect(_) | Self::LookFor(_) | Self::ClearUp(_) | Self::Expire(_) | Self::Remove(_) => None,
        };
        let is_old = since.is_some_and(|since| now.saturating_sub(since) > clock::millis(MUCH_LATER));
        if is_old { MUCH_LATER } else { AGAIN }
    }

    /// Whether it has failed for so long that it is left, and nothing waits for it any more.
    fn gives_up(&self, now: i64) -> Result<bool> {
        if let Self::Check(check) = self { check.gives_up(now) } else { Ok(false) }
    }
}

fn key(due: i64, what: &str) -> String {
    format!("due/{:019}/{what}", due.max(0))
}

/// Does what is due at `now`. An entry goes when it is done: who dies in between does it again.
pub(crate) fn run(storage: &Storage, now: i64) -> Result<()> {
    let call = Period::from_now(CALL);
    let (mut after, mut failed, mut between) = (None::<String>, Vec::new(), 0);
    loop {
        let keys = kv::list_keys("due/", after.as_deref(), PAGE)?;
        if keys.is_empty() {
            return Ok(());
        }
        for key in keys {
            let mut parts = key.splitn(3, '/').skip(1);
            let time = parts.next().and_then(|time| time.parse::<i64>().ok());
            if time.is_some_and(|time| time > now) || failed.len() == BUCKETS * FAILURES || call.is_over() {
                return Ok(());
            }
            let what = parts.next().unwrap_or_default();
            let (bucket, is_between) = (What::of_key(what), what.starts_with(BETWEEN));
            between += usize::from(is_between);
            let is_left = is_between && between > MOST_BETWEEN;
            if !is_left
                && failed.iter().filter(|failed| **failed == bucket).count() < FAILURES
                && !take(storage, &key, what, now)?
            {
                failed.push(bucket);
            }
            after = Some(key);
        }
    }
}

/// Does one piece of work, and leaves it for later when that fails. False when others in this bucket would fail as
/// well.
fn take(storage: &Storage, entry: &str, what: &str, now: i64) -> Result<bool> {
    let Some(kept) = kv::get(entry)? else { return Ok(true) };
    let work = stored::decode::<Work>(entry, &kept);
    let refusal = match work.as_ref().map(|work| work.run(storage, now)) {
        // Nobody is there to be refused anything.
        Ok(Ok(()) | Err(Refusal::Denied(_))) => {
            kv::delete(entry)?;
            return Ok(true);
        }
        Ok(Err(refusal)) => refusal,
        Err(unreadable) => unreadable.clone(),
    };
    // Others can be done all the same.
    let is_unreadable = matches!(refusal, Refusal::Unreadable(_));
    if let (Ok(work), false) = (&work, is_unreadable)
        && work.gives_up(now)?
    {
        log::error(format!("{entry} is given up: {}", refusal.text()));
        kv::delete(entry)?;
        return Ok(false);
    }
    let pause = work.ok().filter(|_| !is_unreadable).map_or(MUCH_LATER, |work| work.pause(now));
    log::warn(format!("{entry} is tried again later: {}", refusal.text()));
    match kv::set(&key(now.saturating_add(clock::millis(pause)), what), kept) {
        Ok(()) => drop(kv::delete(entry)?),
        // It is tried again where it is, and what comes next may make room.
        Err(kv::Error::Full) => {}
        Err(error) => return Err(error.into()),
    }
    Ok(is_unreadable || refusal == Refusal::Full)
}

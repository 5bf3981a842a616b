//! What each user keeps, what forms may bring besides, and how much there is to be known of it: `usage/USER`.

mod extent;
mod room;
mod round;

pub(crate) use self::extent::{refer, share};
use self::round::Round;
pub(crate) use self::round::{begin_round, end_round};

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use talaria_sdk::kv;

use crate::attachments::Attachment;
use crate::refusal::{Refusal, Result};
use crate::settings::Attachments;
use crate::{clock, due, stored};

/// Until when a form is good that nobody has.
const NEVER: i64 = -1;
/// Writers at a time that one of them gives way to.
const ROUNDS: u32 = 16;

/// What is counted of one user. Wherever a call is cut short, and whatever another does at the same time:
///
/// * Each form is in `forms` from before it is given out until the last look at what it has brought, as it can bring no
///   more bytes then. What it takes is reserved until its upload is counted or given up; after that it may still bring
///   as much again, which a look removes.
/// * `files` and `bytes` are of the attachments whose record has a size and whose form is `Counted`, or is no longer
///   here. It is the size that is in the record, as it is counted from there.
/// * So `bytes` and what is reserved are never more than the user may keep, and with what forms may bring again never
///   more than there may be at once.
/// * `shares` and `references` bound what is to be known of a user's files. A share is counted after it is written
///   down, so that it may be off by one where a call is cut short; without attachments there is none.
///
/// A record is written first, by compare-and-set, so that one call wins, and counted then. What became of a form is
/// written in the same step in which it is counted, so that nothing is counted twice; who dies in between leaves it to
/// the next look.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Usage {
    pub(crate) files: u64,
    pub(crate) bytes: u64,
    /// Users and groups that the attachments are shared with, those of each attachment. Less than none for as long as
    /// one that was just shared is gone and not yet counted.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub(crate) shares: i64,
    /// Attachments that messages of the user hold, those of each message.
    #[serde(default, skip_serializing_if = "is_none")]
    pub(crate) references: u64,
    /// The message that was counted last, and how many of it. It may be told again before it is written down that it
    /// was counted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    noted: Option<(i64, usize)>,
    /// By the id of the attachment.
    forms: BTreeMap<i64, Form>,
    /// The last round of looks at what has come, unless it has found something: of what it finds there is an end, as
    /// there is of forms.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    round: Option<Round>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
struct Form {
    /// What it takes.
    bytes: u64,
    /// Until when an upload may begin, in milliseconds since the Unix epoch.
    until: i64,
    fate: Fate,
    /// In which round somebody has looked whether its upload has come, by when that began; 0: in none.
    #[serde(default, skip_serializing_if = "is_zero")]
    looked: i64,
    /// With how many its attachment was to be shared from the beginning.
    #[serde(default, skip_serializing_if = "is_zero")]
    shares: i64,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks so")]
const fn is_zero(number: &i64) -> bool {
    *number == 0
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks so")]
const fn is_none(count: &u64) -> bool {
    *count == 0
}

/// What is counted of an attachment that has a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Kept {
    /// Once its upload was seen.
    pub(crate) size: Option<u64>,
    pub(crate) shares: i64,
}

impl From<&Attachment> for Kept {
    fn from(attachment: &Attachment) -> Self {
        let shares = attachment.users.len().saturating_add(attachment.groups.len());
        Self { size: attachment.size(), shares: i64::try_from(shares).unwrap_or(i64::MAX) }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Fate {
    /// Nothing that it has brought is counted yet.
    Open,
    /// So many bytes are counted.
    Counted(u64),
    /// Its attachment is gone.
    Gone,
}

impl Form {
    /// What it may bring beyond what is counted or reserved.
    const fn again(&self) -> u64 {
        match self.fate {
            Fate::Open => 0,
            Fate::Counted(size) => self.bytes.saturating_sub(size),
            Fate::Gone => self.bytes,
        }
    }

    /// When it can bring no more.
    const fn end(&self) -> i64 {
        self.until.saturating_add(due::LATE_MS)
    }
}

impl Usage {
    pub(crate) fn of(user: i64) -> Result<Self> {
        Ok(read(user)?.1)
    }

    /// Whether the last look at an attachment is ahead.
    pub(crate) fn has_form(&self, attachment: i64) -> bool {
        self.forms.contains_key(&attachment)
    }

    /// How many uploads may still begin, and what is reserved for those that are not done.
    pub(crate) fn open(&self, now: i64) -> (usize, u64) {
        self.unfinished().fold((0, 0), |(count, bytes), form| {
            (count + usize::from(form.until > now), bytes.saturating_add(form.bytes))
        })
    }

    /// What forms may bring again whose uploads are done.
    pub(crate) fn again(&self) -> u64 {
        self.forms.values().fold(0, |bytes, form| bytes.saturating_add(form.again()))
    }

    fn unfinished(&self) -> impl Iterator<Item = &Form> {
        self.forms.values().filter(|form| form.fate == Fate::Open)
    }

    fn add(&mut self, size: u64) {
        self.files = self.files.saturating_add(1);
        self.bytes = self.bytes.saturating_add(size);
    }

    fn subtract(&mut self, size: u64) {
        self.files = self.files.saturating_sub(1);
        self.bytes = self.bytes.saturating_sub(size);
    }
}

/// Reserves what the form of an attachment takes, before it is given out, and counts whom it is shared with from the
/// beginning. Answers how much it takes; None when there is another form with this id.
pub(crate) fn reserve(attachment: &Attachment, until: i64, bounds: &Attachments) -> Result<Option<u64>> {
    let Kept { shares, .. } = attachment.into();
    change(attachment.uploader, |usage| {
        if usage.forms.contains_key(&attachment.id) {
            return Ok(None);
        }
        let bytes = usage.room(clock::now_ms(), bounds)?;
        if shares > 0 {
            usage.room_to_share(bounds)?;
        }
        usage.forms.insert(attachment.id, Form { bytes, until, fate: Fate::Open, looked: 0, shares });
        usage.shares = usage.shares.saturating_add(shares);
        Ok(Some(bytes))
    })
}

/// A form was given to nobody.
pub(crate) fn cancel(user: i64, attachment: i64) -> Result<()> {
    change(user, |usage| {
        if let Some(form) = usage.forms.remove(&attachment) {
            usage.shares = usage.shares.saturating_sub(form.shares);
        }
        Ok(())
    })
}

/// The record of an attachment has a size. True when it was not counted before.
pub(crate) fn count(user: i64, attachment: i64, size: u64) -> Result<bool> {
    change(user, |usage| {
        let open = usage.forms.get_mut(&attachment).filter(|form| form.fate == Fate::Open);
        let Some(form) = open else { return Ok(false) };
        form.fate = Fate::Counted(size);
        usage.add(size);
        Ok(true)
    })
}

/// An attachment is about to be removed. One without a form has one until its removal is counted, so that it is counted
/// once however often it is told: a form that brings nothing and was never given out. Answers whether this has given it
/// one; without room for it there is none.
pub(crate) fn reopen(attachment: &Attachment) -> Result<bool> {
    let Some(size) = attachment.size() else { return Ok(false) };
    let reopened = change(attachment.uploader, |usage| {
        let form = Form { bytes: 0, until: NEVER, fate: Fate::Counted(size), looked: 0, shares: 0 };
        let is_new = !usage.forms.contains_key(&attachment.id);
        usage.forms.entry(attachment.id).or_insert(form);
        Ok(is_new)
    });
    if reopened == Err(Refusal::Full) { Ok(false) } else { reopened }
}

/// The record of an attachment is gone, which was so at last; told by who removed it, and once, or more often while it
/// has a form.
pub(crate) fn release(user: i64, attachment: i64, kept: Kept) -> Result<()> {
    change(user, |usage| {
        let counted = match usage.forms.get_mut(&attachment) {
            Some(Form { until: NEVER, fate, .. }) => {
                let fate = *fate;
                usage.forms.remove(&attachment);
                match fate {
                    Fate::Counted(size) => Some(size),
                    Fate::Open | Fate::Gone => return Ok(()),
                }
            }
            Some(form) => match std::mem::replace(&mut form.fate, Fate::Gone) {
                Fate::Counted(size) => Some(size),
                Fate::Open => None,
                // It was not told for so long that a look has.
                Fate::Gone => return Ok(()),
            },
            // It was counted before the last look.
            None => kept.size,
        };
        if let Some(size) = counted {
            usage.subtract(size);
        }
        usage.shares = usage.shares.saturating_sub(kept.shares);
        Ok(())
    })
}

/// A form can bring no more, and its attachment has a record, or has none. False when whoever removed that has not said
/// so: they may be about to, and the form can be closed when they cannot any more.
pub(crate) fn close(user: i64, attachment: i64, has_record: bool) -> Result<bool> {
    let found = read(user)?.1.forms.get(&attachment).copied();
    match found.filter(|form| !has_record && form.fate != Fate::Gone) {
        Some(form) => release(user, attachment, Kept { size: None, shares: form.shares }).map(|()| false),
        None => change(user, |usage| {
            usage.forms.remove(&attachment);
            Ok(true)
        }),
    }
}

/// Counts anew, by the records of all attachments of a user.
pub(crate) fn recount(user: i64, records: impl Fn() -> Result<BTreeMap<i64, Kept>>) -> Result<Usage> {
    // What changes meanwhile may or may not be among the records, so they are read again then.
    change(user, |usage| {
        let records = records()?;
        let size = |id: &i64| records.get(id).and_then(|kept| kept.size);
        for (id, form) in &mut usage.forms {
            if matches!(form.fate, Fate::Counted(_)) {
                form.fate = size(id).map_or(Fate::Gone, Fate::Counted);
            }
        }
        (usage.files, usage.bytes) = (0, 0);
        for (id, size) in records.keys().filter_map(|id| Some((id, size(id)?))) {
            // Of those that are left out one is about to be counted, and the other is about to go.
            if usage.forms.get(id).is_none_or(|form| matches!(form.fate, Fate::Counted(_))) {
                usage.add(size);
            }
        }
        usage.shares = records.values().fold(0, |shares, kept| kept.shares.saturating_add(shares));
        Ok(usage.clone())
    })
}

fn change<T>(user: i64, work: impl Fn(&mut Usage) -> Result<T>) -> Result<T> {
    for _ in 0..ROUNDS {
        let (kept, before) = read(user)?;
        let mut usage = before.clone();
        let answer = work(&mut usage)?;
        // Who has no form is not looked after, and who keeps nothing besides has no record.
        usage.round = usage.round.filter(|_| !usage.forms.is_empty());
        usage.noted = usage.noted.filter(|_| usage.references > 0);
        if usage.files == 0 && usage.forms.is_empty() {
            usage.shares = 0;
        }
        let value = (usage != Usage::default()).then(|| stored::encode(&usage));
        if usage == before || kv::compare_and_set(&key(user), kept.as_deref(), value.as_deref())? {
            return Ok(answer);
        }
    }
    Err(Refusal::Away(format!("too many change at a time what user {user} keeps")))
}

fn read(user: i64) -> Result<(Option<Vec<u8>>, Usage)> {
    Ok(stored::find(&key(user))?.map_or_else(Default::default, |(kept, usage)| (Some(kept), usage)))
}

fn key(user: i64) -> String {
    format!("usage/{user}")
}

//! What each user keeps, and what forms may bring besides: `usage/USER`.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use talaria_sdk::kv;

use crate::refusal::{Refusal, Result, code};
use crate::settings::Attachments;
use crate::{clock, due, stored};

/// Forms of one user that can bring bytes at a time: all of them are in one record.
const FORMS: usize = 500;
/// The last part of what there may be at once, of so many, is shared by all forms that there may still be: who sends many small files is
/// not to be stopped by what their forms could bring.
const PARTS: u64 = 4;
/// What such a form takes at least: with less there is no use in it.
const LEAST: u64 = 1024 * 1024;
/// After a round of looks that has found nothing another begins so many milliseconds later: a client asks as often as it likes, and is not
/// to make the server ask the store as often.
const PAUSE_MS: i64 = 1000;
/// Writers at a time that one of them gives way to.
const ROUNDS: u32 = 16;

/// What is counted of one user. Wherever a call is cut short, and whatever another does at the same time:
///
/// * Each form is in `forms` from before it is given out until the last look at what it has brought, as it can bring no more bytes
///   then. What it takes is reserved until its upload is counted or given up; after that it may still bring as much again, which a
///   look removes.
/// * `files` and `bytes` are of the attachments whose record has a size and whose form is `Counted`, or is no longer here. It is the
///   size that is in the record, as it is counted from there.
/// * So `bytes` and what is reserved are never more than the user may keep, and with what forms may bring again never more than
///   there may be at once.
///
/// A record is written first, by compare-and-set, so that one call wins, and counted then. What became of a form is written in the
/// same step in which it is counted, so that nothing is counted twice; who dies in between leaves it to the next look.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Usage {
    pub(crate) files: u64,
    pub(crate) bytes: u64,
    /// By the id of the attachment.
    forms: BTreeMap<i64, Form>,
    /// The last round of looks at what has come, unless it has found something: of what it finds there is an end, as there is of forms.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    round: Option<Round>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
struct Round {
    /// In milliseconds since the Unix epoch.
    begun: i64,
    has_failed: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
struct Form {
    /// What it takes.
    bytes: u64,
    /// Until when an upload may begin, in milliseconds since the Unix epoch.
    until: i64,
    fate: Fate,
    /// In which round somebody has looked whether its upload has come, by when that began; 0: in none.
    #[serde(default, skip_serializing_if = "is_never")]
    looked: i64,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks so")]
const fn is_never(looked: &i64) -> bool {
    *looked == 0
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

    /// The attachments whose uploads may have come and are not counted: those first that nobody has looked at for the longest time, so that
    /// each has its turn; of these those by whose forms they may still begin, and of these the oldest.
    pub(crate) fn uncounted(&self, now: i64) -> Vec<i64> {
        let open = self.forms.iter().filter(|(_, form)| form.fate == Fate::Open);
        let mut forms: Vec<_> = open.map(|(id, form)| (form.looked, form.until <= now, form.until, *id)).collect();
        forms.sort_unstable();
        forms.into_iter().map(|(.., id)| id).collect()
    }

    /// What another form may take: as much as one file may have; less when the user may not keep as much, or when forms may bring much
    /// already.
    pub(crate) fn room(&self, now: i64, bounds: &Attachments) -> Result<u64> {
        let refused = |text: String| Err(Refusal::denied(code::QUOTA, text));
        let (open, reserved) = self.open(now);
        if open >= bounds.max_pending_per_user {
            let begin = self.unfinished().map(|form| form.until).filter(|until| *until > now);
            return refused(format!(
                "{open} uploads are not finished: finish them, delete those that you no longer want, or wait {}",
                minutes(now, begin.min())
            ));
        }
        let (most, unfinished) = (bounds.max_files_per_user, self.unfinished().count());
        let end = self.unfinished().map(Form::end).min();
        if self.files.saturating_add(unfinished as u64) >= most {
            let text =
                format!("you may keep {most} files: {} are kept, and {unfinished} uploads are not seen", self.files);
            return refused(to_make_room(&text, now, end));
        }
        let (most, kept) = (bounds.max_bytes_per_user, self.bytes);
        let taken = kept.saturating_add(reserved);
        let bytes = most.saturating_sub(taken).min(bounds.max_bytes());
        if bytes == 0 {
            let text = format!("you may keep {most} bytes: {kept} are kept, and {reserved} are reserved for uploads");
            return refused(to_make_room(&text, now, end));
        }
        let (most, there) = (bounds.max_bytes_at_once(), taken.saturating_add(self.again()));
        let bytes = bytes.min(self.share(most, there));
        let excess = (there.saturating_add(bytes).saturating_sub(most), (self.forms.len() + 1).saturating_sub(FORMS));
        if excess != (0, 0) {
            let wait = minutes(now, self.end_of(excess));
            return refused(format!(
                "too many uploads of late: try again in {wait}; deleting them frees nothing before"
            ));
        }
        Ok(bytes)
    }

    /// What another form may take of what there may be at once.
    fn share(&self, most: u64, there: u64) -> u64 {
        let (left, forms) = (most.saturating_sub(there), FORMS.saturating_sub(self.forms.len()).max(1));
        left.saturating_sub(most / PARTS).max(left / forms as u64).max(LEAST)
    }

    /// When forms that may bring so many bytes again, and so many forms, are over.
    fn end_of(&self, (mut bytes, mut count): (u64, usize)) -> Option<i64> {
        let mut forms: Vec<_> = self.forms.values().collect();
        forms.sort_unstable_by_key(|form| form.until);
        let last = forms.into_iter().find(|form| {
            (bytes, count) = (bytes.saturating_sub(form.again()), count.saturating_sub(1));
            (bytes, count) == (0, 0)
        });
        last.map(Form::end)
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

/// What the user can do, who may keep no more.
fn to_make_room(text: &str, now: i64, end: Option<i64>) -> String {
    let wait = end.map(|end| format!(", or wait {}", minutes(now, Some(end)))).unwrap_or_default();
    format!("{text}: delete those that you no longer want, which frees what they have{wait}")
}

/// From now until then; what is over goes at the next look.
fn minutes(now: i64, end: Option<i64>) -> String {
    match end.map_or(0, |end| end.saturating_sub(now).saturating_add(59_999) / 60_000) {
        ..=1 => "a minute".to_owned(),
        minutes => format!("{minutes} minutes"),
    }
}

/// Reserves what a form takes, before it is given out. Answers how much; None when there is another form with this id.
pub(crate) fn reserve(user: i64, attachment: i64, until: i64, bounds: &Attachments) -> Result<Option<u64>> {
    change(user, |usage| {
        if usage.forms.contains_key(&attachment) {
            return Ok(None);
        }
        let bytes = usage.room(clock::now_ms(), bounds)?;
        usage.forms.insert(attachment, Form { bytes, until, fate: Fate::Open, looked: 0 });
        Ok(Some(bytes))
    })
}

/// A form was given to nobody.
pub(crate) fn cancel(user: i64, attachment: i64) -> Result<()> {
    change(user, |usage| {
        usage.forms.remove(&attachment);
        Ok(())
    })
}

/// Begins a round of looks, and answers at which uploads, at most so many: at none a moment after another round. What became of that is
/// known then, also when it failed.
pub(crate) fn begin_round(user: i64, now: i64, most: usize) -> Result<Vec<i64>> {
    change(user, |usage| {
        let mut ids = usage.uncounted(now);
        // By whichever server's clock; what is later than now is nothing to wait for.
        match usage.round.filter(|round| (round.begun..round.begun.saturating_add(PAUSE_MS)).contains(&now)) {
            _ if ids.is_empty() => {}
            Some(Round { has_failed: true, .. }) => {
                return Err(Refusal::Away("what has come could not be seen a moment ago".to_owned()));
            }
            Some(_) => ids.clear(),
            None => usage.round = Some(Round { begun: now, has_failed: false }),
        }
        ids.truncate(most);
        Ok(ids)
    })
}

/// What became of the round that began then, and what it has looked at.
pub(crate) fn end_round(user: i64, begun: i64, looked: &[i64], has_failed: bool) -> Result<()> {
    change(user, |usage| {
        let mut has_found = false;
        for id in looked {
            match usage.forms.get_mut(id).filter(|form| form.fate == Fate::Open) {
                Some(form) => form.looked = begun,
                None => has_found = true,
            }
        }
        if has_failed || has_found {
            usage.round = has_failed.then_some(Round { begun, has_failed });
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

/// The record of an attachment is gone, of this size if it had one; told by who removed it, and once.
pub(crate) fn release(user: i64, attachment: i64, size: Option<u64>) -> Result<()> {
    change(user, |usage| {
        let counted = match usage.forms.get_mut(&attachment) {
            Some(form) => match std::mem::replace(&mut form.fate, Fate::Gone) {
                Fate::Counted(size) => Some(size),
                Fate::Open | Fate::Gone => None,
            },
            // It was counted before the last look.
            None => size,
        };
        if let Some(size) = counted {
            usage.subtract(size);
        }
        Ok(())
    })
}

/// A form can bring no more, and its attachment has a record, or has none. False when whoever removed that has not said so: they may be
/// about to, and the form can be closed when they cannot any more.
pub(crate) fn close(user: i64, attachment: i64, has_record: bool) -> Result<bool> {
    let is_told = has_record || read(user)?.1.forms.get(&attachment).is_none_or(|form| form.fate == Fate::Gone);
    if is_told { cancel(user, attachment) } else { release(user, attachment, None) }.map(|()| is_told)
}

/// Counts anew, by the sizes that are in the records of all attachments of a user.
pub(crate) fn recount(user: i64, sizes: impl Fn() -> Result<BTreeMap<i64, u64>>) -> Result<Usage> {
    // What changes meanwhile may or may not be among the sizes, so they are read again then.
    change(user, |usage| {
        let sizes = sizes()?;
        for (id, form) in &mut usage.forms {
            if matches!(form.fate, Fate::Counted(_)) {
                form.fate = sizes.get(id).map_or(Fate::Gone, |size| Fate::Counted(*size));
            }
        }
        (usage.files, usage.bytes) = (0, 0);
        for (id, size) in sizes {
            // Of those that are left out one is about to be counted, and the other is about to go.
            if usage.forms.get(&id).is_none_or(|form| matches!(form.fate, Fate::Counted(_))) {
                usage.add(size);
            }
        }
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

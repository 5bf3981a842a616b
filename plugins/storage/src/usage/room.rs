//! What a user may still begin, and what those are told who may not.

use super::{Form, Usage};
use crate::refusal::{Refusal, Result, code};
use crate::settings::Attachments;

/// Forms of one user that can bring bytes at a time: all of them are in one record.
const FORMS: usize = 500;
/// The last part of what there may be at once, of so many, is shared by all forms that there may still be: who sends
/// many small files is not to be stopped by what their forms could bring.
const PARTS: u64 = 4;
/// What such a form takes at least: with less there is no use in it.
const LEAST: u64 = 1024 * 1024;

impl Usage {
    /// What another form may take: as much as one file may have; less when the user may not keep as much, or when forms
    /// may bring much already.
    pub(crate) fn room(&self, now: i64, bounds: &Attachments) -> Result<u64> {
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
}

pub(super) fn refused<T>(text: String) -> Result<T> {
    Err(Refusal::denied(code::QUOTA, text))
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

//! What each user keeps: `usage/USER`. A form that was given out reserves what may be uploaded with it, so that many forms at a time
//! get no further than one after the other.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use talaria_sdk::kv;

use crate::clock;
use crate::refusal::{Refusal, Result, code};
use crate::settings::Attachments;

/// A reservation that nobody settled goes so long after its form was good for.
const FORGOTTEN_MS: i64 = 24 * 60 * 60 * 1000;
/// Writers at a time that one of them gives way to.
const ROUNDS: u32 = 16;

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Usage {
    pub(crate) files: u64,
    pub(crate) bytes: u64,
    /// By the id of the attachment.
    pending: BTreeMap<i64, Reservation>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
struct Reservation {
    bytes: u64,
    /// Milliseconds since the Unix epoch.
    until: i64,
}

impl Usage {
    pub(crate) fn of(user: i64) -> Result<Self> {
        Ok(read(user)?.1)
    }

    /// How many forms are good by now, and what they reserve.
    pub(crate) fn open(&self, now: i64) -> (usize, u64) {
        let open = self.pending.values().filter(|reservation| reservation.until > now);
        open.fold((0, 0), |(count, bytes), next| (count + 1, bytes.saturating_add(next.bytes)))
    }
}

/// Reserves as much as one file may have; less when the user may not keep as much. Answers how much.
pub(crate) fn reserve(user: i64, attachment: i64, until: i64, bounds: &Attachments) -> Result<u64> {
    let now = clock::now_ms();
    change(user, |usage| {
        usage.pending.retain(|_, reservation| reservation.until.saturating_add(FORGOTTEN_MS) > now);
        let (open, reserved) = usage.open(now);
        if open >= bounds.max_pending_per_user {
            return Err(Refusal::denied(code::QUOTA, format!("{open} uploads are not finished: finish or wait")));
        }
        if usage.files.saturating_add(usage.pending.len() as u64) >= bounds.max_files_per_user {
            let most = bounds.max_files_per_user;
            return Err(Refusal::denied(code::QUOTA, format!("you keep as many files as you may, which is {most}")));
        }
        let left = bounds.max_bytes_per_user.saturating_sub(usage.bytes).saturating_sub(reserved);
        let bytes = left.min(bounds.max_bytes);
        if bytes == 0 {
            let (most, kept) = (bounds.max_bytes_per_user, usage.bytes);
            let text = format!(
                "you may keep {most} bytes: {kept} are kept, and {open} uploads that are not finished have {reserved}"
            );
            return Err(Refusal::denied(code::QUOTA, text));
        }
        usage.pending.insert(attachment, Reservation { bytes, until });
        Ok(bytes)
    })
}

/// What was reserved is there by now, or will not come.
pub(crate) fn settle(user: i64, attachment: i64, size: Option<u64>) -> Result<()> {
    change(user, |usage| {
        let was_pending = usage.pending.remove(&attachment).is_some();
        if let Some(size) = size.filter(|_| was_pending) {
            usage.files += 1;
            usage.bytes = usage.bytes.saturating_add(size);
        }
        Ok(())
    })
}

/// A file that was there is gone.
pub(crate) fn release(user: i64, size: u64) -> Result<()> {
    change(user, |usage| {
        usage.files = usage.files.saturating_sub(1);
        usage.bytes = usage.bytes.saturating_sub(size);
        Ok(())
    })
}

/// Puts right what was counted wrong when the server died in between.
pub(crate) fn correct(user: i64, files: u64, bytes: u64) -> Result<Usage> {
    change(user, |usage| {
        (usage.files, usage.bytes) = (files, bytes);
        Ok(usage.clone())
    })
}

fn change<T>(user: i64, work: impl Fn(&mut Usage) -> Result<T>) -> Result<T> {
    for _ in 0..ROUNDS {
        let (kept, mut usage) = read(user)?;
        let answer = work(&mut usage)?;
        let value = (usage != Usage::default()).then(|| serde_json::to_vec(&usage).expect("numbers are JSON"));
        if kv::compare_and_set(&key(user), kept.as_deref(), value.as_deref())? {
            return Ok(answer);
        }
    }
    Err(Refusal::Away(format!("too many change at a time what user {user} keeps")))
}

fn read(user: i64) -> Result<(Option<Vec<u8>>, Usage)> {
    let kept = kv::get(&key(user))?;
    let usage = kept.as_deref().and_then(|kept| serde_json::from_slice(kept).ok()).unwrap_or_default();
    Ok((kept, usage))
}

fn key(user: i64) -> String {
    format!("usage/{user}")
}

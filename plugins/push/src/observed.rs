//! From what is observed to jobs.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use talaria_sdk::push_send::{Outcome, Push};
use talaria_sdk::{jobs, kv, log};

use crate::content::Notice;
use crate::devices;
use crate::errand::{self, Errand};
use crate::settings::Settings;
use crate::store;

/// The messages of a batch that jobs have been left for, while the batch has to come again. Written after failures only: as long as
/// all goes well, nothing is.
const LEFT: &str = "left-for";
/// For as long as the server tells of a batch again.
const LASTS: Duration = Duration::from_secs(7 * 24 * 60 * 60);

/// Leaves jobs for those who have devices, and says who has none. Past `until` nobody's devices are looked at any more: the job
/// will look.
///
/// # Errors
///
/// When the batch has to come again.
pub(crate) fn leave(settings: &Settings, pushes: &[Push], until: Instant) -> Result<Vec<Outcome>, String> {
    let before = read()?;
    let mut done = before.clone();
    let mut outcomes = Vec::new();
    for push in pushes {
        if done.contains(&push.message.id) {
            continue;
        }
        match leave_one(settings, push, until) {
            Ok(told) => outcomes.extend(told),
            Err(error) => {
                if done != before {
                    write(&done);
                }
                return Err(error);
            }
        }
        done.insert(push.message.id);
    }
    if !before.is_empty() && kv::delete(LEFT).is_err() {
        log::warn("a note of what jobs have been left for cannot be deleted");
    }
    Ok(outcomes)
}

fn leave_one(settings: &Settings, push: &Push, until: Instant) -> Result<Vec<Outcome>, String> {
    let notice = Notice::of(push, settings);
    let mut reachable = Vec::with_capacity(push.recipients.len());
    let mut outcomes = Vec::with_capacity(push.recipients.len());
    for user_id in push.recipients.iter().copied() {
        let is_reachable = Instant::now() > until || devices::has_any(user_id).map_err(store::failed)?;
        let failure = (!is_reachable).then(|| "no device".to_owned());
        outcomes.push(Outcome { message_id: notice.message, user_id, failure });
        if is_reachable {
            reachable.push(user_id);
        }
    }
    for users in reachable.chunks(errand::USERS) {
        Errand::enqueue(&notice, users).map_err(|error| match error {
            jobs::Error::Full => "as many jobs wait as may (plugins.jobs_waiting)".to_owned(),
            error => format!("a job cannot be left: {error:?}"),
        })?;
    }
    Ok(outcomes)
}

fn read() -> Result<BTreeSet<i64>, String> {
    let kept = kv::get(LEFT).map_err(store::failed)?.unwrap_or_default();
    Ok(serde_json::from_slice(&kept).unwrap_or_default())
}

fn write(done: &BTreeSet<i64>) {
    let written = serde_json::to_vec(done).map(|done| kv::set_for(LEFT, done, LASTS));
    if !matches!(written, Ok(Ok(()))) {
        log::warn("what jobs have been left for cannot be noted: some may be told twice");
    }
}

//! From what is observed to jobs.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use talaria_sdk::push_send::{Outcome, Push};
use talaria_sdk::{jobs, kv, log};

use crate::content::Notice;
use crate::devices;
use crate::errand::{self, Errand};
use crate::settings::Settings;
use crate::store;

/// The messages of a batch that jobs have been left for, while the batch has to come again. Written after failures
/// only: as long as all goes well, nothing is.
const LEFT: &str = "left-for";
/// For as long as the server tells of a batch again.
const LASTS: Duration = Duration::from_secs(7 * 24 * 60 * 60);

/// The last user of each message whom a job has been left for, in the order of their ids.
type Progress = BTreeMap<i64, i64>;

/// Leaves jobs for those who have devices, and says who has none. Past `until` nobody's devices are looked at any more:
/// the job will look.
///
/// # Errors
///
/// When the batch has to come again.
pub(crate) fn leave(settings: &Settings, pushes: &[Push], until: Instant) -> Result<Vec<Outcome>, String> {
    leave_with(settings, pushes, until, Errand::enqueue)
}

fn leave_with(
    settings: &Settings,
    pushes: &[Push],
    until: Instant,
    mut enqueue: impl FnMut(&Notice, &[i64]) -> Result<(), jobs::Error>,
) -> Result<Vec<Outcome>, String> {
    let before = read()?;
    let mut progress = before.clone();
    let mut outcomes = Vec::new();
    for push in pushes {
        let notice = Notice::of(push, settings);
        let last = progress.entry(notice.message).or_default();
        let told = look(push, until).and_then(|told| {
            let reachable = told.iter().filter(|outcome| outcome.failure.is_none() && outcome.user_id > *last);
            let reachable: Vec<_> = reachable.map(|outcome| outcome.user_id).collect();
            for users in reachable.chunks(errand::USERS) {
                enqueue(&notice, users).map_err(explain)?;
                *last = users.last().copied().unwrap_or(*last);
            }
            Ok(told)
        });
        match told {
            Ok(told) => outcomes.extend(told),
            Err(error) => {
                if progress != before {
                    write(&progress);
                }
                return Err(error);
            }
        }
    }
    if !before.is_empty() && kv::delete(LEFT).is_err() {
        log::warn("a note of what jobs have been left for cannot be deleted");
    }
    Ok(outcomes)
}

/// Who has devices, in the order of their ids. Whom a job was left for before is among them: after an error nobody was
/// told of them.
fn look(push: &Push, until: Instant) -> Result<Vec<Outcome>, String> {
    let mut recipients = push.recipients.clone();
    recipients.sort_unstable();
    let mut outcomes = Vec::with_capacity(recipients.len());
    for user_id in recipients {
        let is_reachable = Instant::now() > until || devices::has_any(user_id).map_err(store::failed)?;
        let failure = (!is_reachable).then(|| "no device".to_owned());
        outcomes.push(Outcome { message_id: push.message.id, user_id, failure });
    }
    Ok(outcomes)
}

fn explain(error: jobs::Error) -> String {
    match error {
        jobs::Error::Full => "as many jobs wait as may (plugins.jobs_waiting)".to_owned(),
        error => format!("a job cannot be left: {error:?}"),
    }
}

fn read() -> Result<Progress, String> {
    let kept = kv::get(LEFT).map_err(store::failed)?.unwrap_or_default();
    Ok(serde_json::from_slice(&kept).unwrap_or_default())
}

fn write(progress: &Progress) {
    let written = serde_json::to_vec(progress).map(|progress| kv::set_for(LEFT, progress, LASTS));
    if !matches!(written, Ok(Ok(()))) {
        log::warn("what jobs have been left for cannot be noted: some may be told twice");
    }
}

#[cfg(test)]
mod tests {
    use talaria_sdk::Message;

    use super::*;
    use crate::devices::{Bounds, Platform, Registration};

    fn to_users(message: i64, recipients: Vec<i64>) -> Push {
        Push { message: Message { id: message, ..Message::from_text("hi") }, text: None, recipients }
    }

    #[test]
    fn when_no_more_jobs_may_wait_those_who_have_one_get_no_other() {
        let users: Vec<i64> = (1..=250).rev().collect();
        for user in users.iter().copied().filter(|user| *user != 7) {
            let registration = Registration { token: user.to_string(), platform: Platform::Fcm, app: None };
            devices::register(user, registration, Bounds { per_user: 1, days: 1 }).unwrap();
        }
        let pushes = [to_users(1, vec![7, 8]), to_users(2, users), to_users(3, vec![9])];
        let (mut jobs, mut room) = (Vec::new(), 0_usize);
        let mut leave = |more: usize| {
            room += more;
            let until = Instant::now() + Duration::from_secs(60);
            leave_with(&Settings::default(), &pushes, until, |notice, users| {
                room = room.checked_sub(1).ok_or(jobs::Error::Full)?;
                jobs.extend(users.iter().map(|user| (notice.message, *user)));
                Ok(())
            })
        };
        assert!(leave(2).unwrap_err().contains("plugins.jobs_waiting"));
        assert!(leave(1).is_err());
        let outcomes = leave(2).unwrap();
        assert_eq!(outcomes.len(), 253, "of what jobs were left for before as well");
        let without = outcomes.iter().filter(|told| told.failure.is_some());
        assert_eq!(without.map(|told| (told.message_id, told.user_id)).collect::<Vec<_>>(), [(1, 7), (2, 7)]);
        let reachable = outcomes.iter().filter(|told| told.failure.is_none());
        assert_eq!(jobs, reachable.map(|told| (told.message_id, told.user_id)).collect::<Vec<_>>(), "each once");
        assert_eq!(kv::get(LEFT).unwrap(), None);
    }
}

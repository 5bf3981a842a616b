//! What is left for later. Nobody tells the plugin when an upload is done, so it looks: soon, and for the last time when the form is
//! good for nothing any more.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use talaria_sdk::job_run::{Failure, Job};
use talaria_sdk::jobs;
use talaria_sdk::resources::Kind;

use crate::attachments::{self, Attachment, Checked};
use crate::refusal::Result;
use crate::{Storage, clock, pictures, references};

const CHECK: &str = "check";
const COLLECT: &str = "collect";
/// After an upload was asked for.
const ROUNDS: [Duration; 3] = [Duration::from_secs(3), Duration::from_secs(20), Duration::from_secs(90)];
/// An upload that begins in time may go on for so long.
const LATE: Duration = Duration::from_secs(60 * 60);

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
    /// As far as the client said it.
    pub(crate) media_type: Option<String>,
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
        Self { kind: What::Attachment, id, uploader, created, until, media_type: None, round: 0 }
    }

    pub(crate) fn picture(kind: Kind, id: i64, uploader: i64, times: (i64, i64), media_type: Option<String>) -> Self {
        let kind = if kind == Kind::UserPicture { What::UserPicture } else { What::GroupPicture };
        Self { kind, id, uploader, created: times.0, until: times.1, media_type, round: 0 }
    }

    fn enqueue(&self) -> Result<()> {
        let now = clock::now_ms();
        let pause = match ROUNDS.get(self.round) {
            Some(pause) => *pause,
            None if self.round == ROUNDS.len() => milliseconds(self.until - now) + Duration::from_secs(1),
            None => milliseconds(self.until - now) + LATE,
        };
        Ok(jobs::enqueue_after(pause, CHECK, serde_json::to_vec(self).expect("texts and numbers are JSON"))?)
    }

    /// Whether another look may find more.
    fn next(mut self) -> Option<Self> {
        self.round += 1;
        (self.round <= ROUNDS.len() + 1).then_some(self)
    }
}

/// Has it looked at, some times.
pub(crate) fn begin(check: &Check) -> Result<()> {
    check.enqueue()
}

/// Has an attachment removed after a while, unless a message has it by then.
pub(crate) fn collect(attachment: i64, grace: Duration) -> Result<()> {
    jobs::enqueue_once(&format!("{COLLECT}/{attachment}"), grace, COLLECT, attachment.to_string())?;
    Ok(())
}

pub(crate) fn run(storage: &Storage, job: &Job) -> std::result::Result<(), Failure> {
    let done = match job.name.as_str() {
        CHECK => match serde_json::from_slice(&job.payload) {
            Ok(check) => look(storage, check),
            Err(error) => return Err(Failure::ForGood(format!("what is to be checked is not understood: {error}"))),
        },
        COLLECT => match std::str::from_utf8(&job.payload).ok().and_then(|id| id.parse().ok()) {
            Some(id) => collect_now(storage, id),
            None => return Err(Failure::ForGood("what is to be collected is not understood".to_owned())),
        },
        other => return Err(Failure::ForGood(format!("there is no job {other:?}"))),
    };
    done.map_err(|refusal| Failure::Again(refusal.text()))
}

fn look(storage: &Storage, check: Check) -> Result<()> {
    let kind = match check.kind {
        What::Attachment => return look_at_attachment(storage, check),
        What::UserPicture => Kind::UserPicture,
        What::GroupPicture => Kind::GroupPicture,
    };
    pictures::check(storage, kind, &check)?;
    // Another may come in the place of this one, as long as the form is good.
    check.next().map_or(Ok(()), |check| check.enqueue())
}

fn look_at_attachment(storage: &Storage, check: Check) -> Result<()> {
    let Some(attachment) = Attachment::find(check.id)? else { return Ok(()) };
    match attachments::check(storage, attachment)? {
        Checked::Ready(_) | Checked::Refused => Ok(()),
        Checked::Absent => {
            let id = check.id;
            check.next().map_or_else(|| attachments::remove(storage, id), |check| check.enqueue())
        }
    }
}

fn collect_now(storage: &Storage, id: i64) -> Result<()> {
    if references::has_any(id)? { Ok(()) } else { attachments::remove(storage, id) }
}

fn milliseconds(millis: i64) -> Duration {
    Duration::from_millis(u64::try_from(millis).unwrap_or_default())
}

//! What is known of an attachment: `attachment/ID`, which has the last word about who may see it.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use talaria_sdk::kv;
use talaria_sdk::resources::{Kind, Resource};

use crate::refusal::{Refusal, Result};
use crate::stored;

/// Writers at a time that one of them gives way to.
const ROUNDS: u32 = 16;

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Attachment {
    #[serde(skip)]
    pub(crate) id: i64,
    pub(crate) uploader: i64,
    pub(crate) name: String,
    pub(crate) media_type: String,
    /// When the upload was asked for, in milliseconds since the Unix epoch.
    pub(crate) created: i64,
    /// Whom it is shared with.
    pub(crate) users: BTreeSet<i64>,
    pub(crate) groups: BTreeSet<i64>,
    pub(crate) state: State,
    /// Whether its uploader has sent it: it goes with its messages then.
    pub(crate) is_sent: bool,
    /// Whether it is in more messages than are noted: it does not go with them then.
    pub(crate) is_everywhere: bool,
    /// When the last message was gone that had it, in milliseconds since the Unix epoch, and its uploader has not sent
    /// it since; others may have.
    pub(crate) lost: Option<i64>,
    /// When it is looked at whether it is to go, if that is left to be done.
    pub(crate) collect: Option<i64>,
    /// When it is looked for again, in milliseconds since the Unix epoch, if the store did not have it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) missing: Option<i64>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum State {
    /// The form was given out, and nobody has seen the object yet.
    Pending,
    /// It was there and what was announced.
    Ready { size: u64, etag: String },
}

impl Attachment {
    /// One that is about to be uploaded, and shared with nobody. Its id comes later.
    pub(crate) fn new(uploader: i64, name: &str, media_type: &str, created: i64) -> Self {
        Self {
            id: 0,
            uploader,
            name: name.to_owned(),
            media_type: media_type.to_owned(),
            created,
            users: BTreeSet::new(),
            groups: BTreeSet::new(),
            state: State::Pending,
            is_sent: false,
            is_everywhere: false,
            lost: None,
            collect: None,
            missing: None,
        }
    }

    pub(crate) fn find(id: i64) -> Result<Option<Self>> {
        Ok(read(id)?.map(|(_, attachment)| attachment))
    }

    /// The one of this id, or a refusal.
    pub(crate) fn get(id: i64) -> Result<Self> {
        Self::find(id)?.ok_or_else(Refusal::not_found)
    }

    /// Writes it down, unless there is another with its id.
    pub(crate) fn insert(&self) -> Result<bool> {
        Ok(kv::compare_and_set(&key(self.id), None, Some(&stored::encode(self)))?)
    }

    /// Changes what is known of the one with this id, if it is still there; `work` says whether anything changes.
    pub(crate) fn change(id: i64, work: impl Fn(&mut Self) -> Result<bool>) -> Result<Option<Self>> {
        for _ in 0..ROUNDS {
            let Some((kept, mut attachment)) = read(id)? else { return Ok(None) };
            if !work(&mut attachment)?
                || kv::compare_and_set(&key(id), Some(&kept), Some(&stored::encode(&attachment)))?
            {
                return Ok(Some(attachment));
            }
        }
        Err(Refusal::Away(format!("too many change attachment {id} at a time")))
    }

    /// Forgets it. What it was at last is answered once, to whoever removed it.
    pub(crate) fn remove(id: i64) -> Result<Option<Self>> {
        for _ in 0..ROUNDS {
            let Some((kept, attachment)) = read(id)? else { return Ok(None) };
            if kv::compare_and_set(&key(id), Some(&kept), None)? {
                return Ok(Some(attachment));
            }
        }
        Err(Refusal::Away(format!("too many change attachment {id} at a time")))
    }

    /// The key of its object, which is what clients call its id.
    pub(crate) fn object_key(&self) -> String {
        self.id.to_string()
    }

    pub(crate) fn size(&self) -> Option<u64> {
        match self.state {
            State::Pending => None,
            State::Ready { size, .. } => Some(size),
        }
    }

    /// As observers are told of it.
    pub(crate) fn resource(&self, size: u64) -> Resource {
        Resource {
            kind: Kind::Attachment,
            id: self.id.into(),
            uploader: self.uploader,
            name: Some(self.name.clone()),
            media_type: Some(self.media_type.clone()),
            size,
            creation_date: self.created,
        }
    }
}

fn read(id: i64) -> Result<Option<(Vec<u8>, Attachment)>> {
    Ok(stored::find(&key(id))?.map(|(kept, attachment)| (kept, Attachment { id, ..attachment })))
}

fn key(id: i64) -> String {
    format!("attachment/{id}")
}

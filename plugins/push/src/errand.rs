//! A message and some of those who are to be told of it, as a job carries them.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use talaria_sdk::jobs::{self, Error};

use crate::content::Notice;
use crate::devices::Address;

/// The one kind of job.
pub(crate) const SEND: &str = "send";

/// Users of one errand, so that a large group is told bit by bit, and what fails is not much.
pub(crate) const USERS: usize = 100;

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Errand {
    pub(crate) notice: Notice,
    pub(crate) to: Recipients,
    /// How many attempts at what is left have failed.
    #[serde(default)]
    pub(crate) attempts: u32,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Recipients {
    /// On the devices that they have when it is done.
    Users(Vec<i64>),
    /// What is left of an errand.
    Devices(Vec<Address>),
}

impl Errand {
    /// An event may be told twice: while the job waits, another with its key is not added.
    pub(crate) fn enqueue(notice: &Notice, users: &[i64]) -> Result<(), Error> {
        let key = format!("{}/{}", notice.message, users.first().copied().unwrap_or_default());
        let errand = Self { notice: notice.clone(), to: Recipients::Users(users.to_vec()), attempts: 0 };
        jobs::enqueue_once(&key, Duration::ZERO, SEND, errand.to_json()).map(drop)
    }

    /// Another job for what is left.
    pub(crate) fn enqueue_rest(
        notice: &Notice,
        devices: &[Address],
        attempts: u32,
        after: Duration,
    ) -> Result<(), Error> {
        let errand = Self { notice: notice.clone(), to: Recipients::Devices(devices.to_vec()), attempts };
        jobs::enqueue_after(after, SEND, errand.to_json())
    }

    pub(crate) fn from_json(json: &[u8]) -> Option<Self> {
        serde_json::from_slice(json).ok()
    }

    fn to_json(&self) -> Vec<u8> {
        serde_json::to_vec(self).expect("texts and numbers are JSON")
    }
}

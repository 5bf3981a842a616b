//! Who was accepted lately, and what their sessions may ask for.

use std::collections::HashMap;
use std::hash::{BuildHasher, Hasher, RandomState};
use std::time::{Duration, Instant};

use sha2::{Digest, Sha256};
use talaria_sdk::auth_authenticate::Credentials;
use talaria_sdk::auth_authorize::Login;
use talaria_sdk::{DeviceType, kv};

use crate::answer::{Answer, Decision};

/// How many are remembered. When there are more, those whose time is over go, and all of them if that is not enough.
const MOST: usize = 10_000;
/// Between the two calls of one login there are other plugins at most.
const BETWEEN: Duration = Duration::from_secs(60);

/// The service's answers of some seconds ago. It is this instance's memory and nobody else's.
pub(crate) struct Accepted {
    lasts: Duration,
    /// What a hash begins with, so that nobody can look passwords up in a table.
    salt: [u8; 32],
    answers: HashMap<[u8; 32], (Answer, Instant)>,
}

impl Accepted {
    pub(crate) fn new(lasts: Duration) -> Self {
        let mut salt = [0; 32];
        for part in salt.chunks_mut(8) {
            part.copy_from_slice(&RandomState::new().build_hasher().finish().to_ne_bytes());
        }
        Self { lasts, salt, answers: HashMap::new() }
    }

    pub(crate) fn find(&self, credentials: &Credentials, now: Instant) -> Option<Answer> {
        if self.lasts.is_zero() {
            return None;
        }
        let (answer, until) = self.answers.get(&self.hash(credentials))?;
        (now < *until).then(|| answer.clone())
    }

    /// Remembers a yes, and nothing else.
    pub(crate) fn keep(&mut self, credentials: &Credentials, answer: &Answer, now: Instant) {
        if self.lasts.is_zero() || answer.decision != Decision::Accept {
            return;
        }
        if self.answers.len() >= MOST {
            self.answers.retain(|_, (_, until)| now < *until);
        }
        if self.answers.len() >= MOST {
            self.answers.clear();
        }
        let hash = self.hash(credentials);
        self.answers.insert(hash, (answer.clone(), now + self.lasts));
    }

    /// Of everything that the service may have decided by, except for the address and the details.
    fn hash(&self, credentials: &Credentials) -> [u8; 32] {
        let mut hash = Sha256::new();
        hash.update(self.salt);
        hash.update(credentials.user_id.to_be_bytes());
        hash.update([number(credentials.device), u8::from(credentials.password.is_some())]);
        hash.update(credentials.password.as_deref().unwrap_or_default());
        hash.finalize().into()
    }
}

/// Leaves for the call that follows what the session may ask for. Without limits, what an earlier login has left must
/// go.
pub(crate) fn leave_only(credentials: &Credentials, only: Option<&[String]>) -> Result<(), String> {
    let key = key(credentials.user_id, credentials.device);
    let written = match only {
        Some(only) => kv::set_for(&key, only.join("\n"), BETWEEN),
        None if kv::get(&key).map_err(|error| format!("{error:?}"))?.is_none() => Ok(()),
        None => kv::delete(&key).map(drop),
    };
    written.map_err(|error| format!("{error:?}"))
}

/// What was left for this login. An empty list is one: nothing may be asked for then.
pub(crate) fn take_only(login: &Login) -> Option<Vec<String>> {
    let key = key(login.user_id, login.device);
    let kept = match kv::get(&key) {
        Ok(None) => return None,
        Ok(Some(kept)) => String::from_utf8(kept).unwrap_or_default(),
        // Nobody knows whether there are limits.
        Err(_) => String::new(),
    };
    Some(kept.lines().map(str::to_owned).collect())
}

fn key(user: i64, device: DeviceType) -> String {
    format!("only/{user}/{}", number(device))
}

const fn number(device: DeviceType) -> u8 {
    match device {
        DeviceType::Desktop => 0,
        DeviceType::Browser => 1,
        DeviceType::Ios => 2,
        DeviceType::Android => 3,
        DeviceType::Others => 4,
        DeviceType::Unknown => 5,
    }
}

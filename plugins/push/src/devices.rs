//! The devices that users have registered, in `kv`: `device/USER/ID` has the token, `owner/ID` the one user whose it is
//! now. Both go when the token was not registered again for long. What counts is the owner, who is written first:
//! whatever is cut off in between, a phone that has changed hands is told nothing that is for the former owner.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use talaria_sdk::kv;

use crate::clock;

const DAY: Duration = Duration::from_secs(24 * 60 * 60);
const PAGE: u32 = 1000;

/// Whose format of tokens it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Platform {
    Apns,
    Fcm,
    Generic,
}

impl Platform {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Apns => "apns",
            Self::Fcm => "fcm",
            Self::Generic => "generic",
        }
    }
}

/// What a client tells of its device.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Registration {
    pub(crate) token: String,
    pub(crate) platform: Platform,
    /// Which of several apps it is of; to Apple this is the topic.
    #[serde(default)]
    pub(crate) app: Option<String>,
}

/// Where a device is kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Address {
    pub(crate) user: i64,
    /// The same for the same token, whoever has it.
    pub(crate) id: String,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Device {
    pub(crate) address: Address,
    pub(crate) registration: Registration,
    /// Milliseconds since the Unix epoch.
    pub(crate) registered: i64,
}

/// How many there may be, and for how long.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Bounds {
    pub(crate) per_user: usize,
    pub(crate) days: u32,
}

impl Bounds {
    pub(crate) fn lasts(self) -> Duration {
        DAY * self.days
    }
}

/// How many users have devices, and how many devices there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub(crate) struct Counts {
    pub(crate) users: usize,
    pub(crate) devices: usize,
}

/// Gives the user the device, whoever had it, and takes the oldest when there are too many.
pub(crate) fn register(user: i64, registration: Registration, bounds: Bounds) -> Result<Device, kv::Error> {
    let id = id(&registration);
    let (lasts, registered) = (bounds.lasts(), clock::now_ms());
    let address = Address { user, id };
    let former = owner(&address.id)?;
    kv::set_for(&owner_key(&address.id), user.to_string(), lasts)?;
    let kept = serde_json::to_vec(&(&registration, registered)).expect("texts and numbers are JSON");
    kv::set_for(&address.key(), kept, lasts)?;
    if let Some(former) = former.filter(|former| *former != user) {
        kv::delete(&Address { user: former, id: address.id.clone() }.key())?;
    }
    let mut devices = of_user(user)?;
    devices.sort_by_key(|device| device.registered);
    let surplus = devices.len().saturating_sub(bounds.per_user);
    for device in devices.iter().filter(|device| device.address != address).take(surplus) {
        remove(&device.address)?;
    }
    Ok(Device { address, registration, registered })
}

/// Those of a user.
pub(crate) fn of_user(user: i64) -> Result<Vec<Device>, kv::Error> {
    let prefix = prefix(user);
    let keys = kv::list_keys(&prefix, None, PAGE)?;
    let addresses = keys.iter().map(|key| Address { user, id: key[prefix.len()..].to_owned() });
    let devices = addresses.map(|address| find(&address)).collect::<Result<Vec<_>, _>>()?;
    Ok(devices.into_iter().flatten().collect())
}

/// The device, if it is still this user's.
pub(crate) fn find(address: &Address) -> Result<Option<Device>, kv::Error> {
    let Some(kept) = kv::get(&address.key())? else { return Ok(None) };
    let Ok((registration, registered)) = serde_json::from_slice(&kept) else { return Ok(None) };
    if owner(&address.id)? != Some(address.user) {
        return Ok(None);
    }
    Ok(Some(Device { address: address.clone(), registration, registered }))
}

/// Whether it is worth looking closer.
pub(crate) fn has_any(user: i64) -> Result<bool, kv::Error> {
    Ok(!kv::list_keys(&prefix(user), None, 1)?.is_empty())
}

/// True when it was the user's.
pub(crate) fn remove(address: &Address) -> Result<bool, kv::Error> {
    let was_there = kv::delete(&address.key())?;
    kv::compare_and_set(&owner_key(&address.id), Some(address.user.to_string().as_bytes()), None)?;
    Ok(was_there)
}

/// Answers how many there were.
pub(crate) fn remove_all(user: i64) -> Result<usize, kv::Error> {
    let prefix = prefix(user);
    let keys = kv::list_keys(&prefix, None, PAGE)?;
    for key in &keys {
        remove(&Address { user, id: key[prefix.len()..].to_owned() })?;
    }
    Ok(keys.len())
}

pub(crate) fn count() -> Result<Counts, kv::Error> {
    let mut counts = Counts::default();
    let (mut after, mut last) = (None, None);
    loop {
        let keys = kv::list_keys("device/", after.as_deref(), PAGE)?;
        for key in &keys {
            let user = key.split('/').nth(1).map(str::to_owned);
            counts.devices += 1;
            counts.users += usize::from(user != last);
            last = user;
        }
        match keys.into_iter().next_back() {
            None => return Ok(counts),
            key => after = key,
        }
    }
}

fn owner(id: &str) -> Result<Option<i64>, kv::Error> {
    let kept = kv::get(&owner_key(id))?;
    Ok(kept.and_then(|kept| std::str::from_utf8(&kept).ok()?.parse().ok()))
}

impl Address {
    fn key(&self) -> String {
        format!("{}{}", prefix(self.user), self.id)
    }
}

fn prefix(user: i64) -> String {
    format!("device/{user}/")
}

fn owner_key(id: &str) -> String {
    format!("owner/{id}")
}

/// A token may be longer than a key.
fn id(registration: &Registration) -> String {
    let platform = registration.platform.name();
    let hash = Sha256::new().chain_update(platform).chain_update("\n").chain_update(&registration.token).finalize();
    hex(&hash[..16])
}

/// In lower case.
pub(crate) fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

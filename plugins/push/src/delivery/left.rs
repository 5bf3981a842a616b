//! The devices that a job's attempts have not reached. Written after failures only: as long as all goes well, nothing
//! is.

use std::time::Duration;

use talaria_sdk::kv;

use crate::devices::Address;
use crate::store;

/// Longer than a message can be told of: a job that was given up may be run again.
const LASTS: Duration = Duration::from_secs(30 * 24 * 60 * 60);

/// Of one job.
pub(super) struct Left {
    key: String,
    /// `None` before the first failure.
    pub(super) devices: Option<Vec<Address>>,
}

impl Left {
    pub(super) fn read(job: i64) -> Result<Self, String> {
        let key = format!("left/{job}");
        let kept = kv::get(&key).map_err(store::failed)?;
        Ok(Self { key, devices: kept.and_then(|kept| serde_json::from_slice(&kept).ok()) })
    }

    pub(super) fn write(&self, devices: &[Address]) -> Result<(), String> {
        let devices = serde_json::to_vec(devices).map_err(|error| error.to_string())?;
        kv::set_for(&self.key, devices, LASTS).map_err(store::failed)
    }

    /// There are none.
    pub(super) fn forget(&self) -> Result<(), String> {
        if self.devices.is_some() {
            kv::delete(&self.key).map_err(store::failed)?;
        }
        Ok(())
    }
}

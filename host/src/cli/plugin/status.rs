//! What the server tells of a plugin, as far as the commands show it.

use serde::Deserialize;

#[derive(Deserialize, Debug)]
pub(super) struct Status {
    pub(super) name: String,
    pub(super) version: String,
    pub(super) hooks: Vec<String>,
    pub(super) state: String,
    pub(super) running_version: Option<String>,
    pub(super) error: Option<String>,
    pub(super) grants: Vec<String>,
    pub(super) faults: u64,
}

#[derive(Deserialize, Debug)]
pub(super) struct List {
    pub(super) plugins: Vec<Status>,
}

//! An event as it is sent.

use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::data::Told;

pub(crate) struct Event {
    /// The same whenever it is told.
    pub(crate) id: String,
    pub(crate) kind: &'static str,
    /// The event as JSON text.
    pub(crate) json: String,
}

impl Event {
    pub(crate) fn new<T: Told>(kind: &'static str, record: &T) -> Self {
        let data = record.data();
        let identity = record.identity(kind).map_or_else(|| data.to_string(), |id| id.to_string());
        let id = id(kind, &identity);
        let event: Value = json!({ "id": id, "type": kind, "date": record.date(), "data": data });
        Self { json: event.to_string(), id, kind }
    }
}

fn id(kind: &str, identity: &str) -> String {
    let hash = Sha256::new().chain_update(kind).chain_update("\n").chain_update(identity).finalize();
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

//! Settings of the HTTP interface for operators.

use std::net::{Ipv4Addr, SocketAddr};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Secret;

const MIN_TOKEN_LENGTH: usize = 16;

/// The HTTP interface for operators.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Admin {
    /// Address of the listener. There is no TLS: open it only to a network where everybody may know the token.
    pub listen: SocketAddr,
    /// The API token, at least 16 characters. Absent: made at the first start and kept in `admin.token` in the data
    /// directory, readable by the server's user only.
    #[schemars(example = "a long random text")]
    pub token: Option<Secret>,
    /// The largest JSON body that is accepted, in bytes. Components have `plugins.max_file_bytes`.
    pub max_body_bytes: usize,
}

impl Default for Admin {
    fn default() -> Self {
        Self { listen: (Ipv4Addr::LOCALHOST, 8510).into(), token: None, max_body_bytes: 4 * 1024 * 1024 }
    }
}

impl Admin {
    /// On a port that the system chooses.
    #[must_use]
    pub fn for_test() -> Self {
        Self { listen: (Ipv4Addr::LOCALHOST, 0).into(), ..Self::default() }
    }

    /// Why these settings cannot be used.
    pub fn validate(&self) -> Result<(), String> {
        if self.token.as_ref().is_some_and(|token| token.reveal().len() < MIN_TOKEN_LENGTH) {
            return Err(format!("admin.token is shorter than {MIN_TOKEN_LENGTH} characters"));
        }
        if self.max_body_bytes == 0 {
            return Err("admin.max_body_bytes must be at least 1".into());
        }
        Ok(())
    }
}

//! Settings of the listener for the routes of plugins and for objects on the disk.

use std::net::Ipv4Addr;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Address, Network, RateLimit};

/// The listener for those routes of plugins that are for everybody and for users, and for objects on the disk.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Http {
    /// Address of the listener, by convention `0.0.0.0:9510`; `off` switches it off. There is no TLS: passwords come
    /// over it, so put a proxy before it that has.
    pub listen: Address,
    /// Connections at a time; who comes beyond is hung up on. What `trusted_proxies` bring is not counted: they have
    /// limits of their own.
    pub max_connections: usize,
    /// Of these, those of one address; with IPv6, of one network of 64 bits.
    pub max_connections_per_address: usize,
    /// Seconds in which a connection must bring the headers of its first request, or of the next one after an answer;
    /// but for `trusted_proxies`, which keep connections as long as they like.
    pub header_timeout_seconds: u64,
    /// Bytes of the body of a request; also at the admin interface.
    pub max_body_bytes: usize,
    /// Bytes of the headers of a request.
    pub max_header_bytes: usize,
    /// Requests to plugins under way, until their answers are taken; what comes beyond is refused.
    pub max_requests: usize,
    /// Of these, those of one address; with IPv6, of one network of 64 bits.
    pub max_requests_per_address: usize,
    /// Seconds that a request is given to bring its body.
    pub body_timeout_seconds: u64,
    /// Requests of one address that bring a password.
    pub login_rate: RateLimit,
    /// Addresses of the proxies before this listener, or ranges of them (`10.0.0.0/8`): who asks is then who they say,
    /// in `X-Forwarded-For`. Otherwise all their clients are counted as one. Whoever has an address of a range can say
    /// to be anybody.
    pub trusted_proxies: Vec<Network>,
}

/// Who may come to a route of a plugin.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum RouteAccess {
    /// Everybody who reaches the listener.
    Public,
    /// Users, by their ids and passwords.
    User,
    /// The operator, at the admin interface.
    Admin,
    /// Nobody.
    Off,
}

impl Default for Http {
    fn default() -> Self {
        Self {
            listen: Address::Off,
            max_connections: 4096,
            max_connections_per_address: 256,
            header_timeout_seconds: 30,
            max_body_bytes: 1024 * 1024,
            max_header_bytes: 16 * 1024,
            max_requests: 256,
            max_requests_per_address: 64,
            body_timeout_seconds: 10,
            login_rate: RateLimit { burst: 20, per_second: 2.0 },
            trusted_proxies: Vec::new(),
        }
    }
}

impl Http {
    /// On the loopback: without it nothing can be uploaded to the disk, and no route of a plugin be tried.
    #[must_use]
    pub fn for_development() -> Self {
        Self { listen: (Ipv4Addr::LOCALHOST, 9510).into(), ..Self::default() }
    }

    /// On a port that the system chooses.
    #[must_use]
    pub fn for_test() -> Self {
        Self { listen: (Ipv4Addr::LOCALHOST, 0).into(), ..Self::default() }
    }

    /// Why these settings cannot be used.
    pub fn validate(&self) -> Result<(), String> {
        let at_least_one = [
            ("max_connections", self.max_connections as u64),
            ("max_connections_per_address", self.max_connections_per_address as u64),
            ("header_timeout_seconds", self.header_timeout_seconds),
            ("max_header_bytes", self.max_header_bytes as u64),
            ("max_requests", self.max_requests as u64),
            ("max_requests_per_address", self.max_requests_per_address as u64),
            ("body_timeout_seconds", self.body_timeout_seconds),
        ];
        if let Some((name, _)) = at_least_one.into_iter().find(|(_, value)| *value == 0) {
            return Err(format!("http.{name} must be at least 1"));
        }
        // More does not fit into a call.
        if self.max_body_bytes > 4 * 1024 * 1024 {
            return Err("http.max_body_bytes must be at most 4194304, which is what a plugin can be given".into());
        }
        let RateLimit { burst, per_second } = self.login_rate;
        if burst == 0 || !per_second.is_finite() || per_second <= 0.0 {
            return Err("http.login_rate must let some come: `burst` at least 1 and `per_second` above 0".into());
        }
        Ok(())
    }
}

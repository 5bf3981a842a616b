//! Settings of the edge that clients connect to.

use std::{net::Ipv4Addr, time::Duration};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Address, SimultaneousLogins, Tls};

/// Listeners and limits for clients.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct GatewayConfig {
    /// Address of the WebSocket listener; `off` switches it off.
    pub ws: Address,
    /// Address of the TCP listener; `off` switches it off.
    pub tcp: Address,
    /// The name of this node that clients are told after a login; may be empty.
    pub server_id: String,
    /// Connections at most, logged in or not; what comes beyond is closed at once.
    pub max_connections: usize,
    /// Connections from one address that have not logged in yet.
    pub max_unauthenticated_per_address: usize,
    /// Bytes of one request; a longer one ends the session.
    pub max_request_bytes: usize,
    /// Bytes of one answer; a longer one is replaced by a refusal. Some clients take no more than 8 MiB.
    pub max_answer_bytes: usize,
    /// Seconds for all that comes before the first frame: the TLS handshake and the WebSocket upgrade.
    pub upgrade_timeout_seconds: u64,
    /// Seconds within which a connection must log in; 0 is for ever.
    pub login_timeout_seconds: u64,
    /// Seconds after which a session without request and heartbeat ends; 0 is for ever.
    pub idle_timeout_seconds: u64,
    /// Seconds that a client is given to hang up after it was told that its session ended.
    pub close_timeout_seconds: u64,
    /// Seconds that a client is given to read what it is told last, before its connection is cut.
    pub flush_timeout_seconds: u64,
    /// Seconds that all clients together are given when the server stops.
    pub stop_timeout_seconds: u64,
    /// Frames that wait for one slow client before its session ends.
    pub max_queued_frames: usize,
    /// Bytes that wait for one slow client before its session ends; one answer may exceed it.
    pub max_queued_bytes: usize,
    /// Requests of one session.
    pub session_rate: RateLimit,
    /// Requests of one address before they belong to a session: logins, mostly.
    pub address_rate: RateLimit,
    /// Several devices of one user.
    pub simultaneous_logins: SimultaneousLogins,
    /// TLS for clients.
    pub tls: Tls,
}

/// A bucket of tokens, one a request; heartbeats are free.
#[derive(Clone, Copy, PartialEq, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RateLimit {
    /// Requests that may come at once.
    pub burst: u32,
    /// Requests a second in the long run.
    pub per_second: f64,
}

impl Default for GatewayConfig {
    fn default() -> Self {
        Self {
            ws: (Ipv4Addr::UNSPECIFIED, 10510).into(),
            tcp: (Ipv4Addr::UNSPECIFIED, 11510).into(),
            server_id: String::new(),
            max_connections: 100_000,
            max_unauthenticated_per_address: 1_000,
            max_request_bytes: 16 * 1024,
            max_answer_bytes: 8 * 1024 * 1024 - 64,
            upgrade_timeout_seconds: 10,
            login_timeout_seconds: 300,
            idle_timeout_seconds: 180,
            close_timeout_seconds: 120,
            flush_timeout_seconds: 10,
            stop_timeout_seconds: 10,
            max_queued_frames: 1024,
            max_queued_bytes: 1024 * 1024,
            session_rate: RateLimit { burst: 50, per_second: 1.0 },
            address_rate: RateLimit { burst: 200, per_second: 20.0 },
            simultaneous_logins: SimultaneousLogins::default(),
            tls: Tls::default(),
        }
    }
}

impl GatewayConfig {
    /// Free ports of the loopback interface, short waits and no limit in the way.
    #[must_use]
    pub fn for_test() -> Self {
        Self {
            ws: (Ipv4Addr::LOCALHOST, 0).into(),
            tcp: (Ipv4Addr::LOCALHOST, 0).into(),
            server_id: "test".into(),
            close_timeout_seconds: 1,
            flush_timeout_seconds: 1,
            stop_timeout_seconds: 1,
            ..Self::for_development()
        }
    }

    /// On the loopback, with limits that do not get in the way of somebody who tries things.
    #[must_use]
    pub fn for_development() -> Self {
        let unlimited = RateLimit { burst: 1_000_000, per_second: 1_000_000.0 };
        Self {
            ws: (Ipv4Addr::LOCALHOST, 10510).into(),
            tcp: (Ipv4Addr::LOCALHOST, 11510).into(),
            max_unauthenticated_per_address: 100_000,
            session_rate: unlimited,
            address_rate: unlimited,
            ..Self::default()
        }
    }

    /// What is wrong with the settings, in the operator's words.
    pub fn validate(&self) -> Result<(), String> {
        let at_least_one = [
            ("max_connections", self.max_connections),
            ("max_unauthenticated_per_address", self.max_unauthenticated_per_address),
            ("max_queued_frames", self.max_queued_frames),
            ("max_queued_bytes", self.max_queued_bytes),
        ];
        if let Some((name, _)) = at_least_one.into_iter().find(|(_, value)| *value == 0) {
            return Err(format!("gateway.{name} must be at least 1"));
        }
        if !(1024..=16 * 1024 * 1024).contains(&self.max_request_bytes) {
            return Err("gateway.max_request_bytes must be between 1024 and 16777216".into());
        }
        if self.max_answer_bytes < self.max_request_bytes {
            return Err("gateway.max_answer_bytes must not be less than max_request_bytes".into());
        }
        if self.upgrade_timeout_seconds == 0 || self.flush_timeout_seconds == 0 {
            return Err("gateway.upgrade_timeout_seconds and flush_timeout_seconds must be at least 1".into());
        }
        for (name, rate) in [("session_rate", self.session_rate), ("address_rate", self.address_rate)] {
            if rate.burst == 0 || !rate.per_second.is_finite() || rate.per_second <= 0.0 {
                return Err(format!("gateway.{name} needs a burst of at least 1 and a positive number per_second"));
            }
        }
        self.tls.validate()
    }

    /// [`Self::upgrade_timeout_seconds`].
    #[must_use]
    pub const fn upgrade_timeout(&self) -> Duration {
        Duration::from_secs(self.upgrade_timeout_seconds)
    }

    /// [`Self::login_timeout_seconds`].
    #[must_use]
    pub const fn login_timeout(&self) -> Duration {
        or_for_ever(self.login_timeout_seconds)
    }

    /// [`Self::idle_timeout_seconds`].
    #[must_use]
    pub const fn idle_timeout(&self) -> Duration {
        or_for_ever(self.idle_timeout_seconds)
    }

    /// [`Self::close_timeout_seconds`].
    #[must_use]
    pub const fn close_timeout(&self) -> Duration {
        Duration::from_secs(self.close_timeout_seconds)
    }

    /// [`Self::flush_timeout_seconds`].
    #[must_use]
    pub const fn flush_timeout(&self) -> Duration {
        Duration::from_secs(self.flush_timeout_seconds)
    }

    /// [`Self::stop_timeout_seconds`].
    #[must_use]
    pub const fn stop_timeout(&self) -> Duration {
        Duration::from_secs(self.stop_timeout_seconds)
    }
}

/// Timers reach no further than about two years.
const fn or_for_ever(seconds: u64) -> Duration {
    const FOR_EVER: u64 = 365 * 24 * 60 * 60;
    Duration::from_secs(if seconds == 0 || seconds > FOR_EVER { FOR_EVER } else { seconds })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_given_settings_are_valid() {
        for config in [GatewayConfig::default(), GatewayConfig::for_development(), GatewayConfig::for_test()] {
            assert_eq!(config.validate(), Ok(()));
        }
    }

    #[test]
    fn unknown_keys_and_useless_values_are_refused() {
        assert!(toml::from_str::<GatewayConfig>("max_conections = 1").is_err());
        let config: GatewayConfig = toml::from_str("session_rate = { burst = 0, per_second = 1.0 }").unwrap();
        assert!(config.validate().unwrap_err().starts_with("gateway.session_rate"));
    }
}

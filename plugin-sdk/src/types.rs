//! The types that hooks share, with what makes them convenient in a plugin and its tests.

use std::{
    net::{IpAddr, Ipv4Addr, Ipv6Addr},
    ops::RangeInclusive,
    time::Duration,
};

pub use crate::bindings::capabilities::talaria::plugin::types::{
    Context, Denial, DeviceType, IpAddress, Message, OnlineStatus, Origin, Response, Role, Target, Transport, Verdict,
};
pub use crate::bindings::lifecycle::{
    Access, Command, Description, FailurePolicy, HookSettings, Instances, Route, Scope, Timer,
};

impl Default for Context {
    /// A client's call without an actor, for unit tests.
    fn default() -> Self {
        Self {
            origin: Origin::Client,
            actor: 0,
            device: None,
            ip: None,
            node: 0,
            trace_id: None,
            deadline_ms: 50,
            hop: 0,
            idempotency_key: None,
            attributes: Vec::new(),
        }
    }
}

impl From<IpAddress> for IpAddr {
    fn from(address: IpAddress) -> Self {
        match address {
            IpAddress::Ipv4(bits) => Ipv4Addr::from_bits(bits).into(),
            IpAddress::Ipv6((high, low)) => Ipv6Addr::from_bits(u128::from(high) << 64 | u128::from(low)).into(),
        }
    }
}

impl From<IpAddr> for IpAddress {
    fn from(address: IpAddr) -> Self {
        match address {
            IpAddr::V4(address) => Self::Ipv4(address.to_bits()),
            IpAddr::V6(address) => Self::Ipv6(((address.to_bits() >> 64) as u64, address.to_bits() as u64)),
        }
    }
}

impl Denial {
    /// `code` is a status code of the protocol or one from 20000 to 29999; the user sees `text`.
    pub fn new(code: u32, text: impl Into<String>) -> Self {
        Self { code, text: text.into() }
    }
}

impl Default for Description {
    /// No configuration schema, and the default settings for every hook.
    fn default() -> Self {
        Self {
            config_schema: String::new(),
            hooks: Vec::new(),
            instances: Instances::Shared,
            timers: Vec::new(),
            commands: Vec::new(),
            routes: Vec::new(),
        }
    }
}

impl Description {
    /// A description with a JSON Schema of the configuration. Mark fields that hold secrets with `"writeOnly": true`.
    pub fn with_schema(schema: impl Into<String>) -> Self {
        Self { config_schema: schema.into(), ..Self::default() }
    }

    /// Adds what the plugin proposes for one of its hooks.
    #[must_use]
    pub fn hook(mut self, settings: HookSettings) -> Self {
        self.hooks.push(settings);
        self
    }

    /// Says that the plugin keeps state in memory: one instance, which gets its calls one after the other.
    #[must_use]
    pub fn serial(mut self) -> Self {
        self.instances = Instances::Serial;
        self
    }

    /// Adds a timer, for the hook `timer.fired`. `cron` is in UTC, of five fields or of six with seconds first:
    /// `30 3 * * MON-FRI`.
    #[must_use]
    pub fn timer(mut self, name: impl Into<String>, cron: impl Into<String>) -> Self {
        self.timers.push(Timer { name: name.into(), cron: cron.into() });
        self
    }

    /// Says who may come to the paths that begin so, for the hook `http.handle`. The longest beginning that fits
    /// counts; what none fits is the operator's only.
    #[must_use]
    pub fn route(mut self, prefix: impl Into<String>, access: Access) -> Self {
        self.routes.push(Route { prefix: prefix.into(), access });
        self
    }

    /// Adds a command, for the hook `command.run`: `name` without the slash, how it is written, and a line that says
    /// what it does.
    #[must_use]
    pub fn command(mut self, name: impl Into<String>, usage: impl Into<String>, help: impl Into<String>) -> Self {
        self.commands.push(Command { name: name.into(), usage: usage.into(), help: help.into() });
        self
    }
}

impl HookSettings {
    /// The default settings of a hook: `HookSettings::new(message_before_send::HOOK)`.
    pub fn new(hook: impl Into<String>) -> Self {
        Self { hook: hook.into(), priority: 0, deadline_ms: None, on_failure: None, scope: None }
    }

    /// Filters run from the highest to the lowest priority; 0 is the default.
    #[must_use]
    pub fn priority(mut self, priority: i32) -> Self {
        self.priority = priority;
        self
    }

    /// How long a call may take, to the millisecond. The default is that of the hook's class.
    #[must_use]
    pub fn deadline(mut self, deadline: Duration) -> Self {
        self.deadline_ms = Some(u32::try_from(deadline.as_millis()).unwrap_or(u32::MAX));
        self
    }

    /// What happens to the event when the plugin fails to answer.
    #[must_use]
    pub fn on_failure(mut self, policy: FailurePolicy) -> Self {
        self.on_failure = Some(policy);
        self
    }

    /// What the hook is called for; without it, everything.
    #[must_use]
    pub fn scope(mut self, scope: Scope) -> Self {
        self.scope = Some(scope);
        self
    }
}

impl Default for Scope {
    /// Everything.
    fn default() -> Self {
        Self { request_kinds: Vec::new(), groups: Vec::new(), users: Vec::new(), text_prefixes: Vec::new() }
    }
}

impl Scope {
    /// Requests of these kinds only, by the numbers of their fields in the protocol's envelope.
    pub fn request_kinds(kinds: impl IntoIterator<Item = u32>) -> Self {
        Self { request_kinds: kinds.into_iter().collect(), ..Self::default() }
    }

    /// What concerns these groups only.
    pub fn groups(ids: impl IntoIterator<Item = i64>) -> Self {
        Self { groups: ids.into_iter().collect(), ..Self::default() }
    }

    /// What users with these ids do, or what becomes of them.
    pub fn users(ranges: impl IntoIterator<Item = RangeInclusive<i64>>) -> Self {
        let ranges = ranges.into_iter().map(RangeInclusive::into_inner);
        Self { users: ranges.collect(), ..Self::default() }
    }

    /// Texts that begin so only.
    pub fn text_prefixes<T: Into<String>>(prefixes: impl IntoIterator<Item = T>) -> Self {
        Self { text_prefixes: prefixes.into_iter().map(Into::into).collect(), ..Self::default() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_come_through_unchanged() {
        for text in ["127.0.0.1", "::1", "2001:db8::7:ffff:0:1"] {
            let address: IpAddr = text.parse().unwrap();
            assert_eq!(IpAddr::from(IpAddress::from(address)), address);
        }
    }
}

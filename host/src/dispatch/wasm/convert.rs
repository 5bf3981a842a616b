//! From the model to the records of the plugin interface, one to one.

use std::net::IpAddr;

use super::wit::types as wit;
use crate::model::{
    Context, Origin,
    message::{Message, Target},
    session::DeviceType,
};

/// An address as text, without an allocation.
pub(super) struct IpText {
    /// An IPv6 address with an embedded IPv4 one has 45 characters.
    bytes: [u8; 45],
    length: usize,
}

impl IpText {
    pub(super) fn new(ip: Option<IpAddr>) -> Self {
        use std::io::Write;
        let mut bytes = [0; 45];
        let length = ip.map_or(0, |ip| {
            let mut rest = &mut bytes[..];
            let room = rest.len();
            if write!(rest, "{ip}").is_ok() { room - rest.len() } else { 0 }
        });
        Self { bytes, length }
    }

    pub(super) fn as_str(&self) -> Option<&str> {
        std::str::from_utf8(&self.bytes[..self.length]).ok().filter(|text| !text.is_empty())
    }
}

pub(super) fn context<'a>(context: &'a Context, ip: &'a IpText, node: u16, deadline_ms: u32) -> wit::Context<'a> {
    wit::Context {
        origin: origin(context.origin),
        actor: context.actor.0,
        device: context.device.map(device_type),
        ip: ip.as_str(),
        node,
        trace_id: "",
        deadline_ms,
        hop: context.hop,
        idempotency_key: None,
        attributes: &[],
    }
}

pub(super) fn origin(origin: Origin) -> wit::Origin {
    match origin {
        Origin::Client => wit::Origin::Client,
        Origin::Admin => wit::Origin::Admin,
        Origin::Plugin => wit::Origin::Plugin,
        Origin::Import => wit::Origin::Import,
        Origin::Timer => wit::Origin::Timer,
    }
}

pub(super) fn device_type(device: DeviceType) -> wit::DeviceType {
    match device {
        DeviceType::Desktop => wit::DeviceType::Desktop,
        DeviceType::Browser => wit::DeviceType::Browser,
        DeviceType::Ios => wit::DeviceType::Ios,
        DeviceType::Android => wit::DeviceType::Android,
        DeviceType::Others => wit::DeviceType::Others,
        DeviceType::Unknown => wit::DeviceType::Unknown,
    }
}

pub(super) fn target(target: Target) -> wit::Target {
    match target {
        Target::User(user) => wit::Target::User(user.0),
        Target::Group(group) => wit::Target::Group(group.0),
    }
}

/// `records` borrows from the same message; it is apart because the record holds a slice of slices.
pub(super) fn message<'a>(message: &'a Message, records: &'a [&'a [u8]]) -> wit::Message<'a> {
    wit::Message {
        id: message.id.0,
        sender: message.sender.0,
        target: target(message.target),
        is_system: message.is_system,
        text: message.text.as_deref(),
        records,
        burn_after: message.burn_after,
        delivery_date: message.delivery_date.0,
        attributes: &[],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_become_text_without_loss() {
        for text in [
            "127.0.0.1",
            "::1",
            "2001:db8:1111:2222:3333:4444:255.255.255.255",
            "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
        ] {
            let ip: IpAddr = text.parse().unwrap();
            assert_eq!(IpText::new(Some(ip)).as_str(), Some(ip.to_string().as_str()));
        }
        assert_eq!(IpText::new(None).as_str(), None);
    }
}

//! Networks: an address, or a range of them.

use std::{fmt, net::IpAddr, str::FromStr};

use ipnet::{IpNet, Ipv4Net};
use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Addresses that begin alike, such as `10.0.0.0/8`; a single one is written without its length.
#[derive(Clone, Copy, PartialEq, Eq, Debug, JsonSchema)]
#[schemars(with = "String")]
pub struct Network(IpNet);

/// Bits of an address of version 6 before the one of version 4 that it may hold.
const MAPPED: u8 = 96;

impl Network {
    #[must_use]
    pub fn contains(&self, address: IpAddr) -> bool {
        self.0.contains(&address.to_canonical())
    }
}

impl From<IpAddr> for Network {
    fn from(address: IpAddr) -> Self {
        Self(address.to_canonical().into())
    }
}

impl FromStr for Network {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if let Ok(address) = text.parse::<IpAddr>() {
            return Ok(address.into());
        }
        let range: IpNet = text
            .parse()
            .map_err(|_| format!("`{text}` is no address and no range; write 10.0.0.1, 10.0.0.0/8 or 2001:db8::/32"))?;
        if range.trunc() != range {
            return Err(format!("`{text}` has bits beyond its length; write {}", range.trunc()));
        }
        Ok(Self(canonical(range)))
    }
}

/// A range of mapped addresses is the one of version 4 that it stands for.
fn canonical(range: IpNet) -> IpNet {
    let mapped = || {
        let IpAddr::V4(address) = range.addr().to_canonical() else { return None };
        Ipv4Net::new(address, range.prefix_len().checked_sub(MAPPED)?).ok()
    };
    match range {
        IpNet::V4(_) => range,
        IpNet::V6(_) => mapped().map_or(range, IpNet::V4),
    }
}

impl fmt::Display for Network {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.prefix_len() == self.0.max_prefix_len() { self.0.addr().fmt(f) } else { self.0.fmt(f) }
    }
}

impl Serialize for Network {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Network {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn contains(network: &str, address: &str) -> bool {
        network.parse::<Network>().unwrap().contains(address.parse().unwrap())
    }

    #[test]
    fn addresses_and_ranges_are_networks() {
        assert!(contains("10.0.0.1", "10.0.0.1") && !contains("10.0.0.1", "10.0.0.2"));
        assert!(contains("10.0.0.0/8", "10.255.0.1") && !contains("10.0.0.0/8", "11.0.0.1"));
        assert!(contains("2001:db8::/32", "2001:db8:1::1") && !contains("2001:db8::/32", "2001:db9::1"));
        assert!(contains("0.0.0.0/0", "192.0.2.1") && !contains("0.0.0.0/0", "::1"));
        for mapped in ["::ffff:10.0.0.0/104", "10.0.0.0/8"] {
            assert!(contains(mapped, "::ffff:10.0.0.1") && contains(mapped, "10.0.0.1"), "{mapped}");
        }
        assert!(contains("::ffff:10.0.0.1", "10.0.0.1"));
    }

    #[test]
    fn they_are_written_as_they_are_read() {
        for text in ["10.0.0.1", "10.0.0.0/8", "2001:db8::1", "2001:db8::/32"] {
            assert_eq!(text.parse::<Network>().unwrap().to_string(), text);
        }
    }

    #[test]
    fn what_is_neither_is_refused() {
        for text in ["", "proxy", "10.0.0.0/33", "10.0.0/8", "10.0.0.1:80"] {
            assert!(text.parse::<Network>().unwrap_err().contains("no range"), "{text}");
        }
        assert!("10.0.0.1/8".parse::<Network>().unwrap_err().ends_with("write 10.0.0.0/8"));
    }
}

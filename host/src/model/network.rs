//! Who is counted as one, of those who come from addresses.

use std::net::{IpAddr, Ipv6Addr};

/// The address, or its network: whoever has one address of IPv6 has the 2^64 beside it.
#[must_use]
pub fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => Ipv6Addr::from_bits(address.to_bits() >> 64 << 64).into(),
        address @ IpAddr::V4(_) => address,
    }
}

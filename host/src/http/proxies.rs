//! Who asks, when a proxy asks for them.

use std::{
    net::{IpAddr, SocketAddr},
    sync::atomic::{AtomicBool, Ordering},
};

use axum::http::HeaderMap;

use crate::config;

/// To its end each proxy adds who asked it.
const CLIENTS: &str = "x-forwarded-for";

/// The proxies before the listener, whose word counts.
#[derive(Debug)]
pub struct Proxies {
    trusted: Vec<config::Network>,
    /// Whether the operator was told of one that is not.
    told: AtomicBool,
}

impl Proxies {
    #[must_use]
    pub fn new(config: &config::Http) -> Self {
        Self { trusted: config.trusted_proxies.clone(), told: AtomicBool::new(false) }
    }

    /// Whether it is one of them.
    pub(super) fn trusts(&self, peer: IpAddr) -> bool {
        self.trusted.iter().any(|network| network.contains(peer))
    }

    /// The last of those who are named that is no proxy of ours: what comes before was written by somebody else.
    pub(super) fn client(&self, peer: IpAddr, headers: &HeaderMap) -> IpAddr {
        let mut client = peer.to_canonical();
        self.warn_of_another(client, headers);
        let values = headers.get_all(CLIENTS).iter().rev();
        let mut names = values.flat_map(|value| value.to_str().unwrap_or_default().rsplit(','));
        while self.trusts(client)
            && let Some(before) = names.next().and_then(address)
        {
            client = before.to_canonical();
        }
        client
    }

    /// All who come by a proxy that is not named share what one address may have.
    fn warn_of_another(&self, peer: IpAddr, headers: &HeaderMap) {
        let is_another = headers.contains_key(CLIENTS) && !self.trusts(peer);
        if is_another && !self.told.swap(true, Ordering::Relaxed) {
            tracing::warn!(
                "{peer} asks for others by {CLIENTS}, and counts as one client: if it is your proxy, name it in http.trusted_proxies"
            );
        }
    }
}

/// As a proxy writes it: some add the port, and brackets.
fn address(name: &str) -> Option<IpAddr> {
    let name = name.trim();
    let bare = || name.strip_prefix('[')?.strip_suffix(']')?.parse().ok();
    name.parse().ok().or_else(|| Some(name.parse::<SocketAddr>().ok()?.ip())).or_else(bare)
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    fn client(peer: &str, named: &[&'static str]) -> String {
        let trusted_proxies =
            ["10.0.0.1", "10.0.0.2", "172.16.0.0/12", "fd00::/8"].map(|proxy| proxy.parse().unwrap()).to_vec();
        let proxies = Proxies::new(&config::Http { trusted_proxies, ..config::Http::default() });
        let mut headers = HeaderMap::new();
        for named in named {
            headers.append(CLIENTS, HeaderValue::from_static(named));
        }
        proxies.client(peer.parse().unwrap(), &headers).to_string()
    }

    #[test]
    fn only_proxies_say_who_asks() {
        assert_eq!(client("192.0.2.1", &["198.51.100.1"]), "192.0.2.1", "it is no proxy");
        assert_eq!(client("::ffff:10.0.0.1", &["198.51.100.1"]), "198.51.100.1");
        assert_eq!(client("10.0.0.1", &["198.51.100.1, 2001:db8::1 ,10.0.0.2"]), "2001:db8::1");
        assert_eq!(client("10.0.0.1", &["198.51.100.1", "192.0.2.7"]), "192.0.2.7", "the last header is the last word");
        assert_eq!(client("10.0.0.1", &["192.0.2.7, nonsense"]), "10.0.0.1");
        assert_eq!(client("10.0.0.1", &["10.0.0.2"]), "10.0.0.2");
        assert_eq!(
            client("172.31.0.9", &["192.0.2.7, fd00::7, ::ffff:172.16.0.1"]),
            "192.0.2.7",
            "ranges count as well"
        );
        assert_eq!(client("172.32.0.1", &["192.0.2.7"]), "172.32.0.1");
        assert_eq!(client("10.0.0.1", &[]), "10.0.0.1");
        for written in ["198.51.100.1:4711", "[2001:db8::1]", "[2001:db8::1]:4711"] {
            let address = if written.starts_with('[') { "2001:db8::1" } else { "198.51.100.1" };
            assert_eq!(client("10.0.0.1", &[written]), address);
        }
    }
}

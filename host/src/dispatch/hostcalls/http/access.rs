//! Which hosts one plugin may reach.

use tokio::sync::Semaphore;

use crate::config;

/// What the operator allows one plugin.
pub(super) struct Access {
    hosts: Vec<Pattern>,
    private_hosts: Vec<Pattern>,
    /// Of requests that are under way.
    pub(super) turns: Semaphore,
}

/// Which addresses of an allowed host may be connected to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Reach {
    /// Those of the public internet.
    Public,
    /// Any, because the operator named the host so.
    Any,
}

/// `host`, `*.domain`, or either with `:port`.
struct Pattern {
    /// In lower case; of a domain without its `*.`.
    name: String,
    is_domain: bool,
    port: Option<u16>,
}

impl Access {
    pub(super) fn new(allowed: &config::PluginHttp) -> Self {
        let read = |patterns: &[String]| patterns.iter().map(|pattern| Pattern::read(pattern)).collect();
        let turns = allowed.requests_at_a_time.min(Semaphore::MAX_PERMITS);
        Self { hosts: read(&allowed.hosts), private_hosts: read(&allowed.private_hosts), turns: Semaphore::new(turns) }
    }

    /// How far a request to this host may go; `None` when it may not go at all.
    pub(super) fn reach(&self, host: &str, port: u16, is_secure: bool) -> Option<Reach> {
        let usual = if is_secure { 443 } else { 80 };
        let fits = |patterns: &[Pattern]| patterns.iter().any(|pattern| pattern.fits(host, port, usual));
        if fits(&self.private_hosts) {
            return Some(Reach::Any);
        }
        fits(&self.hosts).then_some(Reach::Public)
    }
}

impl Pattern {
    fn read(text: &str) -> Self {
        let (name, port) = match text.rsplit_once(':') {
            // Without brackets the last colon is one of an address.
            Some((name, port)) if !name.contains(':') || name.ends_with(']') => (name, port.parse().ok()),
            _ => (text, None),
        };
        let name = name.to_ascii_lowercase();
        let name = name.trim_start_matches('[').trim_end_matches(']');
        match name.strip_prefix("*.") {
            Some(domain) => Self { name: domain.to_owned(), is_domain: true, port },
            None => Self { name: name.to_owned(), is_domain: false, port },
        }
    }

    /// Without a port, the usual one of the scheme is meant.
    fn fits(&self, host: &str, port: u16, usual: u16) -> bool {
        let is_host = if self.is_domain {
            host.strip_suffix(&self.name).is_some_and(|rest| rest.len() > 1 && rest.ends_with('.'))
        } else {
            host == self.name
        };
        is_host && self.port.unwrap_or(usual) == port
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_are_named_exactly_or_by_their_domain() {
        let hosts = ["api.example.com", "*.Example.org", "other.net:8080"].map(str::to_owned).to_vec();
        let private_hosts = vec!["10.0.0.7:9000".to_owned(), "[::1]:80".to_owned()];
        let access = Access::new(&config::PluginHttp { hosts, private_hosts, ..config::PluginHttp::default() });
        for (host, port, is_secure, reach) in [
            ("api.example.com", 443, true, Some(Reach::Public)),
            ("api.example.com", 80, false, Some(Reach::Public)),
            ("api.example.com", 8443, true, None),
            ("evil-api.example.com", 443, true, None),
            ("example.com", 443, true, None),
            ("a.b.example.org", 443, true, Some(Reach::Public)),
            ("example.org", 443, true, None),
            ("evilexample.org", 443, true, None),
            (".example.org", 443, true, None),
            ("other.net", 8080, false, Some(Reach::Public)),
            ("other.net", 80, false, None),
            ("10.0.0.7", 9000, false, Some(Reach::Any)),
            ("::1", 80, false, Some(Reach::Any)),
        ] {
            assert_eq!(access.reach(host, port, is_secure), reach, "{host}:{port}");
        }
    }
}

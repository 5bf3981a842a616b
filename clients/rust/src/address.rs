//! Where a server is: `HOST:PORT`, or a URL that also says how to talk with it.

use crate::Error;

/// How frames travel.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Transport {
    WebSocket,
    Tcp,
}

#[derive(PartialEq, Eq, Debug)]
pub(crate) struct Address {
    pub(crate) transport: Transport,
    /// Never where this client was built without TLS.
    pub(crate) is_secure: bool,
    /// Without the brackets of an IPv6 address.
    pub(crate) host: String,
    pub(crate) port: u16,
    /// With a scheme, as the upgrade to WebSocket needs it.
    pub(crate) url: String,
}

impl Address {
    /// A URL with one of the four schemes.
    pub(crate) fn of_url(url: &str) -> Result<Self, Error> {
        let (scheme, _) = url.split_once("://").ok_or_else(|| wrong(url, SCHEMES))?;
        let (transport, is_secure) = match scheme {
            "ws" => (Transport::WebSocket, false),
            "wss" => (Transport::WebSocket, true),
            "tcp" => (Transport::Tcp, false),
            "tcps" => (Transport::Tcp, true),
            _ => return Err(wrong(url, SCHEMES)),
        };
        if is_secure && !cfg!(feature = "tls") {
            return Err(wrong(url, "this client was built without TLS"));
        }
        Self::new(url, url.to_owned(), transport, is_secure)
    }

    /// `HOST:PORT`, or a URL with a scheme of this transport.
    pub(crate) fn of(text: &str, transport: Transport) -> Result<Self, Error> {
        if text.contains("://") {
            let address = Self::of_url(text)?;
            let why = match transport {
                Transport::WebSocket => "a connection by WebSocket has an address that begins with ws:// or wss://",
                Transport::Tcp => "a connection by TCP has an address that begins with tcp:// or tcps://",
            };
            return if address.transport == transport { Ok(address) } else { Err(wrong(text, why)) };
        }
        let scheme = match transport {
            Transport::WebSocket => "ws",
            Transport::Tcp => "tcp",
        };
        Self::new(text, format!("{scheme}://{text}"), transport, false)
    }

    fn new(text: &str, url: String, transport: Transport, is_secure: bool) -> Result<Self, Error> {
        let rest = url.split_once("://").map_or(url.as_str(), |(_, rest)| rest);
        let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
        let (host, port) = match authority.rsplit_once(':') {
            Some((host, port)) if !port.contains(']') => {
                (host, port.parse().map_err(|_| wrong(text, "its port is no number from 0 to 65535"))?)
            }
            _ => match (transport, is_secure) {
                (Transport::WebSocket, false) => (authority, 80),
                (Transport::WebSocket, true) => (authority, 443),
                (Transport::Tcp, _) => return Err(wrong(text, "it has no port")),
            },
        };
        let bracketed = host.strip_prefix('[').and_then(|host| host.strip_suffix(']'));
        if host.contains('@') {
            return Err(wrong(text, "a user and a password do not belong into it; they are for the login"));
        }
        if bracketed.is_none() && host.contains([':', '[', ']']) {
            return Err(wrong(text, "an IPv6 address is written in brackets, as in [::1]:10510"));
        }
        let host = bracketed.unwrap_or(host);
        if host.is_empty() {
            return Err(wrong(text, "it has no host"));
        }
        Ok(Self { transport, is_secure, host: host.to_owned(), port, url })
    }
}

const SCHEMES: &str = "it begins with none of ws://, wss://, tcp:// and tcps://";

pub(crate) fn wrong(address: &str, why: &'static str) -> Error {
    Error::Address { address: address.to_owned(), why }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(address: &Address) -> (Transport, bool, &str, u16) {
        (address.transport, address.is_secure, &address.host, address.port)
    }

    #[test]
    fn urls_say_how_to_talk() {
        for (url, transport, is_secure, host, port) in [
            ("ws://im.example:10510", Transport::WebSocket, false, "im.example", 10510),
            ("ws://im.example/chat?a=b", Transport::WebSocket, false, "im.example", 80),
            ("wss://im.example/", Transport::WebSocket, true, "im.example", 443),
            ("wss://[::1]:10510/", Transport::WebSocket, true, "::1", 10510),
            ("ws://[::1]", Transport::WebSocket, false, "::1", 80),
            ("tcp://127.0.0.1:11510/", Transport::Tcp, false, "127.0.0.1", 11510),
            ("tcps://im.example:11510", Transport::Tcp, true, "im.example", 11510),
        ] {
            if is_secure && !cfg!(feature = "tls") {
                assert!(Address::of_url(url).unwrap_err().to_string().contains("without TLS"));
                continue;
            }
            let address = Address::of_url(url).unwrap();
            assert_eq!(parts(&address), (transport, is_secure, host, port), "{url}");
            assert_eq!(Address::of(url, transport).unwrap(), address);
        }
    }

    #[test]
    fn an_address_alone_is_plain() {
        for transport in [Transport::WebSocket, Transport::Tcp] {
            let address = Address::of("localhost:1", transport).unwrap();
            assert_eq!(parts(&address), (transport, false, "localhost", 1));
        }
        assert_eq!(Address::of("localhost:1", Transport::WebSocket).unwrap().url, "ws://localhost:1");
    }

    #[test]
    fn all_else_is_refused_with_a_reason() {
        for (url, why) in [
            ("http://im.example:1", "begins with none"),
            ("im.example:1", "begins with none"),
            ("tcp://im.example", "no port"),
            ("ws://im.example:70000", "no number"),
            ("ws://:1", "no host"),
            ("ws://[]:1", "no host"),
            ("ws://::1:1", "in brackets"),
            ("ws://me:secret@im.example:1", "for the login"),
        ] {
            let told = Address::of_url(url).unwrap_err().to_string();
            assert!(told.contains(why), "{told}");
        }
        let told = Address::of("ws://im.example", Transport::Tcp).unwrap_err().to_string();
        assert!(told.contains("tcps://"), "{told}");
        let told = Address::of("tcp://im.example:1", Transport::WebSocket).unwrap_err().to_string();
        assert!(told.contains("wss://"), "{told}");
    }
}

//! A guest's request, checked.

use bytes::Bytes;
use http_body_util::Full;
use hyper::{
    Method, Request, Uri,
    header::{
        CONNECTION, CONTENT_LENGTH, EXPECT, HOST, HeaderName, HeaderValue, PROXY_AUTHORIZATION, TE, TRAILER,
        TRANSFER_ENCODING, UPGRADE,
    },
    http::uri::{PathAndQuery, Scheme},
};

use super::BODY_BYTES;
use crate::dispatch::wasm::wit::http as wit;

const HEADER_BYTES: usize = 64 << 10;
/// What is between the server and the host, where a plugin could smuggle a second request past the checks.
const OURS: [HeaderName; 9] =
    [CONNECTION, CONTENT_LENGTH, EXPECT, HOST, PROXY_AUTHORIZATION, TE, TRAILER, TRANSFER_ENCODING, UPGRADE];

/// A request and where it goes.
#[derive(Debug)]
pub(super) struct Outgoing {
    /// In lower case, an address of IPv6 without its brackets.
    pub(super) host: String,
    pub(super) port: u16,
    pub(super) is_secure: bool,
    /// In origin form.
    pub(super) request: Request<Full<Bytes>>,
}

impl Outgoing {
    pub(super) fn read(request: wit::Request) -> Result<Self, wit::Error> {
        let headers: usize = request.headers.iter().map(|(name, value)| name.len() + value.len()).sum();
        if request.body.len() > BODY_BYTES || headers > HEADER_BYTES {
            return Err(wit::Error::TooLarge);
        }
        let url: Uri = request.url.parse().map_err(invalid)?;
        let is_secure = is_secure(&url)?;
        let authority = url.authority().ok_or(wit::Error::Invalid)?;
        if authority.as_str().contains('@') {
            return Err(wit::Error::Invalid);
        }
        let host = authority.host().to_ascii_lowercase();
        let port = authority.port_u16().unwrap_or(if is_secure { 443 } else { 80 });
        let path = url.path_and_query().map_or("/", PathAndQuery::as_str);
        let method = Method::from_bytes(request.method.as_bytes()).map_err(invalid)?;
        if method == Method::CONNECT {
            return Err(wit::Error::Invalid);
        }
        let mut outgoing = Request::builder().method(method).uri(path).header(HOST, authority.as_str());
        for (name, value) in request.headers {
            let name = HeaderName::from_bytes(name.as_bytes()).map_err(invalid)?;
            if OURS.contains(&name) {
                return Err(wit::Error::Invalid);
            }
            outgoing = outgoing.header(name, HeaderValue::from_str(&value).map_err(invalid)?);
        }
        let request = outgoing.body(Full::new(Bytes::from(request.body))).map_err(invalid)?;
        let host = host.trim_start_matches('[').trim_end_matches(']').to_owned();
        Ok(Self { host, port, is_secure, request })
    }
}

fn is_secure(url: &Uri) -> Result<bool, wit::Error> {
    match url.scheme() {
        Some(scheme) if *scheme == Scheme::HTTPS => Ok(true),
        Some(scheme) if *scheme == Scheme::HTTP => Ok(false),
        _ => Err(wit::Error::Invalid),
    }
}

fn invalid<E>(_: E) -> wit::Error {
    wit::Error::Invalid
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(method: &str, url: &str, headers: &[(&str, &str)]) -> Result<Outgoing, wit::Error> {
        let headers = headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        let (method, url) = (method.to_owned(), url.to_owned());
        Outgoing::read(wit::Request { method, url, headers, body: Vec::new(), timeout_ms: None })
    }

    #[test]
    fn a_url_says_where_it_goes() {
        let secure = read("GET", "https://API.example.com/a?b=c", &[("Accept", "*/*")]).unwrap();
        assert_eq!((secure.host.as_str(), secure.port, secure.is_secure), ("api.example.com", 443, true));
        assert_eq!(secure.request.uri(), "/a?b=c");
        let local = read("POST", "http://[::1]:8080", &[]).unwrap();
        assert_eq!((local.host.as_str(), local.port, local.is_secure), ("::1", 8080, false));
        assert_eq!(local.request.headers()["host"], "[::1]:8080");
    }

    #[test]
    fn what_makes_no_sense_is_refused() {
        for url in
            ["", "/path", "api.example.com", "ftp://api.example.com", "https://user@api.example.com/", "http://a b/"]
        {
            assert!(matches!(read("GET", url, &[]), Err(wit::Error::Invalid)), "{url}");
        }
        for header in [("host", "b"), ("Transfer-Encoding", "chunked"), ("a b", "c"), ("a", "b\r\nc: d")] {
            assert!(matches!(read("GET", "http://a/", &[header]), Err(wit::Error::Invalid)), "{header:?}");
        }
        assert!(read("GET\r\n", "http://a/", &[]).is_err() && read("CONNECT", "http://a/", &[]).is_err());
    }
}

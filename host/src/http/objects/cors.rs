//! Which web pages may move objects. A browser asks on behalf of a page; other programs do not care.

use axum::{
    body::Body,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::Response,
};

const ALL: &str = "*";
const METHODS: HeaderValue = HeaderValue::from_static("GET, HEAD, PUT, POST");
/// Of an answer: what a page may read beside its body.
const EXPOSED: HeaderValue =
    HeaderValue::from_static("Accept-Ranges, Content-Disposition, Content-Length, Content-Range, ETag");
/// Seconds for which a browser need not ask again.
const MAX_AGE: HeaderValue = HeaderValue::from_static("3600");

/// The pages.
#[derive(Debug)]
pub(super) enum Origins {
    All,
    These(Vec<String>),
}

impl Origins {
    pub(super) fn new(allowed: &[String]) -> Self {
        if allowed.iter().any(|origin| origin == ALL) { Self::All } else { Self::These(allowed.to_vec()) }
    }

    /// Adds to an answer that the page may have it.
    pub(super) fn allow(&self, origin: Option<&HeaderValue>, headers: &mut HeaderMap) {
        let allowed = match self {
            Self::All => HeaderValue::from_static(ALL),
            Self::These(origins) => {
                headers.append(header::VARY, HeaderValue::from_static("Origin"));
                match origin.filter(|origin| origins.iter().any(|allowed| allowed.as_bytes() == origin.as_bytes())) {
                    Some(origin) => origin.clone(),
                    None => return,
                }
            }
        };
        headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, allowed);
        headers.insert(header::ACCESS_CONTROL_EXPOSE_HEADERS, EXPOSED);
    }
}

/// The answer to the question before the request. The signature decides, so any header may come.
pub(super) fn preflight(asked: &HeaderMap) -> Response {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::NO_CONTENT;
    let headers = response.headers_mut();
    headers.insert(header::ACCESS_CONTROL_ALLOW_METHODS, METHODS);
    headers.insert(header::ACCESS_CONTROL_MAX_AGE, MAX_AGE);
    if let Some(wanted) = asked.get(header::ACCESS_CONTROL_REQUEST_HEADERS) {
        headers.insert(header::ACCESS_CONTROL_ALLOW_HEADERS, wanted.clone());
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    fn allowed(origins: &[&str], origin: &'static str) -> Option<String> {
        let origins = Origins::new(&origins.iter().map(|origin| (*origin).to_owned()).collect::<Vec<_>>());
        let mut headers = HeaderMap::new();
        origins.allow(Some(&HeaderValue::from_static(origin)), &mut headers);
        headers.get(header::ACCESS_CONTROL_ALLOW_ORIGIN).map(|value| value.to_str().unwrap().to_owned())
    }

    #[test]
    fn pages_are_those_that_were_named() {
        assert_eq!(allowed(&["*"], "https://a.example").as_deref(), Some("*"));
        assert_eq!(allowed(&["https://a.example"], "https://a.example").as_deref(), Some("https://a.example"));
        assert_eq!(allowed(&["https://a.example"], "https://b.example"), None);
        assert_eq!(allowed(&[], "https://a.example"), None);
    }
}

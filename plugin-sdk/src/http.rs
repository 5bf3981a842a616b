//! Capability: requests over HTTP to the hosts that the operator names. Private addresses, those of this machine among
//! them, are out of reach unless the operator names their hosts apart. Redirects are answered like any other response.
//!
//! In a native unit test the answers are those that the test has chosen with [`testing`].

use std::time::Duration;

#[cfg(target_family = "wasm")]
use crate::bindings::capabilities::talaria::plugin::http as host;
#[cfg(not(target_family = "wasm"))]
use testing as host;

pub use crate::bindings::capabilities::talaria::plugin::http::{Error, Request, Response};

/// Sends a request and waits for the whole answer, whatever its status.
///
/// # Errors
///
/// Every [`Error`] there is.
pub fn send(request: &Request) -> Result<Response, Error> {
    host::send(request)
}

/// Sends a `GET`; see [`send`].
///
/// # Errors
///
/// As of [`send`].
pub fn get(url: &str) -> Result<Response, Error> {
    send(&Request::new("GET", url))
}

impl Request {
    /// Without headers and body. `url` is absolute.
    pub fn new(method: &str, url: &str) -> Self {
        Self { method: method.to_owned(), url: url.to_owned(), headers: Vec::new(), body: Vec::new(), timeout_ms: None }
    }

    /// Adds a header.
    #[must_use]
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Sets the body, at most 1 MiB.
    #[must_use]
    pub fn body(mut self, body: impl Into<Vec<u8>>) -> Self {
        self.body = body.into();
        self
    }

    /// Sets how long all of it may take: 10 s unless set, 30 s at most. The hook's own deadline goes on meanwhile.
    #[must_use]
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout_ms = Some(u32::try_from(timeout.as_millis()).unwrap_or(u32::MAX));
        self
    }
}

impl Response {
    /// Without headers.
    pub fn new(status: u16, body: impl Into<Vec<u8>>) -> Self {
        Self { status, headers: Vec::new(), body: body.into() }
    }

    /// Whether the status is one of 200 to 299.
    pub fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }
}

/// Answers in the memory of the test's thread.
#[cfg(not(target_family = "wasm"))]
pub mod testing {
    use std::cell::RefCell;
    use std::collections::BTreeMap;

    use super::{Error, Request, Response};

    thread_local! {
        static ANSWERS: RefCell<BTreeMap<String, Result<Response, Error>>> = const { RefCell::new(BTreeMap::new()) };
        static REQUESTS: RefCell<Vec<Request>> = const { RefCell::new(Vec::new()) };
    }

    /// Chooses what requests for a URL are answered; those for others are not allowed.
    pub fn answer(url: &str, answer: Result<Response, Error>) {
        ANSWERS.with_borrow_mut(|answers| answers.insert(url.to_owned(), answer));
    }

    /// What was sent since the last call.
    pub fn take_requests() -> Vec<Request> {
        REQUESTS.take()
    }

    pub(super) fn send(request: &Request) -> Result<Response, Error> {
        REQUESTS.with_borrow_mut(|requests| requests.push(request.clone()));
        ANSWERS.with_borrow(|answers| answers.get(&request.url).cloned().unwrap_or(Err(Error::NotAllowed)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_double_answers_as_a_test_has_chosen() {
        testing::answer("https://api.example.com/", Ok(Response::new(201, "made")));
        let request = Request::new("POST", "https://api.example.com/").header("accept", "*/*").body("a");
        let response = send(&request.clone().timeout(Duration::from_secs(1))).unwrap();
        assert!(response.is_success());
        assert_eq!(get("https://other.example.com/"), Err(Error::NotAllowed));
        let sent = testing::take_requests();
        assert_eq!(sent[0], Request { timeout_ms: Some(1000), ..request });
        assert_eq!(sent.len(), 2);
    }
}

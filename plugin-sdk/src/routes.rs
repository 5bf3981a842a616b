//! Convenient ways to read requests to routes and to write the answers.

use crate::http_handle::{Request, Response};

impl Request {
    /// A request without headers and body, for unit tests.
    pub fn new(method: impl Into<String>, target: impl Into<String>) -> Self {
        Self { method: method.into(), target: target.into(), headers: Vec::new(), body: Vec::new() }
    }

    /// The path, without the query.
    pub fn path(&self) -> &str {
        self.target.split_once('?').map_or(&self.target, |(path, _)| path)
    }

    /// What stands after the question mark, as it came.
    pub fn query(&self) -> &str {
        self.target.split_once('?').map_or("", |(_, query)| query)
    }

    /// The first header of this name (in lower case) that is text.
    pub fn header(&self, name: &str) -> Option<&str> {
        let mut headers = self.headers.iter().filter(|(found, _)| found == name);
        headers.find_map(|(_, value)| std::str::from_utf8(value).ok())
    }
}

impl Response {
    /// Without headers and body.
    pub fn new(status: u16) -> Self {
        Self { status, headers: Vec::new(), body: Vec::new() }
    }

    /// With a body and its type, such as `application/json`.
    pub fn with_body(status: u16, media_type: &str, body: impl Into<Vec<u8>>) -> Self {
        Self { body: body.into(), ..Self::new(status).header("content-type", media_type) }
    }

    /// A plain text.
    pub fn text(status: u16, text: impl Into<String>) -> Self {
        Self::with_body(status, "text/plain; charset=utf-8", text.into())
    }

    /// Adds a header.
    #[must_use]
    pub fn header(mut self, name: impl Into<String>, value: impl Into<Vec<u8>>) -> Self {
        self.headers.push((name.into(), value.into()));
        self
    }
}

#[cfg(test)]
mod tests {
    use super::{Request, Response};

    #[test]
    fn a_request_is_taken_apart() {
        let mut request = Request::new("GET", "/a/b?c=d?e");
        request.headers.push(("accept".into(), b"*/*".to_vec()));
        assert_eq!((request.path(), request.query()), ("/a/b", "c=d?e"));
        assert_eq!((request.header("accept"), request.header("host")), (Some("*/*"), None));
        assert_eq!(Request::new("GET", "/a").query(), "");
        assert_eq!(Response::text(200, "hi").headers.len(), 1);
    }
}

//! Counting what became of requests.

use axum::http::{Method, StatusCode};

/// Whether the answer has a body that counts by itself when it ends, as a [`Sending`].
pub(super) fn is_open(method: &Method, status: StatusCode) -> bool {
    method == Method::GET && matches!(status, StatusCode::OK | StatusCode::PARTIAL_CONTENT)
}

/// Counts an answer that is all there is.
pub(super) fn count_answer(operation: &'static str, status: StatusCode) {
    let outcome = match status.as_u16() {
        200..400 => "done",
        400..500 => "refused",
        _ => "failed",
    };
    count(operation, outcome);
}

fn count(operation: &'static str, outcome: &'static str) {
    metrics::counter!("talaria_objects_requests_total", "operation" => operation, "outcome" => outcome).increment(1);
}

/// A download whose answer has begun. It is counted when it is dropped: a body that nobody takes any more is not told
/// so.
#[derive(Debug)]
pub(super) struct Sending {
    left: u64,
    has_failed: bool,
}

impl Sending {
    pub(super) const fn new(bytes: u64) -> Self {
        Self { left: bytes, has_failed: false }
    }

    /// So many bytes were handed over.
    pub(super) const fn sent(&mut self, bytes: u64) {
        self.left = self.left.saturating_sub(bytes);
    }

    /// There will be no more of them.
    pub(super) const fn fail(&mut self) {
        self.has_failed = true;
    }

    const fn outcome(&self) -> &'static str {
        match (self.left, self.has_failed) {
            (0, _) => "done",
            (_, true) => "failed",
            (_, false) => "broken_off",
        }
    }
}

impl Drop for Sending {
    fn drop(&mut self) {
        count("download", self.outcome());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_download_is_done_with_its_last_byte() {
        let mut sending = Sending::new(3);
        assert_eq!(sending.outcome(), "broken_off");
        sending.sent(2);
        assert_eq!(sending.outcome(), "broken_off");
        sending.sent(1);
        assert_eq!(sending.outcome(), "done");
        assert_eq!(Sending::new(0).outcome(), "done");
    }

    #[test]
    fn a_disk_that_fails_is_told_from_a_client_that_goes() {
        let mut sending = Sending::new(3);
        sending.sent(2);
        sending.fail();
        assert_eq!(sending.outcome(), "failed");
    }
}

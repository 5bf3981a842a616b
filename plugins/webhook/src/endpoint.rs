//! One place that is told, and how it is asked whether it takes what it is told.

use std::time::{Duration, SystemTime};

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use talaria_sdk::http::{self, Request};

use crate::event::{Event, hex};
use crate::settings::OnRefusal;

pub(crate) struct Endpoint {
    pub(crate) url: String,
    /// For logs and metrics.
    pub(crate) host: String,
    pub(crate) kinds: Vec<&'static str>,
    pub(crate) key: String,
    pub(crate) timeout_ms: u32,
    pub(crate) max_events: usize,
    pub(crate) on_refusal: OnRefusal,
}

/// What became of a request.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Answer {
    Taken,
    /// It will not have them, now or later.
    Refused(String),
    /// It may take them another time.
    Failed(String),
}

impl Endpoint {
    pub(crate) fn wants(&self, kind: &str) -> bool {
        self.kinds.contains(&kind)
    }

    pub(crate) fn post(&self, events: &[&Event]) -> Answer {
        let body = body(events);
        let timestamp = now();
        let request = Request::new("POST", &self.url)
            .header("content-type", "application/json")
            .header("user-agent", "talaria-webhook")
            .header("x-talaria-timestamp", &timestamp.to_string())
            .header("x-talaria-signature", &format!("sha256={}", signature(&self.key, timestamp, &body)))
            .body(body)
            .timeout(Duration::from_millis(self.timeout_ms.into()));
        match http::send(&request) {
            Ok(response) => judge(response.status),
            // The request is smaller than that, so it is the answer, whose status nobody knows.
            Err(http::Error::TooLarge) => Answer::Refused("its answer is too large".to_owned()),
            Err(error) => Answer::Failed(format!("{error:?}")),
        }
    }
}

fn judge(status: u16) -> Answer {
    match status {
        200..=299 => Answer::Taken,
        408 | 429 | 500.. => Answer::Failed(format!("it answers {status}")),
        _ => Answer::Refused(format!("it answers {status}")),
    }
}

fn body(events: &[&Event]) -> String {
    let events: Vec<&str> = events.iter().map(|event| event.json.as_str()).collect();
    format!("{{\"events\":[{}]}}", events.join(","))
}

/// Over the time and the body, so that neither can be changed, and an old request can be told from a new one.
pub(crate) fn signature(key: &str, timestamp: u64, body: &str) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(key.as_bytes()).expect("a key of any length will do");
    mac.update(timestamp.to_string().as_bytes());
    mac.update(b".");
    mac.update(body.as_bytes());
    hex(&mac.finalize().into_bytes())
}

#[expect(clippy::disallowed_methods, reason = "the clock of a plugin is the server's")]
fn now() -> u64 {
    SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).map_or(0, |since| since.as_secs())
}

#[cfg(test)]
mod tests {
    use super::{Answer, judge, signature};

    #[test]
    fn a_signature_is_the_usual_one() {
        // echo -n '1700000000.{"events":[]}' | openssl dgst -sha256 -hmac 'a key'
        let expected = "2091f9a988a97756a83f15b6fec69589d4a5a60357bad4ff75d11d3f6eafe658";
        assert_eq!(signature("a key", 1_700_000_000, r#"{"events":[]}"#), expected);
    }

    #[test]
    fn some_refusals_are_for_now_only() {
        assert_eq!(judge(204), Answer::Taken);
        for status in [408, 429, 500, 503] {
            assert!(matches!(judge(status), Answer::Failed(_)), "{status}");
        }
        for status in [301, 400, 401, 404, 410] {
            assert!(matches!(judge(status), Answer::Refused(_)), "{status}");
        }
    }
}

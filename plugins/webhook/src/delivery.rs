//! A batch of events on its way to all endpoints.

use std::time::{Duration, Instant};

use talaria_sdk::{kv, log, metrics};

use crate::endpoint::{Answer, Endpoint};
use crate::event::Event;
use crate::settings::OnRefusal;

/// What one request may bring, far below what the server sends for a plugin.
const BODY_BYTES: usize = 512 * 1024;
/// What is left of the call's time when its last request has timed out.
const MARGIN: Duration = Duration::from_millis(500);

/// Sends the events to those endpoints that want them. After an error the server tells of the same events again; what
/// was taken of them is not sent once more.
///
/// # Errors
///
/// When an endpoint did not take all, or the time was too short.
pub(crate) fn deliver(endpoints: &[Endpoint], events: &[Event], until: Instant) -> Result<(), String> {
    let mut noted = Vec::new();
    let mut failures = Vec::new();
    for endpoint in endpoints {
        let wanted: Vec<&Event> = events.iter().filter(|event| endpoint.wants(event.kind)).collect();
        if wanted.is_empty() {
            continue;
        }
        let mut progress = Progress::read(endpoint)?;
        if let Err(error) = send(endpoint, wanted, &mut progress, until) {
            failures.push(format!("{}: {error}", endpoint.host));
        }
        noted.push(progress);
    }
    for progress in noted {
        if failures.is_empty() { progress.forget() } else { progress.write() }
    }
    if failures.is_empty() { Ok(()) } else { Err(failures.join("; ")) }
}

fn send(endpoint: &Endpoint, events: Vec<&Event>, progress: &mut Progress, until: Instant) -> Result<(), String> {
    let left: Vec<_> = events.into_iter().filter(|event| !progress.taken.contains(&event.id)).collect();
    let timeout = Duration::from_millis(endpoint.timeout_ms.into());
    for part in parts(&left, endpoint.max_events) {
        // A call that is cut off would look like a crash, and events that a plugin crashes on are given up some time.
        if Instant::now() + timeout + MARGIN > until {
            return Err("the rest has to wait for the next call".to_owned());
        }
        let labels = [("endpoint", endpoint.host.as_str())];
        match endpoint.post(part) {
            Answer::Taken => {
                let _ = metrics::add("events_delivered_total", &labels, part.len() as u64);
            }
            Answer::Refused(reason) if endpoint.on_refusal == OnRefusal::Drop => {
                let ids: Vec<_> = part.iter().map(|event| format!("{} {}", event.kind, event.id)).collect();
                log::warn(format!("{} refuses events, which are dropped: {reason}: {}", endpoint.host, ids.join(", ")));
                let _ = metrics::add("events_dropped_total", &labels, part.len() as u64);
            }
            Answer::Refused(reason) | Answer::Failed(reason) => {
                let _ = metrics::add("requests_failed_total", &labels, 1);
                return Err(reason);
            }
        }
        progress.taken.extend(part.iter().map(|event| event.id.clone()));
        progress.is_new = true;
    }
    Ok(())
}

/// In their order, as many in a request as the endpoint takes, and no more bytes than there may be.
fn parts<'a, 'e>(events: &'a [&'e Event], max_events: usize) -> Vec<&'a [&'e Event]> {
    let (mut parts, mut begin, mut bytes) = (Vec::new(), 0, 0);
    for (at, event) in events.iter().enumerate() {
        if at > begin && (at - begin == max_events || bytes + event.json.len() > BODY_BYTES) {
            parts.push(&events[begin..at]);
            (begin, bytes) = (at, 0);
        }
        bytes += event.json.len() + 1;
    }
    if begin < events.len() {
        parts.push(&events[begin..]);
    }
    parts
}

/// Which events of the batch an endpoint has taken, while another call is needed for the rest. Written after failures
/// only: as long as all goes well, nothing is.
struct Progress {
    key: String,
    taken: Vec<String>,
    is_new: bool,
    is_kept: bool,
}

impl Progress {
    fn read(endpoint: &Endpoint) -> Result<Self, String> {
        let key = format!("taken/{}", endpoint.url);
        let kept = kv::get(&key).map_err(|error| format!("the store: {error:?}"))?;
        let is_kept = kept.is_some();
        let kept = String::from_utf8(kept.unwrap_or_default()).unwrap_or_default();
        Ok(Self { key, taken: kept.lines().map(str::to_owned).collect(), is_new: false, is_kept })
    }

    fn write(self) {
        if self.is_new && kv::set(&self.key, self.taken.join("\n")).is_err() {
            log::warn("what endpoints have taken cannot be noted: they will be told of it again");
        }
    }

    fn forget(self) {
        if self.is_kept && kv::delete(&self.key).is_err() {
            log::warn("a note of what an endpoint has taken cannot be deleted");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{BODY_BYTES, parts};
    use crate::event::Event;

    #[test]
    fn parts_are_bounded_by_number_and_bytes() {
        let event = |size| Event { id: String::new(), kind: "x", json: "x".repeat(size) };
        let lengths = |sizes: &[usize], max| {
            let events: Vec<_> = sizes.iter().map(|size| event(*size)).collect();
            let events: Vec<_> = events.iter().collect();
            parts(&events, max).iter().map(|part| part.len()).collect::<Vec<_>>()
        };
        assert_eq!(lengths(&[1; 7], 3), [3, 3, 1]);
        assert_eq!(lengths(&[BODY_BYTES / 2 + 1; 3], 100), [1, 1, 1]);
        assert_eq!(lengths(&[1, BODY_BYTES * 2, 1], 100), [1, 1, 1]);
        assert!(lengths(&[], 3).is_empty());
    }
}

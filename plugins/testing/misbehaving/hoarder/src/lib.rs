//! Has the server hold requests that are never sent, each with as much in it as it may have: it is the server that must
//! say how much that is, and when it gets it back.

use std::mem;
use std::time::Duration;

use talaria_sdk::message_before_send::{self, Draft, Verdict};
use talaria_sdk::{Context, Description, HookSettings};
use wasip2::http::types::{Fields, Method, OutgoingRequest};

/// Bytes of what is too long for anything.
const LONG: usize = 64 << 10;
/// Bytes of headers.
const HEADERS: usize = 14 << 10;

#[derive(Default)]
struct Hoarder {
    /// Requests that this instance has the server hold.
    requests: usize,
}

#[talaria_sdk::plugin]
impl Hoarder {
    fn describe() -> Description {
        let patient = HookSettings::new(message_before_send::HOOK).deadline(Duration::from_millis(500));
        Description::default().hook(patient)
    }

    /// Replaces a number by how many requests were held before, and how many bytes as many new ones hold.
    fn message_before_send(&mut self, _ctx: Context, draft: Draft) -> Verdict {
        let Some(more) = draft.text.as_deref().and_then(|text| text.parse::<usize>().ok()) else {
            return Verdict::Continue;
        };
        let before = self.requests;
        self.requests += more;
        let bytes: usize = (0..more).map(|_| hold()).sum();
        Verdict::replace_text(format!("{before} {bytes}"))
    }
}

/// Fills a request, and answers with how many bytes.
fn hold() -> usize {
    let (headers, mut held) = (Fields::new(), 0);
    // More than the server keeps would be the end of the call.
    while held < HEADERS {
        headers.append("x", &[b'x'; 1024]).expect("there is room");
        held += 1024;
    }
    let request = OutgoingRequest::new(headers);
    let long = "x".repeat(LONG);
    // An address of the web is cut off by the library at 64 KiB.
    let path = "/".repeat(60_000);
    for (is_set, bytes) in [
        (request.set_method(&Method::Other(long.clone())), LONG),
        (request.set_authority(Some(&long)), LONG),
        (request.set_path_with_query(Some(&path)), path.len()),
    ] {
        held += if is_set.is_ok() { bytes } else { 0 };
    }
    let body = request.body().expect("it is taken once");
    let stream = body.write().expect("it is taken once");
    while let Ok(room @ 1..) = stream.check_write() {
        let bytes = vec![b'x'; usize::try_from(room).expect("it fits into memory")];
        stream.write(&bytes).expect("there is room");
        held += bytes.len();
    }
    drop((stream, body));
    mem::forget(request);
    held
}

//! Whole bodies over WASI's streams.

use wasip2::http::types::{IncomingBody, OutgoingBody};
use wasip2::io::streams::StreamError;

/// All of it.
pub(crate) fn read(body: &IncomingBody) -> Vec<u8> {
    let stream = body.stream().expect("it is taken once");
    let mut read = Vec::new();
    loop {
        match stream.blocking_read(64 << 10) {
            Ok(chunk) => read.extend(chunk),
            Err(StreamError::Closed) => return read,
            Err(StreamError::LastOperationFailed(error)) => panic!("{}", error.to_debug_string()),
        }
    }
}

/// All of it, and the end.
pub(crate) fn write(body: OutgoingBody, bytes: &[u8]) {
    let stream = body.write().expect("it is taken once");
    // As much as the interface takes at once.
    for chunk in bytes.chunks(4096) {
        stream.blocking_write_and_flush(chunk).expect("it is read");
    }
    drop(stream);
    OutgoingBody::finish(body, None).expect("it has its length");
}

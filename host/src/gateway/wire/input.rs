//! What has arrived and was not taken yet.

use std::{
    io,
    mem::MaybeUninit,
    pin::Pin,
    task::{Context, Poll, ready},
};

use bytes::{Bytes, BytesMut};
use tokio::io::{AsyncRead, ReadBuf};

use super::{tcp, ws};

/// One thing that a client sent.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Item {
    Payload(Bytes),
    /// A text message, which means nothing here.
    Text,
    Ping(Bytes),
    /// The client closes the WebSocket.
    Close,
}

/// A client that breaks the rules of framing.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Violation {
    TooLong,
    Malformed,
}

/// The bytes of the next frame as far as they have come. Between frames it holds no memory.
pub(crate) struct Input {
    buffer: BytesMut,
    decoder: Decoder,
}

enum Decoder {
    Tcp,
    WebSocket(ws::Decoder),
    /// Nothing that comes counts any more.
    Discard,
}

/// Read at once; lies on the stack.
const CHUNK: usize = 8 * 1024;

impl Input {
    pub(super) fn tcp() -> Self {
        Self { buffer: BytesMut::new(), decoder: Decoder::Tcp }
    }

    pub(super) fn web_socket() -> Self {
        Self { buffer: BytesMut::new(), decoder: Decoder::WebSocket(ws::Decoder::new()) }
    }

    /// Bytes that came before, such as with the request to upgrade.
    pub(crate) fn append(&mut self, bytes: &[u8]) {
        if !matches!(self.decoder, Decoder::Discard) {
            self.buffer.extend_from_slice(bytes);
        }
    }

    /// The next whole item of what has arrived. Payloads may have up to `limit` bytes.
    pub(crate) fn next(&mut self, limit: usize) -> Result<Option<Item>, Violation> {
        match &mut self.decoder {
            Decoder::Tcp => tcp::next(&mut self.buffer, limit),
            Decoder::WebSocket(decoder) => decoder.next(&mut self.buffer, limit),
            Decoder::Discard => Ok(None),
        }
    }

    /// Whether the end of a frame that is too long can be found, so that those after it still can be read.
    pub(crate) const fn survives(&self, violation: Violation) -> bool {
        matches!((&self.decoder, violation), (Decoder::WebSocket(_), Violation::TooLong))
    }

    /// Throws away what is there and what comes.
    pub(crate) fn discard(&mut self) {
        self.decoder = Decoder::Discard;
        self.buffer = BytesMut::new();
    }

    /// Reads once; answers how much has come, 0 at the end of the stream.
    pub(crate) fn poll_read(
        &mut self,
        stream: Pin<&mut impl AsyncRead>,
        cx: &mut Context<'_>,
    ) -> Poll<io::Result<usize>> {
        let mut chunk = [const { MaybeUninit::uninit() }; CHUNK];
        let mut chunk = ReadBuf::uninit(&mut chunk);
        ready!(stream.poll_read(cx, &mut chunk))?;
        let read = chunk.filled();
        self.append(read);
        Poll::Ready(Ok(read.len()))
    }
}

//! The HTTP request that becomes a WebSocket. Browsers ask beforehand whether they may.

use std::{
    io,
    pin::Pin,
    task::{Context, Poll},
};

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, ReadBuf};
use tokio_websockets::ServerBuilder;

use super::Stream;

/// Bytes of the request's head.
const MAX_HEAD: usize = 8 * 1024;
const END: &[u8] = b"\r\n\r\n";

const PREFLIGHT: &[u8] = b"HTTP/1.1 200 OK\r\n\
    Access-Control-Allow-Origin: *\r\n\
    Access-Control-Allow-Methods: *\r\n\
    Access-Control-Allow-Headers: *\r\n\
    Access-Control-Max-Age: 7200\r\n\
    Content-Length: 0\r\n\
    Connection: close\r\n\r\n";
const BAD_REQUEST: &[u8] = b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
const METHOD_NOT_ALLOWED: &[u8] =
    b"HTTP/1.1 405 Method Not Allowed\r\nAllow: GET\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
const TOO_LARGE: &[u8] =
    b"HTTP/1.1 431 Request Header Fields Too Large\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";

/// Reads the request and answers it. With an upgrade, gives what came after it; otherwise the connection is over.
pub(crate) async fn upgrade(stream: &mut Stream) -> io::Result<Option<Vec<u8>>> {
    let mut received = Vec::with_capacity(1024);
    let end = loop {
        // A head may end with bytes of two reads.
        let from = received.len().saturating_sub(END.len() - 1);
        if stream.read_buf(&mut received).await? == 0 {
            return Ok(None);
        }
        if let Some(at) = received[from..].windows(END.len()).position(|window| window == END) {
            break from + at + END.len();
        }
        if received.len() > MAX_HEAD {
            return refuse(stream, TOO_LARGE).await;
        }
    };
    let after = received.split_off(end);
    let head = received;
    match head.split(|byte| *byte == b' ').next() {
        Some(b"GET") => {}
        Some(b"OPTIONS") if has(&head, "origin") && has(&head, "access-control-request-method") => {
            return refuse(stream, PREFLIGHT).await;
        }
        Some(method) if !method.is_empty() && method.iter().all(u8::is_ascii_alphabetic) => {
            return refuse(stream, METHOD_NOT_ALLOWED).await;
        }
        _ => return refuse(stream, BAD_REQUEST).await,
    }
    // Answers with 400 itself.
    let socket = Handshake { head: &head, stream };
    Ok(ServerBuilder::new().accept(socket).await.is_ok().then_some(after))
}

async fn refuse(stream: &mut Stream, answer: &[u8]) -> io::Result<Option<Vec<u8>>> {
    stream.write_all(answer).await?;
    stream.shutdown().await?;
    Ok(None)
}

/// Whether the head has a header of this name.
fn has(head: &[u8], name: &str) -> bool {
    head.split(|byte| *byte == b'\n').skip(1).any(|line| {
        let field = line.split(|byte| *byte == b':').next().unwrap_or_default();
        field.eq_ignore_ascii_case(name.as_bytes())
    })
}

/// Gives the library the head that was read already, and nothing else to read.
struct Handshake<'a> {
    head: &'a [u8],
    stream: &'a mut Stream,
}

impl AsyncRead for Handshake<'_> {
    fn poll_read(mut self: Pin<&mut Self>, _: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let (now, later) = self.head.split_at(self.head.len().min(buffer.remaining()));
        buffer.put_slice(now);
        self.head = later;
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Handshake<'_> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut *self.stream).poll_write(cx, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut *self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut *self.stream).poll_shutdown(cx)
    }
}

//! A connection of the listener: one whose client takes too little of what is written to it, for too long, is cut off.
//! Otherwise whoever asks for much and reads next to nothing would keep a turn for ever.

use std::{
    io,
    net::SocketAddr,
    pin::Pin,
    task::{Context, Poll, ready},
    time::Duration,
};

use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    net::TcpStream,
    time::{Instant, Sleep, sleep},
};

use super::pace::{Pace, Patience, cut_off};

/// Bytes that the system holds beside those that are under way.
#[cfg(target_os = "linux")]
const UNSENT: u32 = 128 * 1024;

/// Has the system take few bytes that it cannot send yet: with many, a slow client would seem to take nothing, and then
/// much at once. Where that is not known, or fails, a client that is hardly fast enough may be cut off.
fn hold_little(stream: &TcpStream) {
    #[cfg(target_os = "linux")]
    let _ = socket2::SockRef::from(stream).set_tcp_notsent_lowat(UNSENT);
    #[cfg(not(target_os = "linux"))]
    let _ = stream;
}

/// A connection whose client must keep up while something is written to it.
pub(super) struct Connection {
    stream: TcpStream,
    peer: SocketAddr,
    pace: Pace,
    /// While a write waits.
    waiting: Option<Waiting>,
}

struct Waiting {
    since: Instant,
    limit: Pin<Box<Sleep>>,
}

impl Connection {
    pub(super) fn new(stream: TcpStream, peer: SocketAddr, patience: Patience) -> Self {
        hold_little(&stream);
        // What is left is a client that waits a little longer for the end of an answer.
        let _ = stream.set_nodelay(true);
        Self { stream, peer, pace: Pace::new(patience), waiting: None }
    }

    /// What became of a write; the connection has failed when its client was waited for too long.
    fn watch(&mut self, context: &mut Context<'_>, written: Poll<io::Result<usize>>) -> Poll<io::Result<usize>> {
        let Poll::Ready(written) = written else {
            let left = self.pace.left();
            let begin = || Waiting { since: Instant::now(), limit: Box::pin(sleep(left)) };
            let waiting = self.waiting.get_or_insert_with(begin);
            ready!(waiting.limit.as_mut().poll(context));
            cut_off("out");
            tracing::debug!(peer = %self.peer.ip(), "http: a client takes too little, and is cut off");
            return Poll::Ready(Err(io::ErrorKind::TimedOut.into()));
        };
        let waited = self.waiting.take().map_or(Duration::ZERO, |waiting| waiting.since.elapsed());
        if let Ok(bytes) = written {
            self.pace.moved(bytes, waited);
        }
        Poll::Ready(written)
    }
}

impl AsyncRead for Connection {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(context, buffer)
    }
}

impl AsyncWrite for Connection {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write(context, bytes);
        self.watch(context, written)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        pieces: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write_vectored(context, pieces);
        self.watch(context, written)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}

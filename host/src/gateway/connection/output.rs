//! Frames on their way into the socket.

use std::{
    collections::VecDeque,
    io::{self, IoSlice},
    pin::Pin,
    task::{Context, Poll, ready},
};

use bytes::{Buf, Bytes};
use tokio::io::AsyncWrite;

use crate::gateway::outbound::Outbound;

/// Frames that were taken from the queue; of the first, some bytes may have been written.
#[derive(Default)]
pub(super) struct Output {
    frames: VecDeque<Bytes>,
    is_started: bool,
    /// The stream has taken all and still holds some of it.
    is_flushing: bool,
}

/// Frames in one write.
const GATHERED: usize = 64;

impl Output {
    /// Writes all that waits, as much as possible at once. Answers how many frames left, when nothing is left.
    pub(super) fn poll_write(
        &mut self,
        mut stream: Pin<&mut impl AsyncWrite>,
        outbound: &Outbound,
        cx: &mut Context<'_>,
    ) -> Poll<io::Result<u64>> {
        let mut written = 0;
        loop {
            if self.frames.is_empty() && !outbound.take(&mut self.frames) {
                // TLS takes more than the socket has room for.
                let flushed = stream.as_mut().poll_flush(cx);
                self.is_flushing = flushed.is_pending();
                return flushed.map_ok(|()| written);
            }
            let mut slices = [IoSlice::new(&[]); GATHERED];
            let count = self.frames.len().min(GATHERED);
            for (slice, frame) in slices.iter_mut().zip(&self.frames) {
                *slice = IoSlice::new(frame);
            }
            let bytes = ready!(stream.as_mut().poll_write_vectored(cx, &slices[..count]))?;
            if bytes == 0 {
                return Poll::Ready(Err(io::ErrorKind::WriteZero.into()));
            }
            written += self.advance(bytes);
            if self.frames.is_empty() {
                outbound.written();
            }
        }
    }

    /// Whether nothing waits for room in the socket.
    pub(super) fn is_empty(&self) -> bool {
        self.frames.is_empty() && !self.is_flushing
    }

    /// Forgets the frames of which nothing was written. What was begun must be finished, or the peer could not read on.
    pub(super) fn drop_unstarted(&mut self) {
        let begun = self.frames.pop_front().filter(|_| self.is_started);
        self.frames = begun.into_iter().collect();
    }

    fn advance(&mut self, mut bytes: usize) -> u64 {
        let mut finished = 0;
        while let Some(first) = self.frames.front_mut() {
            if bytes < first.len() {
                first.advance(bytes);
                self.is_started |= bytes > 0;
                break;
            }
            bytes -= first.len();
            self.frames.pop_front();
            self.is_started = false;
            finished += 1;
        }
        finished
    }
}

#[cfg(test)]
mod tests {
    use std::task::Waker;

    use super::*;
    use crate::gateway::{outbound::Bounds, wire::Transport};

    /// Takes so many bytes and is full then.
    struct Narrow {
        taken: Vec<u8>,
        room: usize,
    }

    impl AsyncWrite for Narrow {
        fn poll_write(mut self: Pin<&mut Self>, _: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
            let count = bytes.len().min(self.room);
            if count == 0 {
                return Poll::Pending;
            }
            self.room -= count;
            self.taken.extend_from_slice(&bytes[..count]);
            Poll::Ready(Ok(count))
        }

        fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
            Poll::Ready(Ok(()))
        }

        fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
            Poll::Ready(Ok(()))
        }
    }

    /// Takes everything, and passes on as much as there is room for.
    struct Holding {
        held: Vec<u8>,
        socket: Narrow,
    }

    impl AsyncWrite for Holding {
        fn poll_write(mut self: Pin<&mut Self>, _: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
            self.held.extend_from_slice(bytes);
            Poll::Ready(Ok(bytes.len()))
        }

        fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
            while !self.held.is_empty() {
                let held = std::mem::take(&mut self.held);
                let passed = Pin::new(&mut self.socket).poll_write(cx, &held);
                let count = if let Poll::Ready(Ok(count)) = passed { count } else { 0 };
                self.held = held[count..].to_vec();
                ready!(passed)?;
            }
            Poll::Ready(Ok(()))
        }

        fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
            Poll::Ready(Ok(()))
        }
    }

    fn queued(frames: &[&'static [u8]]) -> Outbound {
        let outbound = Outbound::new(Transport::Tcp);
        for frame in frames {
            outbound.push(Bytes::from_static(frame), Bounds { frames: 100, bytes: 1000 });
        }
        outbound
    }

    #[test]
    fn frames_are_written_in_whatever_pieces_the_socket_takes() {
        let outbound = queued(&[b"one", b"two", b"three"]);
        let (mut output, mut socket) = (Output::default(), Narrow { taken: Vec::new(), room: 0 });
        let cx = &mut Context::from_waker(Waker::noop());
        while output.poll_write(Pin::new(&mut socket), &outbound, cx).is_pending() {
            socket.room += 2;
        }
        assert_eq!(socket.taken, b"onetwothree");
    }

    #[test]
    fn what_the_stream_still_holds_is_not_written_yet() {
        let outbound = queued(&[b"one", b"two"]);
        let socket = Narrow { taken: Vec::new(), room: 4 };
        let (mut output, mut stream) = (Output::default(), Holding { held: Vec::new(), socket });
        let cx = &mut Context::from_waker(Waker::noop());
        assert!(output.poll_write(Pin::new(&mut stream), &outbound, cx).is_pending());
        assert!(!output.is_empty(), "nothing is read meanwhile");
        stream.socket.room = 100;
        assert!(output.poll_write(Pin::new(&mut stream), &outbound, cx).is_ready());
        assert!(output.is_empty());
        assert_eq!(stream.socket.taken, b"onetwo");
    }

    #[test]
    fn what_was_begun_is_finished_and_the_rest_dropped() {
        for (room, expected) in [(0, &b"end"[..]), (3, b"oneend"), (4, b"onetwoend"), (11, b"onetwothreeend")] {
            let outbound = queued(&[b"one", b"two", b"three"]);
            let (mut output, mut socket) = (Output::default(), Narrow { taken: Vec::new(), room });
            let cx = &mut Context::from_waker(Waker::noop());
            let _ = output.poll_write(Pin::new(&mut socket), &outbound, cx);
            output.drop_unstarted();
            outbound.finish([Bytes::from_static(b"end")]);
            socket.room = 100;
            assert!(output.poll_write(Pin::new(&mut socket), &outbound, cx).is_ready());
            assert_eq!(socket.taken, expected);
        }
    }
}

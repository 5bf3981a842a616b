//! How a connection closes: the client is told, and should hang up by itself.

use std::ops::ControlFlow::{self, Break, Continue};

use bytes::Bytes;
use tokio::time::Instant;

use super::{Connection, End, requests::Work};
use crate::{
    gateway::{
        codec,
        outbound::Close,
        wire::{CLOSE_NORMAL, CLOSE_PROTOCOL_ERROR, Transport, Violation},
    },
    model::{Code, session::CloseStatus},
};

/// What is due of a connection that is closing.
pub(super) struct Closing {
    /// All must be written by then.
    flush_by: Instant,
    /// The peer must have hung up by then.
    hang_up_by: Instant,
    /// Nobody is waited for once all is written.
    pub(super) is_over_when_written: bool,
    /// The WebSocket's own close is among what was sent, and must stay the last.
    is_close_sent: bool,
}

impl Connection {
    /// Closes once the request in flight, if there is one, has been answered: what it did may be stored for good, and
    /// its client would otherwise do it again. A login in flight has done nothing yet.
    pub(super) fn close_when_done(&mut self, close: Close) {
        match self.work {
            Some(Work::Request(_)) => self.ordered = Some(close),
            Some(Work::Login(_)) | None => self.close(close),
        }
    }

    /// Ends the session, tells the client, and waits for it to hang up.
    pub(super) fn close(&mut self, close: Close) {
        if self.closing.is_some() {
            return;
        }
        if let Some(session) = self.session.take() {
            session.end(close.status);
        }
        let told = codec::closed(self.gateway.clock.now(), close.status, close.code);
        let frame = self.outbound.transport.frame(&told);
        self.begin_closing([frame], false);
        if self.outbound.transport == Transport::Tcp {
            // A WebSocket's close is still to be found among what comes.
            self.input.discard();
        }
    }

    /// The client does not read fast enough: what waits for it is dropped at once.
    pub(super) fn overflowed(&mut self) {
        self.output.drop_unstarted();
        self.close(CloseStatus::UnknownError.into());
    }

    /// The client broke the rules of framing.
    pub(super) fn violated(&mut self, violation: Violation) -> ControlFlow<End> {
        self.gateway.metrics.invalid_frames.increment(1);
        let survives = self.input.survives(violation);
        if self.closing.is_none() {
            if self.session.is_none() {
                return Break(End::Hangup);
            }
            self.close(Close { status: CloseStatus::ServerError, code: Some(Code::ServerInternalError) });
            if !survives && self.outbound.transport == Transport::WebSocket {
                self.outbound.finish([CLOSE_PROTOCOL_ERROR]);
                if let Some(closing) = &mut self.closing {
                    closing.is_close_sent = true;
                }
            }
        }
        if !survives {
            self.input.discard();
        }
        Continue(())
    }

    /// The client closes the WebSocket, by itself or because it was told of the session's end.
    pub(super) fn closed_by_peer(&mut self) {
        if let Some(session) = self.session.take() {
            session.end(CloseStatus::ConnectionClosed);
        }
        self.begin_closing([CLOSE_NORMAL], true);
        self.input.discard();
    }

    /// Looks at what is due, and answers when to look again.
    pub(super) fn closing_due(&mut self, now: Instant, is_written: bool) -> ControlFlow<End, Instant> {
        let Some(closing) = &mut self.closing else { return Continue(now) };
        if !is_written && closing.flush_by <= now {
            return Break(End::Reset);
        }
        if closing.hang_up_by > now {
            let next = if is_written { closing.hang_up_by } else { closing.flush_by.min(closing.hang_up_by) };
            return Continue(next);
        }
        match self.outbound.transport {
            Transport::Tcp => Break(End::Reset),
            Transport::WebSocket if closing.is_close_sent => Break(End::Reset),
            Transport::WebSocket => {
                self.begin_closing([CLOSE_NORMAL], true);
                Continue(now + self.gateway.config.flush_timeout())
            }
        }
    }

    /// The end of the task.
    pub(super) fn end(&mut self, end: &End) {
        if let Some(session) = self.session.take() {
            session.end(CloseStatus::ConnectionClosed);
        }
        if let Some(Work::Request(request)) = self.work.take() {
            // What was begun is carried out, or a message could be stored and nobody told of it.
            self.gateway.tasks.spawn(async move { drop(request.future.await) });
        }
        match end {
            End::Hangup => self.stream.say_end(),
            End::Reset => drop(self.stream.set_zero_linger()),
        }
    }

    fn begin_closing<const N: usize>(&mut self, last: [Bytes; N], is_over_when_written: bool) {
        self.outbound.finish(last);
        let (now, config) = (Instant::now(), &self.gateway.config);
        let flush_by = now + config.flush_timeout();
        let hang_up_by = if is_over_when_written { flush_by } else { now + config.close_timeout() };
        // Only a WebSocket's close is followed by nothing.
        let is_close_sent = is_over_when_written;
        self.closing = Some(Closing { flush_by, hang_up_by, is_over_when_written, is_close_sent });
        self.timer.as_mut().reset(flush_by.min(hang_up_by));
    }
}

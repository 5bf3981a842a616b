//! The task of one connection: an explicit state machine, so that an idle connection is this one struct and its timer.
//!
//! Each time it is woken it does what can be done without waiting: it takes orders, looks at the request in flight,
//! writes what waits, reads when no request is in flight and nothing waits to be written, and looks at the time.
//! Requests of a connection are carried out one after the other; notifications leave meanwhile.

mod closing;
mod output;
mod requests;

use std::{
    io,
    net::IpAddr,
    ops::ControlFlow::{self, Break, Continue},
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
};

use tokio::time::{Instant, Sleep, sleep_until};

use self::{closing::Closing, output::Output, requests::Work};
use super::{
    limits::{Admitted, TokenBucket},
    outbound::{Close, Order, Outbound},
    session::OpenSession,
    shared::Shared,
    wire::{Input, Item, Stream, Transport, pong},
};
use crate::model::session::CloseStatus;

pub(super) struct Connection {
    stream: Stream,
    gateway: Arc<Shared>,
    outbound: Arc<Outbound>,
    input: Input,
    output: Output,
    /// The request in flight.
    work: Option<Work>,
    session: Option<OpenSession>,
    admitted: Admitted,
    ip: IpAddr,
    /// Of the session; before there is one, the address's counts.
    bucket: TokenBucket,
    /// Fires no later than anything is due. It is not set anew by each request, only when it fires too early.
    timer: Pin<Box<Sleep>>,
    /// When the last request or heartbeat came; before the login, when the connection did.
    active: Instant,
    /// An order that waits until the request in flight has been answered.
    ordered: Option<Close>,
    closing: Option<Closing>,
}

/// Requests whose answers leave together, when they take no time.
const GATHERED: usize = 16;
/// How often this is done before others have their turn.
const ROUNDS: usize = 16;

/// How a connection ends.
enum End {
    /// All is said, or the peer has gone.
    Hangup,
    /// The peer does not hang up or does not read: nothing more is sent, not even what the kernel still holds.
    Reset,
}

impl Connection {
    pub(super) fn new(
        stream: Stream,
        transport: Transport,
        ip: IpAddr,
        admitted: Admitted,
        gateway: Arc<Shared>,
    ) -> Self {
        let now = Instant::now();
        let outbound = Arc::new(Outbound::new(transport));
        gateway.connections.insert(&outbound);
        if gateway.stopping.is_cancelled() {
            // It may have come after all others were told.
            outbound.order(Order::Close(CloseStatus::ServerClosed.into()));
        }
        Self {
            stream,
            outbound,
            input: transport.input(),
            output: Output::default(),
            work: None,
            session: None,
            admitted,
            ip,
            bucket: TokenBucket::new(gateway.config.session_rate, now),
            timer: Box::pin(sleep_until(now + gateway.config.login_timeout())),
            active: now,
            ordered: None,
            closing: None,
            gateway,
        }
    }

    /// With bytes that came before the first frame was expected.
    pub(super) fn with_received(mut self, received: &[u8]) -> Self {
        if !received.is_empty() {
            self.input.append(received);
        }
        self
    }

    fn drive(&mut self, cx: &mut Context<'_>) -> ControlFlow<End> {
        match self.outbound.take_order() {
            Some(Order::Close(close)) => self.close_when_done(close),
            Some(Order::Overflow) => self.overflowed(),
            Some(Order::Kill) => return Break(End::Reset),
            None => {}
        }
        for _ in 0..ROUNDS {
            let is_busy = self.advance(cx)?;
            let is_written = self.poll_output(cx)?;
            if !is_busy && !self.poll_timer(cx, is_written)? {
                return Continue(());
            }
        }
        // Others must have their turn, whatever this client sends.
        cx.waker().wake_by_ref();
        Continue(())
    }

    /// Carries requests out and takes new ones, some of what has come at once, so that their answers leave together.
    fn advance(&mut self, cx: &mut Context<'_>) -> ControlFlow<End, bool> {
        for turn in 0..GATHERED {
            let mut is_busy = self.poll_work(cx);
            // Once the connection is closing, what comes is read even from a peer that does not read: it may hang up.
            if self.closing.is_some() || self.work.is_none() && self.output.is_empty() {
                // Reading again might find the end of the stream before the answers are written.
                is_busy |= self.poll_input(cx, turn == 0)?;
            }
            if !is_busy {
                return Continue(turn > 0);
            }
        }
        Continue(true)
    }

    /// Whether nothing waits to be written.
    fn poll_output(&mut self, cx: &mut Context<'_>) -> ControlFlow<End, bool> {
        match self.output.poll_write(Pin::new(&mut self.stream), &self.outbound, cx) {
            Poll::Ready(Ok(frames)) => {
                self.gateway.metrics.frames_out.increment(frames);
                let is_over = self.closing.as_ref().is_some_and(|closing| closing.is_over_when_written);
                if is_over { Break(End::Hangup) } else { Continue(true) }
            }
            Poll::Ready(Err(error)) => Break(self.lost(&error)),
            Poll::Pending => Continue(false),
        }
    }

    /// Takes one item; false when there is none.
    fn poll_input(&mut self, cx: &mut Context<'_>, may_read: bool) -> ControlFlow<End, bool> {
        loop {
            match self.input.next(self.gateway.config.max_request_bytes) {
                Ok(Some(item)) => {
                    self.accept(item);
                    return Continue(true);
                }
                Ok(None) if may_read => {}
                Ok(None) => return Continue(false),
                Err(violation) => {
                    self.violated(violation)?;
                    return Continue(true);
                }
            }
            match self.input.poll_read(Pin::new(&mut self.stream), cx) {
                Poll::Ready(Ok(0)) => return Break(End::Hangup),
                Poll::Ready(Ok(_)) => {}
                Poll::Ready(Err(error)) => return Break(self.lost(&error)),
                Poll::Pending => return Continue(false),
            }
        }
    }

    fn accept(&mut self, item: Item) {
        match item {
            Item::Close => self.closed_by_peer(),
            _ if self.closing.is_some() => {}
            Item::Payload(payload) if payload.is_empty() => self.heartbeat(),
            Item::Payload(payload) => self.request(payload),
            Item::Text => self.gateway.metrics.text_frames.increment(1),
            Item::Ping(payload) => self.outbound.push_own(pong(&payload)),
        }
    }

    /// Whether something was due.
    fn poll_timer(&mut self, cx: &mut Context<'_>, is_written: bool) -> ControlFlow<End, bool> {
        if self.timer.as_mut().poll(cx).is_pending() {
            return Continue(false);
        }
        let now = Instant::now();
        let due = if self.closing.is_some() {
            self.closing_due(now, is_written)?
        } else if self.work.is_some() {
            // Who waits for us is not idle.
            now + self.gateway.config.idle_timeout()
        } else {
            let (timeout, status) = match self.session {
                Some(_) => (self.gateway.config.idle_timeout(), CloseStatus::HeartbeatTimeout),
                None => (self.gateway.config.login_timeout(), CloseStatus::LoginTimeout),
            };
            let due = self.active + timeout;
            if due <= now {
                self.close(status.into());
                return Continue(true);
            }
            due
        };
        self.timer.as_mut().reset(due);
        Continue(true)
    }

    fn lost(&self, error: &io::Error) -> End {
        if let Some(session) = &self.session {
            tracing::debug!(session = session.info.id.0, %error, "connection lost");
        }
        End::Hangup
    }
}

impl Future for Connection {
    type Output = ();

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let this = self.get_mut();
        // Before anything is looked at, so that what changes meanwhile wakes the task again.
        this.outbound.register(cx.waker());
        match this.drive(cx) {
            Continue(()) => Poll::Pending,
            Break(end) => {
                this.end(&end);
                Poll::Ready(())
            }
        }
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        self.gateway.connections.remove(&self.outbound);
    }
}

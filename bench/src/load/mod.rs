//! Load on a schedule that does not wait for the server: a message is sent when it is due, and its times count from
//! then, so that a server which stalls cannot hide it. One thread does it all; it never sleeps while the schedule runs,
//! because the timers of the system are a thousand times coarser than what is measured.

mod correctness;
pub(crate) mod fleet;
pub(crate) mod group;
pub(crate) mod history;
pub(crate) mod stamp;
mod tally;

use std::{
    cell::RefCell,
    convert::Infallible,
    rc::Rc,
    time::{Duration, Instant},
};

use anyhow::Context as _;
use talaria_client::{
    Frame, Reader, Writer,
    proto::{CreateMessageRequest, TurmsRequest, turms_request::Kind},
};
use tokio::task::{JoinSet, yield_now};

pub(crate) use correctness::{Correctness, Stored};
use fleet::Online;
pub(crate) use tally::{Stretch, Tally};

use crate::server::Transport;

/// Connections that are written to before they are flushed, when the schedule is behind.
const BURST: usize = 64;

/// What stays as it is while something else happens beside it.
#[derive(Clone, Debug, clap::Args)]
#[command(next_help_heading = "Load")]
pub(crate) struct Steady {
    /// How clients connect
    #[arg(long, value_enum, default_value = "ws")]
    pub(crate) transport: Transport,
    /// Messages a second
    #[arg(long, default_value_t = 1000.0)]
    pub(crate) rate: f64,
    /// Users who are online
    #[arg(long, default_value_t = 1000)]
    pub(crate) users: usize,
    /// Characters of a text
    #[arg(long, default_value_t = 200)]
    pub(crate) size: usize,
}

/// A ring of users who are online: each one writes to the next.
pub(crate) struct Load {
    writers: Vec<Writer>,
    readers: JoinSet<()>,
    tally: Rc<RefCell<Tally>>,
    message: CreateMessageRequest,
    filler: String,
    /// The server's clock before the first message, in Unix milliseconds.
    pub(crate) since: i64,
}

impl Load {
    /// Takes the users over; texts have `size` characters. Must be called within a `LocalSet`.
    pub(crate) fn new(fleet: Vec<Online>, size: usize) -> anyhow::Result<Self> {
        anyhow::ensure!(fleet.len() > 1, "a ring needs two users at least");
        let tally = Rc::new(RefCell::new(Tally::new(rand::random(), fleet.len())));
        let since = fleet.iter().map(|online| online.since).min().unwrap_or_default();
        let (mut writers, mut readers) = (Vec::with_capacity(fleet.len()), JoinSet::new());
        for (user, online) in fleet.into_iter().enumerate() {
            writers.push(online.writer);
            readers.spawn_local(read(user, online.reader, Rc::clone(&tally)));
        }
        Ok(Self {
            writers,
            readers,
            tally,
            message: CreateMessageRequest {
                text: Some(String::with_capacity(size)),
                ..CreateMessageRequest::default()
            },
            filler: stamp::filler(size)?,
            since,
        })
    }

    /// The books, for whoever watches.
    pub(crate) fn tally(&self) -> Rc<RefCell<Tally>> {
        Rc::clone(&self.tally)
    }

    /// Sends `rate` messages a second, each from the next user, until the future is dropped.
    pub(crate) async fn drive(&mut self, rate: f64) -> anyhow::Result<Infallible> {
        let start = self.tally.borrow().now();
        let gap = 1e9 / rate;
        let mut unflushed = Vec::with_capacity(BURST);
        let mut count = 0_u64;
        loop {
            let due = start + (count as f64 * gap) as u64;
            if self.tally.borrow().now() >= due {
                let sender = usize::try_from(count % self.writers.len() as u64)?;
                self.feed(sender, due).await?;
                unflushed.push(sender);
                count += 1;
                if unflushed.len() < BURST {
                    continue;
                }
            }
            for sender in unflushed.drain(..) {
                self.writers[sender].flush().await.context("cannot send")?;
            }
            yield_now().await;
        }
    }

    async fn feed(&mut self, sender: usize, due: u64) -> anyhow::Result<()> {
        let stamp = {
            let mut tally = self.tally.borrow_mut();
            self.message.recipient_id = Some(fleet::user(tally.recipient(sender)));
            tally.send(sender, due)
        };
        if let Some(text) = &mut self.message.text {
            stamp.put(text, &self.filler);
        }
        let request_id = tally::FIRST_REQUEST + i64::from(stamp.sequence);
        let mut request = fleet::request(request_id, Kind::CreateMessageRequest(std::mem::take(&mut self.message)));
        let fed = self.writers[sender].feed(&request).await;
        self.message = take_back(&mut request);
        fed.context("cannot send")
    }

    /// Waits until everything sent is answered and delivered, but not longer than `limit`.
    pub(crate) async fn drain(&mut self, limit: Duration) {
        let end = Instant::now() + limit;
        for writer in &mut self.writers {
            // One that cannot be flushed at once would be found unanswered.
            let _ = tokio::time::timeout_at(end.into(), writer.flush()).await;
        }
        while !self.tally.borrow().at_rest() && !self.readers.is_empty() && Instant::now() < end {
            tokio::time::sleep(Duration::from_millis(5)).await;
            while self.readers.try_join_next().is_some() {}
        }
    }

    /// Reads on until all connections have ended, as they do when the server dies.
    pub(crate) async fn outlive(&mut self, limit: Duration) {
        let all = async { while self.readers.join_next().await.is_some() {} };
        let _ = tokio::time::timeout(limit, all).await;
    }

    /// Hangs up and closes the books.
    pub(crate) async fn end(mut self) -> Tally {
        self.readers.shutdown().await;
        for writer in self.writers {
            let _ = writer.close().await;
        }
        self.tally.replace(Tally::new(0, 0))
    }
}

/// The message out of a request that has been sent, for the next one.
fn take_back(request: &mut TurmsRequest) -> CreateMessageRequest {
    match request.kind.take() {
        Some(Kind::CreateMessageRequest(message)) => message,
        _ => CreateMessageRequest { text: Some(String::new()), ..CreateMessageRequest::default() },
    }
}

async fn read(user: usize, mut reader: Reader, tally: Rc<RefCell<Tally>>) {
    loop {
        match reader.next().await {
            Ok(Some(Frame::Notification(notification))) => tally.borrow_mut().receive(user, *notification),
            Ok(Some(Frame::Heartbeat)) => {}
            Ok(None) => return tally.borrow_mut().end("the server hung up"),
            Err(error) => return tally.borrow_mut().end(&error.to_string()),
        }
    }
}

#[cfg(test)]
mod tests;

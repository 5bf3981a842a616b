//! The two tasks behind a client: one writes, one reads. They are apart so that a server which waits for us to read
//! never meets us waiting for it to read.

use std::{
    collections::HashMap,
    future::poll_fn,
    io::ErrorKind,
    pin::Pin,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicI64, AtomicU64, Ordering},
    },
    task::{Context, Poll, ready},
};

use futures_util::{Stream, stream::FusedStream};
use tokio::{
    sync::{mpsc, oneshot},
    task::JoinSet,
    time::timeout,
};

use crate::{
    Closed, Connection, Error, Frame, Options, Reader, Response, Writer,
    proto::{TurmsNotification, TurmsRequest, UserSession, turms_notification::data},
};

/// What happens without being asked for.
#[derive(Clone, PartialEq, Debug)]
pub enum Event {
    /// News: what another session did, with `relayed_request` set.
    Notification(Box<TurmsNotification>),
    /// So many notifications came while no more could wait; query for what they told. Those that come next may be
    /// older.
    Missed(u64),
    /// The end; nothing comes after it.
    Closed(Closed),
}

/// Notifications in the order of their arrival, and what became of the connection at the end. [`Event::Missed`] comes
/// as soon as it is known, before notifications that were already waiting. It is a [`Stream`] of the same events, too.
pub struct Events {
    receiver: mpsc::Receiver<Box<TurmsNotification>>,
    shared: Arc<Shared>,
    ended: bool,
}

/// Tasks that end when this is dropped.
pub(crate) struct Tasks(#[expect(dead_code, reason = "held for its drop")] JoinSet<()>);

/// What waits to be written.
pub(crate) enum Outgoing {
    Request(Box<TurmsRequest>),
    Heartbeat,
    /// Whoever waits for the end sees the sender dropped.
    Close(oneshot::Sender<()>),
}

/// What the handles and the tasks share.
pub(crate) struct Shared {
    pub(crate) next_id: AtomicI64,
    pub(crate) outgoing: mpsc::Sender<Outgoing>,
    pub(crate) heartbeats: AtomicU64,
    missed: AtomicU64,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    pending: HashMap<i64, oneshot::Sender<Result<Response, Closed>>>,
    session: Option<UserSession>,
    closed: Option<Closed>,
}

impl Events {
    /// The next event; `None` after [`Event::Closed`]. Nothing is lost when the future is dropped.
    pub async fn next(&mut self) -> Option<Event> {
        poll_fn(|context| self.poll(context)).await
    }

    fn poll(&mut self, context: &mut Context<'_>) -> Poll<Option<Event>> {
        let missed = self.shared.missed.swap(0, Ordering::Relaxed);
        if missed > 0 {
            return Poll::Ready(Some(Event::Missed(missed)));
        }
        if let Some(notification) = ready!(self.receiver.poll_recv(context)) {
            return Poll::Ready(Some(Event::Notification(notification)));
        }
        let first = !std::mem::replace(&mut self.ended, true);
        Poll::Ready(first.then(|| Event::Closed(self.shared.closed().unwrap_or(Closed::Disconnected))))
    }
}

impl Stream for Events {
    type Item = Event;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Event>> {
        self.poll(context)
    }
}

impl FusedStream for Events {
    fn is_terminated(&self) -> bool {
        self.ended
    }
}

impl Shared {
    /// Registers who waits for an answer.
    pub(crate) fn expect(&self, id: i64, sender: oneshot::Sender<Result<Response, Closed>>) -> Result<(), Closed> {
        let mut state = self.lock();
        if let Some(closed) = &state.closed {
            return Err(closed.clone());
        }
        // Those who gave up waiting leave a sender behind; this keeps them from piling up.
        if state.pending.len() >= 1024 && state.pending.len().is_power_of_two() {
            state.pending.retain(|_, sender| !sender.is_closed());
        }
        state.pending.insert(id, sender);
        Ok(())
    }

    pub(crate) fn forget(&self, id: i64) {
        self.lock().pending.remove(&id);
    }

    pub(crate) fn session(&self) -> Option<UserSession> {
        self.lock().session.clone()
    }

    pub(crate) fn closed(&self) -> Option<Closed> {
        self.lock().closed.clone()
    }

    /// The first cause counts: what follows are its consequences.
    fn close(&self, cause: Closed) {
        let mut state = self.lock();
        let cause = state.closed.get_or_insert(cause).clone();
        for (_, sender) in state.pending.drain() {
            let _ = sender.send(Err(cause.clone()));
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Starts the tasks.
pub(crate) fn start(connection: Connection, options: Options) -> (Arc<Shared>, Tasks, Events) {
    let (outgoing, queue) = mpsc::channel(options.send_capacity.max(1));
    let (events, receiver) = mpsc::channel(options.event_capacity.max(1));
    let shared = Arc::new(Shared {
        next_id: AtomicI64::new(1),
        outgoing,
        heartbeats: AtomicU64::new(0),
        missed: AtomicU64::new(0),
        state: Mutex::default(),
    });
    let (writer, reader) = connection.split();
    let mut tasks = JoinSet::new();
    tasks.spawn(write(writer, queue, Arc::clone(&shared), options));
    tasks.spawn(read(reader, events, Arc::clone(&shared)));
    let events = Events { receiver, shared: Arc::clone(&shared), ended: false };
    (shared, Tasks(tasks), events)
}

async fn write(mut writer: Writer, mut queue: mpsc::Receiver<Outgoing>, shared: Arc<Shared>, options: Options) {
    let mut batch = Vec::new();
    loop {
        let taken = timeout(options.heartbeat_interval, queue.recv_many(&mut batch, 64)).await;
        if taken.is_err() && shared.session().is_some() {
            batch.push(Outgoing::Heartbeat);
        }
        let mut hang_up = (taken == Ok(0)).then_some(None);
        let mut result = Ok(());
        for outgoing in batch.drain(..) {
            result = match outgoing {
                Outgoing::Request(request) => writer.feed(&request).await,
                Outgoing::Heartbeat => writer.feed_payload(bytes::Bytes::new()).await,
                Outgoing::Close(waits) => {
                    hang_up = Some(Some(waits));
                    break;
                }
            };
            if result.is_err() {
                break;
            }
        }
        if let Some(waits) = hang_up {
            shared.close(Closed::ByClient);
            let _ = writer.close().await;
            return drop(waits);
        }
        if let Err(error) = if result.is_ok() { writer.flush().await } else { result } {
            // The reader may still find the server's reason in what has arrived.
            tokio::time::sleep(std::time::Duration::from_secs(1)).await;
            return shared.close(Closed::Failed(error.to_string()));
        }
    }
}

async fn read(mut reader: Reader, events: mpsc::Sender<Box<TurmsNotification>>, shared: Arc<Shared>) {
    let cause = loop {
        match reader.next().await {
            Ok(Some(Frame::Heartbeat)) => {
                shared.heartbeats.fetch_add(1, Ordering::Relaxed);
            }
            Ok(Some(Frame::Notification(notification))) => {
                if let Some(status) = notification.close_status.filter(|status| *status != 0) {
                    break Closed::ByServer { status, code: notification.code, reason: notification.reason };
                }
                receive(notification, &events, &shared);
            }
            Ok(None) => break Closed::Disconnected,
            // TLS calls it an unexpected end when a peer hangs up without a word.
            Err(Error::Io(error)) if matches!(error.kind(), ErrorKind::ConnectionReset | ErrorKind::UnexpectedEof) => {
                break Closed::Disconnected;
            }
            Err(error) => break Closed::Failed(error.to_string()),
        }
    };
    shared.close(cause);
    // The server waits for us to hang up first.
    let _ = shared.outgoing.try_send(Outgoing::Close(oneshot::channel().0));
}

fn receive(notification: Box<TurmsNotification>, events: &mpsc::Sender<Box<TurmsNotification>>, shared: &Shared) {
    if notification.relayed_request.is_none() {
        if let Some(id) = notification.request_id {
            if let Some(sender) = shared.lock().pending.remove(&id) {
                let _ = sender.send(Ok(Response::from(*notification)));
            }
            return;
        }
        if let Some(data::Kind::UserSession(session)) = notification.data.as_ref().and_then(|data| data.kind.as_ref()) {
            shared.lock().session = Some(session.clone());
            return;
        }
    }
    if events.try_send(notification).is_err() {
        shared.missed.fetch_add(1, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use futures_util::StreamExt as _;
    use prost::Message as _;
    use tokio::net::TcpListener;

    use super::*;
    use crate::{Client, proto::TurmsRequest};

    fn news(timestamp: i64) -> TurmsNotification {
        TurmsNotification { timestamp, relayed_request: Some(TurmsRequest::default()), ..TurmsNotification::default() }
    }

    #[tokio::test]
    async fn what_was_missed_comes_before_what_waits() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let connection = Connection::tcp(&listener.local_addr().unwrap().to_string()).await.unwrap();
        let (client, events) = Client::new(connection, Options { event_capacity: 2, ..Options::default() });
        let (mut peer, _reader) = Connection::tcp_over(listener.accept().await.unwrap().0).unwrap().split();
        for timestamp in 1..=5 {
            peer.feed_payload(news(timestamp).encode_to_vec().into()).await.unwrap();
        }
        // The answer to it says that what came before has been read.
        peer.heartbeat().await.unwrap();
        while client.heartbeats_answered() == 0 {
            tokio::time::sleep(std::time::Duration::from_millis(5)).await;
        }
        peer.close().await.unwrap();
        let all: Vec<_> = timeout(std::time::Duration::from_secs(30), events.collect()).await.unwrap();
        let expected = [
            Event::Missed(3),
            Event::Notification(Box::new(news(1))),
            Event::Notification(Box::new(news(2))),
            Event::Closed(Closed::Disconnected),
        ];
        assert_eq!(all, expected);
    }
}

//! The public listener's way from an address to requests: who is let in, and how long one may take to ask.

use std::{
    convert::Infallible,
    io,
    net::{IpAddr, SocketAddr},
    pin::pin,
    sync::Arc,
    time::Duration,
};

use axum::{body::Body, extract::Request, response::Response};
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::{
    net::{TcpListener, TcpStream},
    time::{sleep, timeout},
};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use super::{
    Doors,
    connection::Connection,
    turns::{Exhausted, Turn, Turns},
};
use crate::{config, model::network};

/// How long requests under way may take at the stop; who has sent half of one would keep the server for ever.
const LAST_ANSWERS: Duration = Duration::from_secs(5);
/// Bytes of a connection's buffers, for what was read and for what is to be written. Anybody can have them filled.
const BUFFER: usize = 64 * 1024;
/// Bytes that a request has before its headers.
const REQUEST_LINE: usize = 8 * 1024;
/// How long to wait when nothing can be accepted, such as for want of file descriptors.
const BACK_OFF: Duration = Duration::from_millis(100);

/// The public listener.
pub struct Http {
    listener: TcpListener,
    connections: Arc<Turns<IpAddr>>,
    /// For the headers of the next request, from the answer to the one before.
    header_timeout: Duration,
    buffer_bytes: usize,
}

impl Http {
    /// Takes the address. Requests that come before [`Self::run`] wait.
    pub async fn bind(address: SocketAddr, config: &config::Http) -> io::Result<Self> {
        Ok(Self {
            listener: TcpListener::bind(address).await?,
            connections: Turns::new(config.max_connections, config.max_connections_per_address),
            header_timeout: Duration::from_secs(config.header_timeout_seconds),
            buffer_bytes: config.max_header_bytes.saturating_add(REQUEST_LINE).max(BUFFER),
        })
    }

    /// The address, with the port that the system chose.
    pub fn address(&self) -> io::Result<SocketAddr> {
        self.listener.local_addr()
    }

    /// Answers requests until `stop`, then ends those under way.
    pub async fn run(self, doors: Doors, workers: usize, stop: CancellationToken) -> io::Result<()> {
        let Self { listener, connections, header_timeout, buffer_bytes } = self;
        let listener = listener.into_std()?;
        let serve = async move {
            let doors = Arc::new(doors);
            let listener = TcpListener::from_std(listener)?;
            Open { listener, connections, header_timeout, buffer_bytes, doors, stop }.serve().await;
            Ok(())
        };
        super::lane::open(workers)?.spawn(serve).await?
    }
}

/// The listener on its own threads.
struct Open {
    listener: TcpListener,
    connections: Arc<Turns<IpAddr>>,
    header_timeout: Duration,
    buffer_bytes: usize,
    doors: Arc<Doors>,
    stop: CancellationToken,
}

impl Open {
    async fn serve(self) {
        let (tasks, mut is_failing) = (TaskTracker::new(), false);
        loop {
            let accepted = tokio::select! {
                () = self.stop.cancelled() => break,
                accepted = self.listener.accept() => accepted,
            };
            let was_failing = std::mem::replace(&mut is_failing, accepted.is_err());
            match accepted {
                Ok((stream, peer)) => match self.admit(peer.ip()) {
                    Ok(turn) => drop(tasks.spawn(self.connection(stream, peer, turn))),
                    Err(exhausted) => refuse(peer, exhausted),
                },
                // The peer was faster than we were.
                Err(error) if is_of_the_peer(&error) => is_failing = was_failing,
                Err(error) => {
                    if !was_failing {
                        tracing::warn!(%error, "http: cannot accept connections");
                    }
                    sleep(BACK_OFF).await;
                }
            }
        }
        drop(self);
        tasks.close();
        // Those that are not over by then end with their threads.
        let _ = timeout(LAST_ANSWERS, tasks.wait()).await;
    }

    /// All who come by a proxy have its address, so what one address may have says nothing of it.
    fn admit(&self, peer: IpAddr) -> Result<Admitted, Exhausted> {
        if self.doors.proxies.trusts(peer.to_canonical()) {
            return Ok(Admitted::new(None));
        }
        self.connections.take(network(peer)).map(|turn| Admitted::new(Some(turn)))
    }

    /// Answers what comes over a connection, one request after the other.
    fn connection(
        &self,
        stream: TcpStream,
        peer: SocketAddr,
        admitted: Admitted,
    ) -> impl Future<Output = ()> + Send + 'static {
        let (doors, stop) = (Arc::clone(&self.doors), self.stop.clone());
        // A proxy keeps connections for the next request that it has, and closes them itself.
        let header_timeout = admitted.turn.is_some().then_some(self.header_timeout);
        let buffer_bytes = self.buffer_bytes;
        async move {
            let stream = TokioIo::new(Connection::new(stream, peer, doors.patience));
            let answer = service_fn(|request: hyper::Request<Incoming>| {
                let (doors, request): (_, Request) = (Arc::clone(&doors), request.map(Body::new));
                async move { Ok::<Response, Infallible>(doors.answer(peer.ip(), request).await) }
            });
            let mut builder = http1::Builder::new();
            builder.timer(TokioTimer::new()).header_read_timeout(header_timeout).max_buf_size(buffer_bytes);
            let mut connection = pin!(builder.serve_connection(stream, answer));
            let ended = tokio::select! {
                ended = connection.as_mut() => ended,
                () = stop.cancelled() => {
                    connection.as_mut().graceful_shutdown();
                    connection.await
                }
            };
            if let Err(error) = ended {
                tracing::debug!(peer = %peer.ip(), %error, "http: a connection failed");
            }
            drop(admitted);
        }
    }
}

/// A connection that was let in, counted for as long as it lasts.
struct Admitted {
    /// None of a proxy.
    turn: Option<Turn<IpAddr>>,
}

impl Admitted {
    fn new(turn: Option<Turn<IpAddr>>) -> Self {
        metrics::gauge!("talaria_http_connections").increment(1.0);
        Self { turn }
    }
}

impl Drop for Admitted {
    fn drop(&mut self) {
        metrics::gauge!("talaria_http_connections").decrement(1.0);
    }
}

fn is_of_the_peer(error: &io::Error) -> bool {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    matches!(error.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset)
}

/// Hangs up: to say why would take what the limit saves.
fn refuse(peer: SocketAddr, exhausted: Exhausted) {
    let cause = match exhausted {
        Exhausted::Own => "address",
        Exhausted::All => "all",
    };
    metrics::counter!("talaria_http_refused_connections_total", "limit" => cause).increment(1);
    tracing::debug!(peer = %peer.ip(), limit = cause, "http: a connection is refused");
}

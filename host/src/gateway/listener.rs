//! Takes connections, and lets them end when the server stops.

use std::{io, net::SocketAddr, sync::Arc, time::Duration};

use tokio::{
    net::{TcpListener, TcpSocket, TcpStream},
    time::{Instant, sleep, timeout},
};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use super::{
    Handler, Registry,
    connection::Connection,
    limits::{Admission, Admitted},
    metrics::Metrics,
    outbound::Order,
    shared::{Connections, Shared},
    tls,
    wire::{Stream, Transport, upgrade},
};
use crate::{
    clock::Clock,
    config::GatewayConfig,
    model::{
        happened::{EndedConnection, OpenedConnection},
        session::CloseStatus,
    },
};

/// Why the gateway cannot start.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("cannot listen on {address}: {source}")]
    Listen { address: SocketAddr, source: io::Error },
    #[error(transparent)]
    Tls(#[from] tls::Error),
}

/// The edge that clients connect to. It has its addresses, and takes connections once it runs.
pub struct Gateway {
    listeners: Vec<(Transport, TcpListener)>,
    shared: Arc<Shared>,
}

/// Connections that the kernel keeps until they are taken.
const BACKLOG: u32 = 4096;
/// How long to wait when nothing can be accepted, such as for want of file descriptors.
const BACK_OFF: Duration = Duration::from_millis(100);

impl Gateway {
    /// Takes hold of the addresses. `registry` is the one that the handler delivers to. Must be called within a tokio
    /// runtime, and after the metrics recorder was installed.
    pub fn bind(
        config: GatewayConfig,
        handler: Arc<dyn Handler>,
        registry: Arc<Registry>,
        clock: Clock,
    ) -> Result<Self, Error> {
        let tls = tls::acceptor(&config.tls)?;
        let addresses = [(Transport::WebSocket, config.ws.get()), (Transport::Tcp, config.tcp.get())];
        let mut listeners = Vec::new();
        for (transport, address) in addresses {
            if let Some(address) = address {
                listeners.push((transport, listen(address).map_err(|source| Error::Listen { address, source })?));
            }
        }
        let shared = Shared {
            admission: Admission::new(&config),
            config,
            tls,
            handler,
            registry,
            clock,
            metrics: Metrics::new(),
            connections: Connections::default(),
            tasks: TaskTracker::new(),
            stopping: CancellationToken::new(),
        };
        Ok(Self { listeners, shared: Arc::new(shared) })
    }

    /// Where WebSockets are taken.
    #[must_use]
    pub fn websocket_address(&self) -> Option<SocketAddr> {
        self.address(Transport::WebSocket)
    }

    /// Where TCP connections are taken.
    #[must_use]
    pub fn tcp_address(&self) -> Option<SocketAddr> {
        self.address(Transport::Tcp)
    }

    /// Serves clients until `stop` is cancelled; then tells them, waits a while for them to hang up, and cuts the rest
    /// off. No session is left when it returns.
    pub async fn run(self, stop: CancellationToken) {
        let shared = self.shared;
        for (transport, listener) in self.listeners {
            shared.tasks.spawn(accept(transport, listener, Arc::clone(&shared)));
        }
        stop.cancelled().await;
        shared.stopping.cancel();
        shared.connections.order(Order::Close(CloseStatus::ServerClosed.into()));
        shared.tasks.close();
        if timeout(shared.config.stop_timeout(), shared.tasks.wait()).await.is_err() {
            shared.connections.order(Order::Kill);
            // What is left now are requests that are still being carried out.
            if timeout(shared.config.stop_timeout(), shared.tasks.wait()).await.is_err() {
                tracing::warn!(tasks = shared.tasks.len(), "some requests were not carried out to their end");
            }
        }
    }

    fn address(&self, transport: Transport) -> Option<SocketAddr> {
        let (_, listener) = self.listeners.iter().find(|(it, _)| *it == transport)?;
        listener.local_addr().ok()
    }
}

fn listen(address: SocketAddr) -> io::Result<TcpListener> {
    let socket = if address.is_ipv4() { TcpSocket::new_v4() } else { TcpSocket::new_v6() }?;
    // A restart must not wait for the connections of the last run to be forgotten.
    socket.set_reuseaddr(true)?;
    socket.bind(address)?;
    socket.listen(BACKLOG)
}

async fn accept(transport: Transport, listener: TcpListener, shared: Arc<Shared>) {
    loop {
        let accepted = tokio::select! {
            () = shared.stopping.cancelled() => return,
            accepted = listener.accept() => accepted,
        };
        match accepted {
            Ok((stream, peer)) => match shared.admission.admit(peer.ip(), Instant::now()) {
                Some(admitted) => start(transport, stream, peer, admitted, &shared),
                None => shared.metrics.refused_connections.increment(1),
            },
            // The peer was faster than we were.
            Err(error) if error.kind() == io::ErrorKind::ConnectionAborted => {}
            Err(error) => {
                tracing::warn!(%error, transport = transport.name(), "cannot accept connections");
                sleep(BACK_OFF).await;
            }
        }
    }
}

fn start(transport: Transport, stream: TcpStream, peer: SocketAddr, admitted: Admitted, shared: &Arc<Shared>) {
    if let Err(error) = stream.set_nodelay(true) {
        return tracing::debug!(%error, "a connection was lost at once");
    }
    shared.metrics.connected(transport);
    let connection = Connecting { transport, peer, admitted, shared: Arc::clone(shared) };
    match (transport, &shared.tls) {
        (Transport::Tcp, None) => connection.connected(Stream::Plain(stream), &[]),
        (Transport::WebSocket, None) | (_, Some(_)) => drop(shared.tasks.spawn(connection.prepare(stream))),
    }
}

/// A connection before its first frame.
struct Connecting {
    transport: Transport,
    peer: SocketAddr,
    admitted: Admitted,
    shared: Arc<Shared>,
}

impl Connecting {
    async fn prepare(self, stream: TcpStream) {
        let prepared = tokio::select! {
            () = self.shared.stopping.cancelled() => return,
            prepared = timeout(self.shared.config.upgrade_timeout(), self.prepared(stream)) => prepared,
        };
        match prepared {
            Ok(Ok(Some((stream, after)))) => self.connected(stream, &after),
            Ok(Ok(None)) => tracing::debug!(peer = %self.peer, "not upgraded to a WebSocket"),
            Ok(Err(error)) => tracing::debug!(peer = %self.peer, %error, "lost before the first frame"),
            Err(_) => tracing::debug!(peer = %self.peer, "took too long before the first frame"),
        }
    }

    /// The stream that frames come through, and what has come of them already.
    async fn prepared(&self, stream: TcpStream) -> io::Result<Option<(Stream, Vec<u8>)>> {
        let mut stream = match &self.shared.tls {
            Some(tls) => Stream::Tls(Box::new(tls.accept(stream).await?)),
            None => Stream::Plain(stream),
        };
        match self.transport {
            Transport::Tcp => Ok(Some((stream, Vec::new()))),
            Transport::WebSocket => Ok(upgrade(&mut stream).await?.map(|after| (stream, after))),
        }
    }

    /// The task of a connection is its state and nothing else: what came before needed is gone by then.
    fn connected(self, stream: Stream, received: &[u8]) {
        let arrived = OpenedConnection { ip: self.peer.ip().to_canonical(), transport: self.transport };
        match Arc::clone(&self.shared.handler).connecting(arrived) {
            None => self.serve(arrived, stream, received),
            Some(decided) => {
                let (tasks, received) = (self.shared.tasks.clone(), received.to_vec());
                tasks.spawn(async move {
                    if decided.await {
                        self.serve(arrived, stream, &received);
                    } else {
                        self.shared.metrics.refused_connections.increment(1);
                    }
                });
            }
        }
    }

    fn serve(self, arrived: OpenedConnection, stream: Stream, received: &[u8]) {
        let OpenedConnection { ip, transport } = arrived;
        let connection = Connection::new(stream, transport, ip, self.admitted, Arc::clone(&self.shared));
        let connection = connection.with_received(received);
        let shared = self.shared;
        if !shared.handler.connection_opened(arrived) {
            shared.tasks.spawn(connection);
            return;
        }
        let (opened, handler) = (Instant::now(), Arc::clone(&shared.handler));
        shared.tasks.spawn(async move {
            connection.await;
            let duration = u64::try_from(opened.elapsed().as_millis()).unwrap_or(u64::MAX);
            handler.connection_closed(EndedConnection { ip, transport, duration });
        });
    }
}

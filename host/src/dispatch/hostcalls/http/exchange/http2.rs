//! HTTP/2, with hosts that choose it when the connection is made safe.

use std::sync::{Arc, Weak};

use bytes::Bytes;
use http_body_util::Full;
use hyper::{
    Request, Uri,
    client::conn::http2,
    header::{HOST, HeaderValue},
    http::uri::{Authority, PathAndQuery, Scheme},
    rt::Executor,
};
use hyper_util::rt::TokioIo;
use parking_lot::Mutex;
use tokio::{
    io::{AsyncRead, AsyncWrite},
    task::JoinSet,
};

use super::{HEAD_BYTES, read, unreachable};
use crate::dispatch::wasm::wit::http as wit;

/// What works on a connection. It ends with the connection, whatever the host does.
type Tasks = Mutex<JoinSet<()>>;

/// Weak, because a task may hold it.
#[derive(Clone)]
struct Spawner(Weak<Tasks>);

impl<F: Future<Output = ()> + Send + 'static> Executor<F> for Spawner {
    fn execute(&self, future: F) {
        if let Some(tasks) = self.0.upgrade() {
            let mut tasks = tasks.lock();
            // Those that have ended are kept until somebody asks, and there is one for each request.
            while tasks.try_join_next().is_some() {}
            tasks.spawn(future);
        }
    }
}

/// To one host, for one request after the other.
pub(super) struct Connection {
    sender: http2::SendRequest<Full<Bytes>>,
    #[expect(dead_code, reason = "the tasks run as long as this is")]
    tasks: Arc<Tasks>,
}

/// Why there is no answer.
pub(super) enum Failure {
    /// The connection has ended, and the host has seen nothing of the request.
    Unsent(hyper::Error),
    Failed(wit::Error),
}

impl Connection {
    pub(super) async fn begin<S>(stream: S) -> Result<Self, wit::Error>
    where
        S: AsyncRead + AsyncWrite + Send + Unpin + 'static,
    {
        let tasks = Arc::new(Tasks::default());
        let mut builder = http2::Builder::new(Spawner(Arc::downgrade(&tasks)));
        builder.max_header_list_size(HEAD_BYTES);
        let (sender, connection) = builder.handshake(TokioIo::new(stream)).await.map_err(unreachable)?;
        // That it ends is no news: whoever sends something learns of it.
        tasks.lock().spawn(async { drop(connection.await) });
        Ok(Self { sender, tasks })
    }

    pub(super) fn is_open(&self) -> bool {
        !self.sender.is_closed()
    }

    pub(super) async fn send(&mut self, request: Request<Full<Bytes>>) -> Result<wit::Response, Failure> {
        let request = absolute(request).map_err(Failure::Failed)?;
        self.sender.ready().await.map_err(Failure::Unsent)?;
        match self.sender.try_send_request(request).await {
            Ok(response) => read(response).await.map_err(Failure::Failed),
            Err(mut error) => Err(match error.take_message() {
                Some(_) => Failure::Unsent(error.into_error()),
                None => Failure::Failed(unreachable(error.into_error())),
            }),
        }
    }
}

/// The host belongs into the address here.
fn absolute(mut request: Request<Full<Bytes>>) -> Result<Request<Full<Bytes>>, wit::Error> {
    let host = request.headers_mut().remove(HOST);
    let authority = host.as_ref().and_then(|host: &HeaderValue| Authority::try_from(host.as_bytes()).ok());
    let mut parts = std::mem::take(request.uri_mut()).into_parts();
    parts.scheme = Some(Scheme::HTTPS);
    parts.authority = Some(authority.ok_or(wit::Error::Invalid)?);
    parts.path_and_query.get_or_insert(PathAndQuery::from_static("/"));
    *request.uri_mut() = Uri::from_parts(parts).map_err(|_| wit::Error::Invalid)?;
    Ok(request)
}

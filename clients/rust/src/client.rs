//! The client that matches answers to requests.

use std::{
    sync::{Arc, atomic::Ordering},
    time::Duration,
};

use tokio::{sync::oneshot, time::timeout};

use crate::{
    Closed, Connection, Error, Events, Options, Response,
    driver::{self, Outgoing, Shared},
    proto::{TurmsRequest, UserSession, turms_request::Kind},
};

/// A connection to a server. Cheap to clone; it ends when the last clone is dropped.
#[derive(Clone)]
pub struct Client {
    shared: Arc<Shared>,
    options: Options,
    /// Ends the tasks when the last clone goes.
    _tasks: Arc<driver::Tasks>,
}

impl Client {
    /// Connects to a URL that begins with `ws://`, `wss://`, `tcp://` or `tcps://`, within
    /// [`Options::connect_timeout`]. TLS needs the feature `tls` and trusts the certificates that the system does, or
    /// those that the variable `SSL_CERT_FILE` names.
    ///
    /// # Errors
    ///
    /// [`Error::Address`]; [`Error::Io`] when nobody answers there, or TLS fails; [`Error::WebSocket`] when the upgrade
    /// is refused; [`Error::Timeout`].
    pub async fn connect(url: &str, options: Options) -> Result<(Self, Events), Error> {
        let connection = within(options.connect_timeout, Connection::open(url)).await?;
        Ok(Self::new(connection, options))
    }

    /// Connects by WebSocket; `address` is `host:port`, or a URL that begins with `ws://` or `wss://`.
    ///
    /// # Errors
    ///
    /// As [`Client::connect`].
    pub async fn connect_ws(address: &str) -> Result<(Self, Events), Error> {
        let options = Options::default();
        let connection = within(options.connect_timeout, Connection::ws(address)).await?;
        Ok(Self::new(connection, options))
    }

    /// Connects by TCP; `address` is `host:port`, or a URL that begins with `tcp://` or `tcps://`.
    ///
    /// # Errors
    ///
    /// As [`Client::connect`].
    pub async fn connect_tcp(address: &str) -> Result<(Self, Events), Error> {
        let options = Options::default();
        let connection = within(options.connect_timeout, Connection::tcp(address)).await?;
        Ok(Self::new(connection, options))
    }

    /// Takes over a connection.
    ///
    /// # Panics
    ///
    /// Outside of a tokio runtime.
    #[must_use]
    pub fn new(connection: Connection, options: Options) -> (Self, Events) {
        let (shared, tasks, events) = driver::start(connection, options);
        (Self { shared, options, _tasks: Arc::new(tasks) }, events)
    }

    /// Sends a request and waits for its answer, whatever its code, both within [`Options::request_timeout`].
    ///
    /// # Errors
    ///
    /// [`Error::Timeout`] and [`Error::Closed`]; in both cases the request may have been carried out. A refusal is no
    /// error but a response.
    pub async fn request(&self, kind: Kind) -> Result<Response, Error> {
        within(self.options.request_timeout, async {
            match self.fire(kind).await?.await {
                Ok(response) => response.map_err(Error::Closed),
                Err(_) => Err(self.closed()),
            }
        })
        .await
    }

    /// Sends a request and answers as soon as it waits to be written; the receiver gets the response. No timeout
    /// applies, neither to the wait for room in the queue, while a server takes nothing, nor to the response.
    ///
    /// # Errors
    ///
    /// [`Error::Closed`]; the request was not sent then.
    pub async fn fire(&self, kind: Kind) -> Result<oneshot::Receiver<Result<Response, Closed>>, Error> {
        let id = self.shared.next_id.fetch_add(1, Ordering::Relaxed);
        let request = TurmsRequest { request_id: Some(id), custom_attributes: Vec::new(), kind: Some(kind) };
        let (sender, receiver) = oneshot::channel();
        self.shared.expect(id, sender).map_err(Error::Closed)?;
        if self.shared.outgoing.send(Outgoing::Request(Box::new(request))).await.is_err() {
            self.shared.forget(id);
            return Err(self.closed());
        }
        Ok(receiver)
    }

    /// The session that the server opened, once logged in.
    #[must_use]
    pub fn session(&self) -> Option<UserSession> {
        self.shared.session()
    }

    /// How many heartbeats the server has answered.
    #[must_use]
    pub fn heartbeats_answered(&self) -> u64 {
        self.shared.heartbeats.load(Ordering::Relaxed)
    }

    /// Sends a heartbeat now; this happens by itself when nothing else is sent.
    ///
    /// # Errors
    ///
    /// [`Error::Timeout`] when there is no room in the queue for so long, and [`Error::Closed`].
    pub async fn heartbeat(&self) -> Result<(), Error> {
        within(self.options.request_timeout, async {
            self.shared.outgoing.send(Outgoing::Heartbeat).await.map_err(|_| self.closed())
        })
        .await
    }

    /// Hangs up, after what was sent before, and waits until that is with the system. A server that takes nothing is
    /// waited for no longer than [`Options::request_timeout`]; dropping every clone of the client ends the connection
    /// in any case, and then what waits is lost.
    pub async fn close(&self) {
        let (sender, closed) = oneshot::channel();
        let hang_up = async {
            if self.shared.outgoing.send(Outgoing::Close(sender)).await.is_ok() {
                let _ = closed.await;
            }
        };
        let _ = timeout(self.options.request_timeout, hang_up).await;
    }

    fn closed(&self) -> Error {
        Error::Closed(self.shared.closed().unwrap_or(Closed::Disconnected))
    }
}

async fn within<T>(limit: Duration, work: impl Future<Output = Result<T, Error>>) -> Result<T, Error> {
    timeout(limit, work).await.unwrap_or(Err(Error::Timeout))
}

#[cfg(test)]
mod tests {
    use tokio::{io::AsyncReadExt as _, net::TcpListener};

    use super::*;
    use crate::proto::CustomRequest;

    const LIMIT: Duration = Duration::from_millis(200);

    #[tokio::test]
    async fn what_was_sent_is_gone_before_the_end() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let connection = Connection::tcp(&listener.local_addr().unwrap().to_string()).await.unwrap();
        let (mut server, _) = listener.accept().await.unwrap();
        let (client, _events) = Client::new(connection, Options::default());
        let payload = vec![7; 100_000];
        let request = Kind::CustomRequest(CustomRequest { payload: payload.into(), ..CustomRequest::default() });
        let read = async {
            let mut all = Vec::new();
            server.read_to_end(&mut all).await.map(|_| all.len())
        };
        let hang_up = async move {
            let _answer = client.fire(request).await.unwrap();
            client.close().await;
        };
        let (read, ()) = tokio::join!(read, hang_up);
        assert!(read.unwrap() > 100_000);
    }

    #[tokio::test]
    async fn a_server_that_takes_nothing_holds_nobody_for_longer_than_the_limit() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let connection = Connection::tcp(&listener.local_addr().unwrap().to_string()).await.unwrap();
        let _deaf = listener.accept().await.unwrap();
        let options = Options { request_timeout: LIMIT, send_capacity: 1, ..Options::default() };
        let (client, _events) = Client::new(connection, options);
        // The first is more than the sockets hold, the second fills the queue, and the third has to wait for room.
        let request =
            || Kind::CustomRequest(CustomRequest { payload: vec![0; 16 << 20].into(), ..CustomRequest::default() });
        let all = async {
            let answers = tokio::join!(client.request(request()), client.request(request()), client.request(request()));
            for answer in [answers.0, answers.1, answers.2] {
                assert!(matches!(answer, Err(Error::Timeout)), "{answer:?}");
            }
            assert!(matches!(client.heartbeat().await, Err(Error::Timeout)));
            client.close().await;
        };
        timeout(25 * LIMIT, all).await.expect("each ends in time");
    }
}

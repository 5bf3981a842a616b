//! Connections to a server with a certificate that it signed itself.

use std::time::Duration;

use bytes::Bytes;
use futures_util::{SinkExt as _, StreamExt as _};
use rcgen::{CertifiedKey, generate_simple_self_signed};
use rustls::ServerConfig;
use rustls_pki_types::PrivateKeyDer;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpListener,
    time::timeout,
};
use tokio_rustls::TlsAcceptor;
use tokio_websockets::ServerBuilder;

use super::*;
use crate::{Client, Closed, Connection, Error, Event, Frame, Options, address::Address, stream::Stream};

const PATIENCE: Duration = Duration::from_secs(30);
/// More than a record of TLS holds, and more than the sockets do.
const LARGE: usize = 8 << 20;

type ServerSide = tokio_rustls::server::TlsStream<TcpStream>;

struct Server {
    listener: TcpListener,
    acceptor: TlsAcceptor,
    /// Trusts it.
    connector: TlsConnector,
}

impl Server {
    async fn start() -> Self {
        let CertifiedKey { cert, signing_key } = generate_simple_self_signed(["localhost".to_owned()]).unwrap();
        let key = PrivateKeyDer::try_from(signing_key.serialize_der()).unwrap();
        let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![cert.der().clone()], key)
            .unwrap();
        let mut roots = RootCertStore::empty();
        roots.add(cert.der().clone()).unwrap();
        Self {
            listener: TcpListener::bind("127.0.0.1:0").await.unwrap(),
            acceptor: TlsAcceptor::from(Arc::new(config)),
            connector: trusting(roots).unwrap(),
        }
    }

    fn url(&self, scheme: &str) -> String {
        format!("{scheme}://localhost:{}", self.listener.local_addr().unwrap().port())
    }

    async fn accept(&self) -> io::Result<ServerSide> {
        self.acceptor.accept(self.listener.accept().await?.0).await
    }

    async fn connection(&self, scheme: &str) -> Result<Connection, Error> {
        let address = Address::of_url(&self.url(scheme))?;
        let stream = TcpStream::connect(self.listener.local_addr()?).await?;
        let stream = connect(&self.connector, &address.host, stream).await?;
        Connection::begin(Stream::Tls(Box::new(stream)), &address).await
    }
}

/// Sends back what comes. Answers whether the end was told of, as TLS does it.
async fn echo_bytes(mut stream: ServerSide) -> bool {
    let mut bytes = vec![0; 64 << 10];
    loop {
        match stream.read(&mut bytes).await {
            Ok(0) => return true,
            Ok(count) => {
                stream.write_all(&bytes[..count]).await.unwrap();
                stream.flush().await.unwrap();
            }
            Err(_) => return false,
        }
    }
}

async fn echo_messages(stream: ServerSide) -> bool {
    let limits = tokio_websockets::Limits::default().max_payload_len(Some(2 * LARGE));
    let (_, mut socket) = ServerBuilder::new().limits(limits).accept(stream).await.unwrap();
    while let Some(Ok(message)) = socket.next().await {
        if message.is_close() {
            return true;
        }
        socket.send(message).await.unwrap();
    }
    false
}

/// Sends a large frame and a heartbeat, gets both back, and hangs up.
async fn talk(connection: Connection) {
    let (mut writer, mut reader) = connection.split();
    let payload: Bytes = (0..LARGE).map(|index| (index >> 8) as u8).collect();
    let (sent, received) = tokio::join!(
        async {
            writer.feed_payload(payload.clone()).await?;
            writer.heartbeat().await
        },
        async {
            let large = reader.next_payload().await?;
            Ok::<_, Error>((large, reader.next().await?))
        }
    );
    sent.unwrap();
    let (large, small) = received.unwrap();
    assert!(large == Some(payload));
    assert_eq!(small, Some(Frame::Heartbeat));
    writer.close().await.unwrap();
}

#[tokio::test]
async fn frames_go_and_come() {
    let server = Server::start().await;
    let both = async {
        let (connection, stream) = tokio::join!(server.connection("tcps"), server.accept());
        let ((), is_ended) = tokio::join!(talk(connection.unwrap()), echo_bytes(stream.unwrap()));
        assert!(is_ended);
        let client = async { talk(server.connection("wss").await.unwrap()).await };
        let ((), is_ended) = tokio::join!(client, async { echo_messages(server.accept().await.unwrap()).await });
        assert!(is_ended);
    };
    timeout(PATIENCE, both).await.unwrap();
}

#[tokio::test]
async fn a_certificate_that_nobody_trusts_is_refused() {
    let server = Server::start().await;
    for scheme in ["wss", "tcps"] {
        let url = server.url(scheme);
        let (client, accepted) = tokio::join!(Client::connect(&url, Options::default()), server.accept());
        let Err(Error::Io(error)) = client else { panic!("{url} is trusted") };
        assert_eq!(error.kind(), io::ErrorKind::InvalidData, "{error}");
        assert!(accepted.is_err());
    }
}

#[tokio::test]
async fn a_server_that_is_cut_off_is_gone() {
    let server = Server::start().await;
    let (connection, stream) = tokio::join!(server.connection("tcps"), server.accept());
    let (_client, mut events) = Client::new(connection.unwrap(), Options::default());
    // Without the word that TLS has for the end.
    drop(stream);
    assert_eq!(timeout(PATIENCE, events.next()).await.unwrap(), Some(Event::Closed(Closed::Disconnected)));
}

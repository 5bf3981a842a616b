//! TLS on both listeners: what goes over it, and those who do not speak it.

use std::{fs, sync::Arc, time::Duration};

use rcgen::{CertifiedKey, generate_simple_self_signed};
use rustls::{ClientConfig, RootCertStore, SupportedProtocolVersion, crypto::ring, version};
use rustls_pki_types::{CertificateDer, ServerName};
use talaria_client::{
    Target,
    proto::{CreateMessageRequest, DeviceType, turms_request::Kind},
};
use tempfile::TempDir;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
    time::{Instant, sleep},
};
use tokio_rustls::{TlsConnector, client::TlsStream};

use crate::support::{Guest, PATIENCE, TestServer, Transport, request, soon};

/// A server with a certificate that it signed itself, and clients that trust it.
struct Secured {
    server: TestServer,
    certificate: CertificateDer<'static>,
    _files: TempDir,
}

impl Secured {
    async fn start() -> Self {
        Self::with(|_| {}).await
    }

    async fn with(change: impl FnOnce(&mut talaria::config::GatewayConfig)) -> Self {
        let CertifiedKey { cert, signing_key } =
            generate_simple_self_signed(["localhost".to_owned()]).expect("a certificate is made");
        let files = tempfile::tempdir().expect("there is a place for temporary files");
        let (certificate, key) = (files.path().join("certificate.pem"), files.path().join("key.pem"));
        fs::write(&certificate, cert.pem()).expect("the certificate is written");
        fs::write(&key, signing_key.serialize_pem()).expect("the key is written");
        let configured = TestServer::builder().config(|config| {
            config.gateway.tls.certificate = Some(certificate);
            config.gateway.tls.key = Some(key);
            change(&mut config.gateway);
        });
        Self { server: configured.start().await, certificate: cert.der().clone(), _files: files }
    }

    async fn plain(&self, transport: Transport) -> TcpStream {
        let stream = TcpStream::connect(self.server.address(transport)).await.expect("the server takes connections");
        stream.set_nodelay(true).expect("the connection holds");
        stream
    }

    async fn handshake(
        &self,
        transport: Transport,
        version: &'static SupportedProtocolVersion,
    ) -> TlsStream<TcpStream> {
        let mut trusted = RootCertStore::empty();
        trusted.add(self.certificate.clone()).expect("it is a certificate");
        let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_protocol_versions(&[version])
            .expect("the version is known")
            .with_root_certificates(trusted)
            .with_no_client_auth();
        let connector = TlsConnector::from(Arc::new(config));
        let name = ServerName::try_from("localhost").expect("it is a name");
        let stream = soon("the handshake", connector.connect(name, self.plain(transport).await))
            .await
            .expect("the handshake succeeds");
        assert_eq!(stream.get_ref().1.protocol_version(), Some(version.version));
        stream
    }

    async fn user(&self, transport: Transport, version: &'static SupportedProtocolVersion, user: i64) -> Guest {
        let mut guest = Guest::over(self.handshake(transport, version).await, transport).await;
        guest.log_in(user, DeviceType::Desktop).await;
        guest
    }
}

/// The text of the next message that arrives.
async fn text(receiver: &mut Guest) -> String {
    loop {
        let relayed = receiver.notification().await.relayed_request;
        if let Some(Kind::CreateMessageRequest(message)) = relayed.and_then(|relayed| relayed.kind) {
            return message.text.unwrap_or_default();
        }
    }
}

/// Whether the server hangs up, and what it says before.
async fn is_hung_up(stream: &mut TcpStream) -> bool {
    let mut answer = Vec::new();
    let read = tokio::time::timeout(PATIENCE, stream.read_to_end(&mut answer)).await;
    read.is_ok() && !answer.starts_with(b"HTTP/1.1 101")
}

#[tokio::test(flavor = "multi_thread")]
async fn users_talk_over_each_version_and_transport() {
    let secured = Secured::start().await;
    for version in [&version::TLS12, &version::TLS13] {
        for transport in Transport::ALL {
            let mut one = secured.user(transport, version, 1).await;
            let mut two = secured.user(transport, version, 2).await;
            let said = format!("{transport:?} over {:?}", version.version);
            assert_eq!(one.request(request::text(Target::User(2), &said)).await.code, Some(1000), "{said}");
            assert_eq!(text(&mut two).await, said);
            two.is_alive().await;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_fills_the_socket_arrives_whole_and_in_order() {
    const MESSAGES: usize = 1000;
    let secured = Secured::with(|gateway| {
        gateway.max_queued_frames = 2 * MESSAGES;
        gateway.max_queued_bytes = 64 * 1024 * 1024;
    })
    .await;
    for transport in Transport::ALL {
        let mut one = secured.user(transport, &version::TLS13, 1).await;
        let mut two = secured.user(transport, &version::TLS13, 2).await;
        // Nobody reads meanwhile, and the kernel does not hold this much.
        for index in 0..MESSAGES {
            let mut record = vec![7; 15_000];
            record[..8].copy_from_slice(&index.to_be_bytes());
            let message =
                CreateMessageRequest { recipient_id: Some(2), records: vec![record.into()], ..Default::default() };
            assert_eq!(one.request(Kind::CreateMessageRequest(message)).await.code, Some(1000));
        }
        for index in 0..MESSAGES {
            let told = two.notification().await;
            let Some(Kind::CreateMessageRequest(message)) =
                told.relayed_request.as_ref().and_then(|it| it.kind.as_ref())
            else {
                panic!("expected message {index}, not {told:?}")
            };
            assert_eq!(message.records[0][..8], index.to_be_bytes());
            assert_eq!(message.records[0].len(), 15_000);
        }
        two.is_alive().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_end_of_a_connection_is_told_as_tls_does() {
    let secured = Secured::start().await;
    let mut tcp = secured.handshake(Transport::Tcp, &version::TLS13).await;
    tcp.write_all(&[0xFF; 10]).await.unwrap();
    // A connection that was only cut would be an error here.
    assert_eq!(soon("the end", tcp.read(&mut [0; 16])).await.unwrap(), 0);
    let mut ws = secured.handshake(Transport::Ws, &version::TLS13).await;
    ws.write_all(b"DELETE / HTTP/1.1\r\n\r\n").await.unwrap();
    let mut answer = Vec::new();
    soon("the answer and the end", ws.read_to_end(&mut answer)).await.unwrap();
    assert!(answer.starts_with(b"HTTP/1.1 405 "));
}

#[tokio::test(flavor = "multi_thread")]
async fn who_does_not_speak_tls_is_closed_and_the_others_go_on() {
    let secured = Secured::start().await;
    let mut one = secured.user(Transport::Ws, &version::TLS13, 1).await;
    let login = b"\x10\x08\x01";
    let upgrade = b"GET / HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
        Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n";
    for transport in Transport::ALL {
        for first in [&login[..], upgrade, &[0xFF; 4096], b"\x16\x03\x01\x00\x05\xFF\xFF\xFF\xFF\xFF"] {
            let mut stream = secured.plain(transport).await;
            stream.write_all(first).await.unwrap();
            let _ = stream.shutdown().await;
            assert!(is_hung_up(&mut stream).await, "{transport:?}: {first:?}");
        }
    }
    let mut two = secured.user(Transport::Tcp, &version::TLS12, 2).await;
    assert_eq!(one.request(request::text(Target::User(2), "still here")).await.code, Some(1000));
    assert_eq!(text(&mut two).await, "still here");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_handshake_has_little_time_and_counts_as_a_connection() {
    let secured = Secured::with(|gateway| {
        gateway.upgrade_timeout_seconds = 1;
        gateway.max_unauthenticated_per_address = 1;
    })
    .await;
    for transport in Transport::ALL {
        let begun = Instant::now();
        let mut slow = secured.plain(transport).await;
        // The beginning of a handshake, and no more of it.
        slow.write_all(b"\x16\x03\x01").await.unwrap();
        sleep(Duration::from_millis(100)).await;
        let mut refused = secured.plain(transport).await;
        assert!(is_hung_up(&mut refused).await);
        assert!(
            begun.elapsed() < Duration::from_millis(900),
            "refused because of the one before, not for its slowness"
        );
        assert!(is_hung_up(&mut slow).await);
        assert!(begun.elapsed() >= Duration::from_millis(900));
        let mut user = secured.user(transport, &version::TLS13, 1).await;
        user.is_alive().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stop_ends_sessions_and_handshakes() {
    let secured = Secured::start().await;
    let mut one = secured.user(Transport::Ws, &version::TLS13, 1).await;
    let mut silent = secured.plain(Transport::Tcp).await;
    sleep(Duration::from_millis(50)).await;
    tokio::join!(secured.server.stop(), async {
        assert_eq!(one.close_status().await.0, 201);
        drop(one);
        assert!(is_hung_up(&mut silent).await);
    });
}

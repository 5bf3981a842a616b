//! One request over a connection of its own, to an address that was looked at after the name was resolved: what is checked
//! and what is connected to are the same.

use std::{convert::Infallible, fmt::Display, future::pending, net::SocketAddr, sync::Arc};

use bytes::Bytes;
use http_body_util::{BodyExt, Full, LengthLimitError, Limited};
use hyper::{Request, client::conn::http1};
use hyper_util::rt::TokioIo;
use rustls::{ClientConfig, RootCertStore, crypto::ring};
use rustls_pki_types::ServerName;
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::TcpStream,
    sync::OnceCell,
};
use tokio_rustls::TlsConnector;

use super::{BODY_BYTES, access::Reach, address::is_public, request::Outgoing};
use crate::dispatch::wasm::wit::http as wit;

/// Of a response's head.
const HEAD_BYTES: usize = 64 << 10;
const HEADERS: usize = 100;

/// Connections for all plugins.
#[derive(Default)]
pub(super) struct Exchange {
    /// Read with the first request that needs it: the certificates of the system are many.
    tls: OnceCell<TlsConnector>,
}

impl Exchange {
    pub(super) async fn run(&self, outgoing: Outgoing, reach: Reach) -> Result<wit::Response, wit::Error> {
        let Outgoing { host, port, is_secure, request } = outgoing;
        let stream = connect(&host, port, reach).await?;
        if !is_secure {
            return speak(stream, request).await;
        }
        let name = ServerName::try_from(host).map_err(|_| wit::Error::Invalid)?;
        let stream = self.tls().await?.connect(name, stream).await.map_err(unreachable)?;
        speak(stream, request).await
    }

    async fn tls(&self) -> Result<&TlsConnector, wit::Error> {
        let read = || async {
            let connector = tokio::task::spawn_blocking(connector).await.map_err(unreachable)?;
            connector.map_err(unreachable)
        };
        self.tls.get_or_try_init(read).await
    }
}

/// With the certificates that the system trusts.
fn connector() -> Result<TlsConnector, rustls::Error> {
    let mut roots = RootCertStore::empty();
    let found = rustls_native_certs::load_native_certs();
    let (added, _) = roots.add_parsable_certificates(found.certs);
    if added == 0 {
        tracing::warn!("this system has no certificates, so that plugins reach no host by https");
    }
    trusting(roots)
}

fn trusting(roots: RootCertStore) -> Result<TlsConnector, rustls::Error> {
    let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()?
        .with_root_certificates(roots)
        .with_no_client_auth();
    Ok(TlsConnector::from(Arc::new(config)))
}

/// To the first address of the host that may be reached and takes the connection.
async fn connect(host: &str, port: u16, reach: Reach) -> Result<TcpStream, wit::Error> {
    let found = tokio::net::lookup_host((host, port)).await.map_err(unreachable)?;
    let allowed: Vec<SocketAddr> = found.filter(|address| reach == Reach::Any || is_public(address.ip())).collect();
    if allowed.is_empty() {
        return Err(wit::Error::PrivateAddress);
    }
    TcpStream::connect(&allowed[..]).await.map_err(unreachable)
}

async fn speak<S>(stream: S, request: Request<Full<Bytes>>) -> Result<wit::Response, wit::Error>
where
    S: AsyncRead + AsyncWrite + Send + Unpin + 'static,
{
    let mut builder = http1::Builder::new();
    builder.max_buf_size(HEAD_BYTES).max_headers(HEADERS);
    let (mut sender, connection) = builder.handshake(TokioIo::new(stream)).await.map_err(unreachable)?;
    // The connection works while it is waited for. That it ends is no news: the response may have come before.
    let connection = async {
        let _ = connection.await;
        pending::<Infallible>().await
    };
    let exchange = async {
        let (head, body) = sender.send_request(request).await.map_err(unreachable)?.into_parts();
        let body = Limited::new(body, BODY_BYTES)
            .collect()
            .await
            .map_err(|error| if error.is::<LengthLimitError>() { wit::Error::TooLarge } else { unreachable(error) })?;
        let header = |(name, value): (&hyper::header::HeaderName, &hyper::header::HeaderValue)| {
            (name.as_str().to_owned(), value.as_bytes().to_vec())
        };
        let headers = head.headers.iter().map(header).collect();
        Ok(wit::Response { status: head.status.as_u16(), headers, body: body.to_bytes().into() })
    };
    tokio::select! {
        answer = exchange => answer,
        never = connection => match never {},
    }
}

fn unreachable(cause: impl Display) -> wit::Error {
    wit::Error::Unreachable(cause.to_string())
}

#[cfg(test)]
mod tests {
    use rcgen::{CertifiedKey, generate_simple_self_signed};
    use rustls::ServerConfig;
    use rustls_pki_types::{CertificateDer, PrivateKeyDer};
    use tokio::{
        io::{AsyncReadExt as _, AsyncWriteExt as _},
        net::TcpListener,
    };
    use tokio_rustls::TlsAcceptor;

    use super::*;

    /// Answers one request by TLS; its URL and its certificate.
    async fn host() -> (String, CertificateDer<'static>, impl Future<Output = ()>) {
        let CertifiedKey { cert, signing_key } = generate_simple_self_signed(vec!["localhost".into()]).unwrap();
        let key = PrivateKeyDer::try_from(signing_key.serialize_der()).unwrap();
        let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![cert.der().clone()], key)
            .unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("https://localhost:{}/", listener.local_addr().unwrap().port());
        let serving = async move {
            let (stream, _) = listener.accept().await.unwrap();
            // Whoever does not trust it ends the handshake.
            let Ok(mut stream) = TlsAcceptor::from(Arc::new(config)).accept(stream).await else { return };
            let mut request = [0; 1024];
            let length = stream.read(&mut request).await.unwrap();
            assert!(request[..length].starts_with(b"GET / HTTP/1.1\r\n"));
            stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhello").await.unwrap();
            stream.shutdown().await.unwrap();
        };
        (url, cert.der().clone(), serving)
    }

    async fn fetch(exchange: &Exchange, url: &str) -> Result<wit::Response, wit::Error> {
        let (method, url) = ("GET".to_owned(), url.to_owned());
        let request = wit::Request { method, url, headers: Vec::new(), body: Vec::new(), timeout_ms: None };
        exchange.run(Outgoing::read(request).unwrap(), Reach::Any).await
    }

    #[tokio::test]
    async fn a_host_is_trusted_by_its_certificate() {
        let (url, certificate, serving) = host().await;
        let mut roots = RootCertStore::empty();
        roots.add(certificate).unwrap();
        let exchange = Exchange { tls: OnceCell::new_with(Some(trusting(roots).unwrap())) };
        let (answer, ()) = tokio::join!(fetch(&exchange, &url), serving);
        assert!(matches!(answer, Ok(answer) if answer.status == 200 && answer.body == b"hello"));
    }

    #[tokio::test]
    async fn a_stranger_is_not() {
        let (url, _, serving) = host().await;
        let exchange = Exchange { tls: OnceCell::new_with(Some(trusting(RootCertStore::empty()).unwrap())) };
        let (answer, ()) = tokio::join!(fetch(&exchange, &url), serving);
        assert!(matches!(answer, Err(wit::Error::Unreachable(_))));
    }
}

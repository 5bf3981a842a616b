//! One request over a connection to an address that was looked at after the name was resolved: what is checked and what
//! is connected to are the same.

mod http1;
mod http2;
mod kept;

use std::{fmt::Display, net::SocketAddr, sync::Arc};

use bytes::Bytes;
use http_body_util::{BodyExt, Full, LengthLimitError, Limited};
use hyper::{
    Request, Response,
    body::Incoming,
    header::{HeaderName, HeaderValue},
};
use rustls::{ClientConfig, RootCertStore, crypto::ring};
use rustls_pki_types::ServerName;
use tokio::{net::TcpStream, sync::OnceCell};
use tokio_rustls::TlsConnector;

use self::{
    http2::{Connection, Failure},
    kept::{Kept, Place},
};
use super::{BODY_BYTES, access::Reach, address::is_public, request::Outgoing};
use crate::dispatch::wasm::wit::http as wit;

/// Of a response's head.
const HEAD_BYTES: u32 = 64 << 10;
/// As TLS names HTTP/2, without which it is HTTP/1.1.
const HTTP2: &[u8] = b"h2";

/// Connections for all plugins.
#[derive(Default)]
pub(super) struct Exchange {
    /// Read with the first request that needs it: the certificates of the system are many.
    tls: OnceCell<TlsConnector>,
    /// Of HTTP/2: some take it amiss when each request comes with a connection of its own.
    kept: Kept,
}

impl Exchange {
    pub(super) async fn run(
        &self,
        plugin: &str,
        outgoing: Outgoing,
        reach: Reach,
    ) -> Result<wit::Response, wit::Error> {
        let Outgoing { host, port, is_secure, request } = outgoing;
        if !is_secure {
            return http1::speak(connect(&host, port, reach).await?, request).await;
        }
        let place = Place { plugin: plugin.to_owned(), host, port };
        while let Some(connection) = self.kept.take(&place) {
            match self.send(&place, connection, request.clone()).await {
                Ok(response) => return Ok(response),
                // The host has ended it while it waited.
                Err(Failure::Unsent(_)) => {}
                Err(Failure::Failed(error)) => return Err(error),
            }
        }
        let stream = connect(&place.host, port, reach).await?;
        let name = ServerName::try_from(place.host.clone()).map_err(|_| wit::Error::Invalid)?;
        let stream = self.tls().await?.connect(name, stream).await.map_err(unreachable)?;
        if stream.get_ref().1.alpn_protocol() != Some(HTTP2) {
            return http1::speak(stream, request).await;
        }
        self.send(&place, Connection::begin(stream).await?, request).await.map_err(|failure| match failure {
            Failure::Unsent(error) => unreachable(error),
            Failure::Failed(error) => error,
        })
    }

    /// Keeps the connection when all went well.
    async fn send(
        &self,
        place: &Place,
        mut connection: Connection,
        request: Request<Full<Bytes>>,
    ) -> Result<wit::Response, Failure> {
        let response = connection.send(request).await?;
        self.kept.put(place.clone(), connection);
        Ok(response)
    }

    async fn tls(&self) -> Result<&TlsConnector, wit::Error> {
        let read = || async {
            let connector = tokio::task::spawn_blocking(connector).await.map_err(unreachable)?;
            connector.map_err(unreachable)
        };
        self.tls.get_or_try_init(read).await
    }
}

/// With the certificates that the system trusts, or, where it has none, those that browsers do.
fn connector() -> Result<TlsConnector, rustls::Error> {
    let mut roots = RootCertStore::empty();
    let found = rustls_native_certs::load_native_certs();
    let (added, _) = roots.add_parsable_certificates(found.certs);
    if added == 0 {
        tracing::info!(
            "this system has no certificates of its own: hosts are checked against those that browsers trust"
        );
        roots.extend(webpki_roots::TLS_SERVER_ROOTS.iter().cloned());
    }
    trusting(roots)
}

fn trusting(roots: RootCertStore) -> Result<TlsConnector, rustls::Error> {
    let mut config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()?
        .with_root_certificates(roots)
        .with_no_client_auth();
    // Some speak nothing but HTTP/2, as Apple's service of notifications.
    config.alpn_protocols = vec![HTTP2.to_vec(), b"http/1.1".to_vec()];
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

/// What is answered, with all of its body.
async fn read(response: Response<Incoming>) -> Result<wit::Response, wit::Error> {
    let (head, body) = response.into_parts();
    let body = Limited::new(body, BODY_BYTES)
        .collect()
        .await
        .map_err(|error| if error.is::<LengthLimitError>() { wit::Error::TooLarge } else { unreachable(error) })?;
    let header = |(name, value): (&HeaderName, &HeaderValue)| (name.as_str().to_owned(), value.as_bytes().to_vec());
    let headers = head.headers.iter().map(header).collect();
    Ok(wit::Response { status: head.status.as_u16(), headers, body: body.to_bytes().into() })
}

fn unreachable(cause: impl Display) -> wit::Error {
    wit::Error::Unreachable(cause.to_string())
}

#[cfg(test)]
mod tests;

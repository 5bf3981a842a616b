//! Hosts that speak TLS, whom a plugin trusts or not.

use std::{
    convert::Infallible,
    sync::atomic::{AtomicUsize, Ordering},
};

use hyper::{server::conn, service::service_fn};
use hyper_util::rt::{TokioExecutor, TokioIo};
use rcgen::{CertifiedKey, generate_simple_self_signed};
use rustls::ServerConfig;
use rustls_pki_types::{CertificateDer, PrivateKeyDer};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpListener,
};
use tokio_rustls::{TlsAcceptor, server::TlsStream};

use super::*;

const PLUGIN: &str = "p";

/// Serves one connection after the other, by `serve` when its certificate is trusted; its URL and its certificate.
async fn host<S>(
    protocols: &[&[u8]],
    serve: impl Fn(TlsStream<TcpStream>) -> S,
) -> (String, CertificateDer<'static>, impl Future<Output = Infallible>)
where
    S: Future<Output = ()>,
{
    let CertifiedKey { cert, signing_key } = generate_simple_self_signed(vec!["localhost".into()]).unwrap();
    let key = PrivateKeyDer::try_from(signing_key.serialize_der()).unwrap();
    let mut config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![cert.der().clone()], key)
        .unwrap();
    config.alpn_protocols = protocols.iter().map(|protocol| protocol.to_vec()).collect();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("https://localhost:{}/path?query", listener.local_addr().unwrap().port());
    let serving = async move {
        let acceptor = TlsAcceptor::from(Arc::new(config));
        loop {
            let (stream, _) = listener.accept().await.unwrap();
            // Whoever does not trust it ends the handshake.
            if let Ok(stream) = acceptor.accept(stream).await {
                serve(stream).await;
            }
        }
    };
    (url, cert.der().clone(), serving)
}

async fn serve_http1(mut stream: TlsStream<TcpStream>) {
    let mut request = [0; 1024];
    let length = stream.read(&mut request).await.unwrap();
    assert!(request[..length].starts_with(b"POST /path?query HTTP/1.1\r\n"));
    stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhello").await.unwrap();
    stream.shutdown().await.unwrap();
}

async fn serve_http2(stream: TlsStream<TcpStream>) {
    let echo = service_fn(async |request: Request<Incoming>| {
        let (head, body) = request.into_parts();
        let body = body.collect().await?.to_bytes();
        let told = format!("{} {} {}", head.uri, head.headers.contains_key("host"), String::from_utf8_lossy(&body));
        Ok::<_, hyper::Error>(Response::new(Full::new(Bytes::from(told))))
    });
    // The client ends the connection when it has its answer.
    let _ = conn::http2::Builder::new(TokioExecutor::new()).serve_connection(TokioIo::new(stream), echo).await;
}

async fn post(exchange: &Exchange, url: &str) -> Result<wit::Response, wit::Error> {
    let (method, url, body) = ("POST".to_owned(), url.to_owned(), b"a letter".to_vec());
    let request = wit::Request { method, url, headers: Vec::new(), body, timeout_ms: None };
    exchange.run(PLUGIN, Outgoing::read(request).unwrap(), Reach::Any).await
}

/// What the client gets while the host serves.
async fn served<T>(serving: impl Future<Output = Infallible>, client: impl Future<Output = T>) -> T {
    tokio::select! {
        answer = client => answer,
        never = serving => match never {},
    }
}

fn exchange_trusting(certificate: Option<CertificateDer<'static>>) -> Exchange {
    let mut roots = RootCertStore::empty();
    certificate.into_iter().for_each(|certificate| roots.add(certificate).unwrap());
    Exchange { tls: OnceCell::new_with(Some(trusting(roots).unwrap())), kept: Kept::default() }
}

#[tokio::test]
async fn a_host_is_trusted_by_its_certificate() {
    for protocols in [&[][..], &[b"http/1.1".as_slice()]] {
        let (url, certificate, serving) = host(protocols, serve_http1).await;
        let exchange = exchange_trusting(Some(certificate));
        let answer = served(serving, post(&exchange, &url)).await;
        assert!(matches!(answer, Ok(answer) if answer.status == 200 && answer.body == b"hello"));
    }
}

#[tokio::test]
async fn a_stranger_is_not() {
    let (url, _, serving) = host(&[], serve_http1).await;
    let exchange = exchange_trusting(None);
    let answer = served(serving, post(&exchange, &url)).await;
    assert!(matches!(answer, Err(wit::Error::Unreachable(_))));
}

#[tokio::test]
async fn http2_is_spoken_with_who_speaks_it() {
    for protocols in [&[HTTP2][..], &[HTTP2, b"http/1.1"]] {
        let (url, certificate, serving) = host(protocols, serve_http2).await;
        let exchange = exchange_trusting(Some(certificate));
        let answer = served(serving, post(&exchange, &url)).await;
        let answer = answer.unwrap();
        assert_eq!((answer.status, String::from_utf8(answer.body).unwrap()), (200, format!("{url} false a letter")));
    }
}

#[tokio::test]
async fn a_connection_is_kept_for_the_next_request() {
    let connections = AtomicUsize::new(0);
    let count = async |stream| {
        connections.fetch_add(1, Ordering::Relaxed);
        serve_http2(stream).await;
    };
    let (url, certificate, serving) = host(&[HTTP2], count).await;
    let exchange = exchange_trusting(Some(certificate));
    let client = async {
        for _ in 0..3 {
            assert_eq!(post(&exchange, &url).await.unwrap().status, 200);
        }
    };
    served(serving, client).await;
    assert_eq!(connections.load(Ordering::Relaxed), 1);
    assert!(exchange.kept.take(&Place { plugin: "q".into(), ..place(&url) }).is_none(), "it is not another plugin's");
    assert!(exchange.kept.take(&place(&url)).is_some_and(|connection| connection.is_open()));
}

#[tokio::test]
async fn a_connection_that_the_host_has_ended_is_made_anew() {
    let end = tokio::sync::Notify::new();
    let until_end = async |stream| {
        tokio::select! {
            () = serve_http2(stream) => {}
            () = end.notified() => {}
        }
    };
    let (url, certificate, serving) = host(&[HTTP2], until_end).await;
    let exchange = exchange_trusting(Some(certificate));
    let client = async {
        for _ in 0..3 {
            assert_eq!(post(&exchange, &url).await.unwrap().status, 200);
            end.notify_one();
            while let Some(connection) = exchange.kept.take(&place(&url)) {
                exchange.kept.put(place(&url), connection);
                tokio::task::yield_now().await;
            }
        }
    };
    served(serving, client).await;
}

fn place(url: &str) -> Place {
    let port = url.rsplit(':').next().and_then(|rest| rest.split('/').next()?.parse().ok()).unwrap();
    Place { plugin: PLUGIN.into(), host: "localhost".into(), port }
}

//! HTTP/1.1, which everybody speaks.

use std::{convert::Infallible, future::pending};

use bytes::Bytes;
use http_body_util::Full;
use hyper::{Request, client::conn::http1};
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncWrite};

use super::{HEAD_BYTES, read, unreachable};
use crate::dispatch::wasm::wit::http as wit;

const HEADERS: usize = 100;

pub(super) async fn speak<S>(stream: S, request: Request<Full<Bytes>>) -> Result<wit::Response, wit::Error>
where
    S: AsyncRead + AsyncWrite + Send + Unpin + 'static,
{
    let mut builder = http1::Builder::new();
    builder.max_buf_size(HEAD_BYTES as usize).max_headers(HEADERS);
    let (mut sender, connection) = builder.handshake(TokioIo::new(stream)).await.map_err(unreachable)?;
    // The connection works while it is waited for. That it ends is no news: the response may have come before.
    let connection = async {
        let _ = connection.await;
        pending::<Infallible>().await
    };
    let exchange = async {
        let response = sender.send_request(request).await.map_err(unreachable)?;
        read(response).await
    };
    tokio::select! {
        answer = exchange => answer,
        never = connection => match never {},
    }
}

//! The same requests by WASI's interface, for programs in languages whose libraries use that: the same hosts,
//! addresses, limits and counts.

use std::{sync::Arc, time::Duration};

use bytes::Bytes;
use http_body_util::{BodyExt as _, Full, LengthLimitError, Limited};
use hyper::{
    Request, Response,
    header::{CONTENT_LENGTH, HOST},
};
use wasmtime_wasi_http::{Error, RequestOptions, WasiBody, WasiHttpHooks};

use super::{super::HostServices, BODY_BYTES, Sender, bounds::CHUNK_BYTES};
use crate::dispatch::{logs::LogWriter, quotas::Account, wasm::wit::http as wit};

/// What the WASI of one guest sends its requests by.
pub(in crate::dispatch) struct WasiRequests {
    plugin: Arc<str>,
    account: Arc<Account>,
    log: LogWriter,
    services: Arc<HostServices>,
}

/// What works on after a response; nothing does here.
type Rest = Box<dyn Future<Output = Result<(), Error>> + Send>;

impl WasiRequests {
    pub(in crate::dispatch) fn new(
        plugin: Arc<str>,
        account: Arc<Account>,
        log: LogWriter,
        services: Arc<HostServices>,
    ) -> Self {
        Self { plugin, account, log, services }
    }
}

impl WasiHttpHooks for WasiRequests {
    fn send_request(
        &mut self,
        request: Request<WasiBody>,
        options: Option<RequestOptions>,
        _fut: Rest,
    ) -> Box<dyn Future<Output = Result<(Response<WasiBody>, Rest), Error>> + Send> {
        let (plugin, services) = (Arc::clone(&self.plugin), Arc::clone(&self.services));
        let (account, log) = (Arc::clone(&self.account), self.log.clone());
        Box::new(async move {
            let request = read(request, options.unwrap_or_default()).await?;
            let sender = Sender { plugin: &plugin, account: &account, log: &log };
            let answer = services.http.send(&sender, request).await.map_err(code)?;
            let mut response = Response::builder().status(answer.status);
            for (name, value) in answer.headers {
                response = response.header(name, value);
            }
            let body = Full::new(Bytes::from(answer.body)).map_err(|never| match never {}).boxed_unsync();
            let response = response.body(body).map_err(|_| Error::HttpProtocolError)?;
            Ok((response, Box::new(async { Ok(()) }) as Rest))
        })
    }

    fn p2_outgoing_body_chunk_size(&mut self) -> usize {
        CHUNK_BYTES
    }

    fn p2_outgoing_body_buffer_chunks(&mut self) -> usize {
        1
    }
}

/// Waits for the whole body.
async fn read(request: Request<WasiBody>, options: RequestOptions) -> Result<wit::Request, Error> {
    let (head, body) = request.into_parts();
    let body = Limited::new(body, BODY_BYTES).collect().await.map_err(|error| {
        if error.is::<LengthLimitError>() { Error::HttpRequestBodySize(None) } else { Error::HttpProtocolError }
    })?;
    let mut headers = Vec::new();
    for (name, value) in &head.headers {
        // The server sets them.
        if name != HOST && name != CONTENT_LENGTH {
            let value = value.to_str().map_err(|_| Error::HttpProtocolError)?;
            headers.push((name.as_str().to_owned(), value.to_owned()));
        }
    }
    // All of it is one exchange here, which may take as long as its parts might.
    let limits = [options.connect_timeout, options.first_byte_timeout];
    let limit: Option<Duration> = limits.into_iter().flatten().reduce(Duration::saturating_add);
    let timeout_ms = limit.map(|limit| u32::try_from(limit.as_millis()).unwrap_or(u32::MAX));
    let (method, url) = (head.method.to_string(), head.uri.to_string());
    Ok(wit::Request { method, url, headers, body: body.to_bytes().into(), timeout_ms })
}

fn code(error: wit::Error) -> Error {
    match error {
        wit::Error::Invalid => Error::HttpProtocolError,
        wit::Error::NotAllowed => Error::HttpRequestDenied,
        wit::Error::PrivateAddress => Error::DestinationIpProhibited,
        wit::Error::Busy => Error::ConnectionLimitReached,
        wit::Error::TooLarge => Error::HttpResponseBodySize(None),
        wit::Error::Timeout => Error::HttpResponseTimeout,
        wit::Error::Unreachable(cause) => Error::InternalError(Some(cause)),
    }
}

//! Having a plugin answer an HTTP request, by the interface of its choice: the server's own, which takes bodies by
//! value, or WASI's, whose bodies are streams.

use std::pin::pin;

use bytes::Bytes;
use http_body_util::{BodyExt as _, Full, Limited};
use hyper::{Request, header::HOST};
use tokio::sync::oneshot;
use wasmtime_wasi_http::{
    WasiHttpView as _,
    p2::bindings::http::types::{ErrorCode, Scheme},
};

use super::Plugin;
use crate::{
    dispatch::wasm::{
        Fault, Hook, bindings::exports::talaria::plugin::http_handle, call::Call, convert, instance::Instance,
    },
    model::Context,
};

/// Bytes of a body that a guest answers.
const ANSWER: usize = 8 << 20;

/// What is asked of a plugin over HTTP.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct HttpRequest {
    pub method: String,
    /// Path and query, without what leads to the plugin.
    pub target: String,
    pub headers: Vec<(String, Bytes)>,
    pub body: Bytes,
}

/// What a plugin answers over HTTP.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct HttpResponse {
    pub status: u16,
    pub headers: Vec<(String, Bytes)>,
    pub body: Bytes,
}

impl Plugin {
    /// `http.handle`
    pub(in crate::dispatch) async fn http_handle(
        &self,
        context: &Context,
        request: HttpRequest,
    ) -> Result<HttpResponse, Fault> {
        let mut call = Call::begin(self, Hook::HttpHandle, context).await?;
        if self.manifest.is_wasi_http {
            let limit = call.limit();
            let result = call.meter.run(limit, pin!(exchange(&mut call.instance, request))).await;
            return call.finish(result);
        }
        let context = convert::context(context, self.runtime.services.node, call.limit());
        let headers: Vec<_> = request.headers.iter().map(|(name, value)| (name.as_str(), &value[..])).collect();
        let request = http_handle::Request {
            method: &request.method,
            target: &request.target,
            headers: &headers,
            body: &request.body,
        };
        let result = call!(call, http_handle.call_handle(context, request));
        let http_handle::Response { status, headers, body } = call.finish(result)?;
        let headers = headers.into_iter().map(|(name, value)| (name, Bytes::from(value))).collect();
        Ok(HttpResponse { status, headers, body: body.into() })
    }
}

/// By WASI's interface. The body is read while the guest writes it: it waits for that.
async fn exchange(instance: &mut Instance, request: HttpRequest) -> wasmtime::Result<HttpResponse> {
    let Instance { store, guests, .. } = instance;
    let Some(guest) = &guests.incoming_handler else {
        return Err(wasmtime::Error::msg("the plugin does not handle this hook"));
    };
    let (answer, answered) = oneshot::channel();
    let request = store.data_mut().http().new_incoming_request(Scheme::Http, incoming(request)?)?;
    let answer = store.data_mut().http().new_response_outparam(answer)?;
    let calling = guest.call_handle(&mut *store, request, answer);
    let reading = async {
        let response = match answered.await {
            Ok(Ok(response)) => response,
            Ok(Err(code)) => return Err(failed(&code)),
            Err(_) => return Err(wasmtime::Error::msg("the plugin ended without an answer")),
        };
        let (head, body) = response.into_parts();
        let body = Limited::new(body, ANSWER).collect().await;
        let body = body.map_err(|error| wasmtime::Error::msg(format!("the body of the answer: {error}")))?;
        let header = |(name, value): (&hyper::header::HeaderName, &hyper::header::HeaderValue)| {
            (name.as_str().to_owned(), Bytes::copy_from_slice(value.as_bytes()))
        };
        let headers = head.headers.iter().map(header).collect();
        Ok(HttpResponse { status: head.status.as_u16(), headers, body: body.to_bytes() })
    };
    // A trap ends it at once: what the guest would have answered by is still there, and nobody would ever use it.
    let ((), response) = tokio::try_join!(calling, reading)?;
    Ok(response)
}

fn incoming(
    request: HttpRequest,
) -> wasmtime::Result<Request<impl hyper::body::Body<Data = Bytes, Error = hyper::Error> + Send>> {
    let HttpRequest { method, target, headers, body } = request;
    let mut incoming = Request::builder().method(method.as_str()).uri(target);
    let mut has_host = false;
    for (name, value) in headers {
        if name == HOST.as_str() {
            // Anything else would be refused on the way to the guest, and the guest would seem to have failed.
            if has_host || !value.iter().all(u8::is_ascii_graphic) {
                continue;
            }
            has_host = true;
        }
        incoming = incoming.header(name, &value[..]);
    }
    // WASI wants an authority, and the guest does not care which.
    if !has_host {
        incoming = incoming.header(HOST, "talaria");
    }
    Ok(incoming.body(Full::new(body).map_err(|never| match never {}))?)
}

fn failed(code: &ErrorCode) -> wasmtime::Error {
    wasmtime::Error::msg(format!("the plugin answered an error: {code:?}"))
}

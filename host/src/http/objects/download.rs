//! Answering with an object, or a part of it.

use std::net::IpAddr;

use axum::{
    body::Body,
    http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header, request::Parts},
    response::Response,
};
use futures_util::stream;

use super::{
    Objects, Refusal, failed, moved,
    outcome::Sending,
    range::{self, Part},
    signature::Check,
    transfers::Transfer,
};
use crate::objects::{
    Access, MediaType, Object,
    disk::{Deed, Reader},
    disposition,
};

/// What somebody uploaded must do nothing in the name of this server, should a browser show it: no scripts, nothing
/// loaded.
const HARMLESS: HeaderValue = HeaderValue::from_static("sandbox; default-src 'none'");
/// A page of another site may show a picture from here.
const CROSS_ORIGIN: HeaderValue = HeaderValue::from_static("cross-origin");
const RESOURCE_POLICY: HeaderName = HeaderName::from_static("cross-origin-resource-policy");

impl Objects {
    pub(super) async fn download(&self, peer: IpAddr, head: &Parts) -> Result<Response, Refusal> {
        let (bucket, key, check) = self.check(Deed::Get, head)?;
        let (file_name, cached) = match check {
            Check::Good { file_name, .. } => (file_name, "private, no-cache"),
            Check::Unsigned => match self.disk.access(&bucket).await.map_err(failed)? {
                Some(Access::PublicRead) => (None, "public, max-age=60"),
                Some(Access::Private) | None => return Err(Refusal::Unsigned),
            },
        };
        let transfer = self.transfers.download(peer)?;
        let stored = self.disk.read(&bucket, &key).await.map_err(failed)?.ok_or(Refusal::NoObject)?;
        let object = &stored.object;
        let tag = format!("\"{}\"", object.etag);
        let mut headers = headers(object, &tag, file_name.as_deref());
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(cached));
        let asked = &head.headers;
        if asked.get(header::IF_NONE_MATCH).is_some_and(|tags| is_among(tags, &tag)) {
            headers.remove(header::CONTENT_TYPE);
            return Ok(answer(StatusCode::NOT_MODIFIED, headers, Body::empty()));
        }
        let size = object.size;
        let (status, part) = match part(asked, &tag, size)? {
            Some(part) => (StatusCode::PARTIAL_CONTENT, part),
            None => (StatusCode::OK, Part { start: 0, length: size }),
        };
        if status == StatusCode::PARTIAL_CONTENT {
            let last = part.start + part.length - 1;
            headers.insert(header::CONTENT_RANGE, ascii(format!("bytes {}-{last}/{size}", part.start)));
        }
        headers.insert(header::CONTENT_LENGTH, part.length.into());
        if head.method == Method::HEAD {
            return Ok(answer(status, headers, Body::empty()));
        }
        let body = body(stored.reader(part.start, part.length), transfer, Sending::new(part.length));
        Ok(answer(status, headers, body))
    }
}

fn headers(object: &Object, tag: &str, file_name: Option<&str>) -> HeaderMap {
    let media_type = HeaderValue::try_from(object.media_type.as_str());
    let mut headers = HeaderMap::from_iter([
        (header::CONTENT_TYPE, media_type.unwrap_or(HeaderValue::from_static(MediaType::UNKNOWN))),
        (header::ETAG, ascii(tag.to_owned())),
        (header::ACCEPT_RANGES, HeaderValue::from_static("bytes")),
        (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
        (header::CONTENT_SECURITY_POLICY, HARMLESS),
        (RESOURCE_POLICY, CROSS_ORIGIN),
        (header::REFERRER_POLICY, HeaderValue::from_static("no-referrer")),
    ]);
    if let Some(name) = file_name {
        headers.insert(header::CONTENT_DISPOSITION, ascii(disposition(name)));
    }
    headers
}

fn ascii(text: String) -> HeaderValue {
    HeaderValue::try_from(text).expect("what is made here is ASCII")
}

/// What a client has already, as the header lists it.
fn is_among(tags: &HeaderValue, tag: &str) -> bool {
    let tags = tags.to_str().unwrap_or_default().split(',').map(str::trim);
    tags.into_iter().any(|other| other == "*" || other.strip_prefix("W/").unwrap_or(other) == tag)
}

/// The part that is wanted, unless it is wanted of another object only.
fn part(asked: &HeaderMap, tag: &str, size: u64) -> Result<Option<Part>, Refusal> {
    let is_other = asked.get(header::IF_RANGE).is_some_and(|only| only.as_bytes() != tag.as_bytes());
    match asked.get(header::RANGE).and_then(|range| range.to_str().ok()) {
        Some(wanted) if !is_other => range::parse(wanted, size),
        Some(_) | None => Ok(None),
    }
}

/// A disk that fails on the way ends the connection, by which the client sees that something is missing.
fn body(reader: Reader, transfer: Transfer, sending: Sending) -> Body {
    Body::from_stream(stream::try_unfold((reader, transfer, sending), async |(mut reader, transfer, mut sending)| {
        let piece = reader.next().await.inspect_err(|_| sending.fail())?;
        Ok::<_, crate::objects::Error>(piece.map(|piece| {
            let bytes = piece.len() as u64;
            moved("out", bytes);
            sending.sent(bytes);
            (piece, (reader, transfer, sending))
        }))
    }))
}

fn answer(status: StatusCode, headers: HeaderMap, body: Body) -> Response {
    let mut response = Response::new(body);
    *response.status_mut() = status;
    *response.headers_mut() = headers;
    response
}

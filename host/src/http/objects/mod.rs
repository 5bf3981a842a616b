//! Objects on the disk, over HTTP: whoever has a signed address or form moves them, and everybody downloads from
//! buckets that are for everybody. Transfers stream, so that none takes memory by its size.

mod cors;
mod download;
mod form;
mod outcome;
mod range;
mod refusal;
mod signature;
mod transfers;
mod upload;

use std::{net::IpAddr, sync::Arc};

use axum::{
    extract::Request,
    http::{HeaderValue, Method, header, request::Parts},
    response::{IntoResponse as _, Response},
};

use self::{cors::Origins, refusal::Refusal, transfers::Transfers};
use super::pace::Patience;
use crate::{
    config,
    objects::{
        BucketName, DiskStore, Error, Key, decode_percent,
        disk::{Deed, PREFIX},
    },
};

/// What is on the disk, for whoever may come.
pub struct Objects {
    disk: Arc<DiskStore>,
    transfers: Transfers,
    patience: Patience,
    origins: Origins,
}

/// Seconds that an upload may go on when what was signed for it is no longer good: whoever signed it knows when nothing
/// more can come.
const LONGEST: i64 = 600;

/// What the path names.
enum Place {
    Bucket(BucketName),
    Object(BucketName, Key),
}

impl Objects {
    #[must_use]
    pub fn new(disk: Arc<DiskStore>, config: &config::Objects) -> Self {
        Self {
            disk,
            transfers: Transfers::new(config),
            patience: Patience::new(config),
            origins: Origins::new(&config.allowed_origins),
        }
    }

    /// Whether the path is for here.
    pub(super) fn is_for(path: &str) -> bool {
        path.starts_with(PREFIX)
    }

    /// The answer to a request, whatever becomes of it.
    pub(super) async fn answer(&self, peer: IpAddr, request: Request) -> Response {
        let origin = request.headers().get(header::ORIGIN).cloned();
        let (head, body) = request.into_parts();
        let (operation, answer) = match head.method {
            Method::GET | Method::HEAD => ("download", self.download(peer, &head).await),
            Method::PUT => ("upload", self.upload(peer, &head, body).await),
            Method::POST => ("form", self.form(peer, &head, body).await),
            Method::OPTIONS => ("preflight", Ok(cors::preflight(&head.headers))),
            _ => ("other", Err(Refusal::Method)),
        };
        let mut response = answer.unwrap_or_else(|refusal| {
            tracing::debug!(%peer, operation, ?refusal, "objects: a request is refused");
            let mut response = refusal.into_response();
            // Not all that is still on its way is read, and a client would ask again over what is closed then.
            if let "upload" | "form" = operation {
                response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
            }
            response
        });
        self.origins.allow(origin.as_ref(), response.headers_mut());
        if !outcome::is_open(&head.method, response.status()) {
            outcome::count_answer(operation, response.status());
        }
        response
    }

    /// Whether an upload that began in time has not gone on for too long.
    fn is_in_time(&self, expires: i64) -> Result<(), Refusal> {
        if self.disk.has_expired(expires.saturating_add(LONGEST)) { Err(Refusal::Expired) } else { Ok(()) }
    }

    /// The object that an address names, when it is signed for this deed and still good; whether it is signed at all,
    /// else.
    fn check(&self, deed: Deed, head: &Parts) -> Result<(BucketName, Key, signature::Check), Refusal> {
        let Place::Object(bucket, key) = place(head.uri.path())? else { return Err(Refusal::NoObject) };
        let check = signature::check(&self.disk, deed, (&bucket, &key), head.uri.query().unwrap_or_default())?;
        Ok((bucket, key, check))
    }
}

fn place(path: &str) -> Result<Place, Refusal> {
    let rest = path.strip_prefix(PREFIX).unwrap_or_default();
    let (bucket, key) = rest.split_once('/').unwrap_or((rest, ""));
    let bucket = BucketName::parse(bucket).map_err(Refusal::from)?;
    if key.is_empty() {
        return Ok(Place::Bucket(bucket));
    }
    let key = decode_percent(key).ok_or_else(|| Refusal::Senseless("the path is not encoded well".into()))?;
    Ok(Place::Object(bucket, Key::parse(&key)?))
}

fn moved(direction: &'static str, bytes: u64) {
    metrics::counter!("talaria_objects_bytes_total", "direction" => direction).increment(bytes);
}

/// An error of the store, logged where it is the server's.
fn failed(error: Error) -> Refusal {
    if let Error::Full | Error::Unavailable { .. } = &error {
        tracing::error!("an object cannot be moved: {error}");
    }
    Refusal::from(error)
}

#[cfg(test)]
mod tests;

//! Objects on the disk, over HTTP: whoever has a signed address or form moves them, and everybody downloads from buckets that
//! are for everybody. Transfers stream, so that none takes memory by its size.

mod cors;
mod download;
mod form;
mod range;
mod refusal;
mod signature;
mod upload;

use std::{net::IpAddr, sync::Arc, time::Duration};

use axum::{
    extract::Request,
    http::{Method, StatusCode, header, request::Parts},
    response::{IntoResponse as _, Response},
};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use self::{cors::Origins, refusal::Refusal};
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
    turns: Arc<Semaphore>,
    /// How long nothing may come.
    stall: Duration,
    origins: Origins,
}

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
            turns: Arc::new(Semaphore::new(config.max_transfers)),
            stall: Duration::from_secs(config.stall_seconds),
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
            Method::GET | Method::HEAD => ("download", self.download(&head).await),
            Method::PUT => ("upload", self.upload(&head, body).await),
            Method::POST => ("form", self.form(&head, body).await),
            Method::OPTIONS => ("preflight", Ok(cors::preflight(&head.headers))),
            _ => ("other", Err(Refusal::Method)),
        };
        let mut response = answer.unwrap_or_else(|refusal| {
            tracing::debug!(%peer, operation, ?refusal, "objects: a request is refused");
            refusal.into_response()
        });
        self.origins.allow(origin.as_ref(), response.headers_mut());
        count(operation, response.status());
        response
    }

    /// The object that an address names, when it is signed for this deed and still good; whether it is signed at all, else.
    fn check(&self, deed: Deed, head: &Parts) -> Result<(BucketName, Key, signature::Check), Refusal> {
        let Place::Object(bucket, key) = place(head.uri.path())? else { return Err(Refusal::NoObject) };
        let check = signature::check(&self.disk, deed, (&bucket, &key), head.uri.query().unwrap_or_default())?;
        Ok((bucket, key, check))
    }

    fn turn(&self) -> Result<Turn, Refusal> {
        Turn::take(&self.turns)
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

/// One of the transfers that there may be at a time, until it is dropped.
struct Turn(#[expect(dead_code, reason = "it is held")] OwnedSemaphorePermit);

impl Turn {
    fn take(turns: &Arc<Semaphore>) -> Result<Self, Refusal> {
        let permit = Arc::clone(turns).try_acquire_owned().map_err(|_| Refusal::Busy)?;
        metrics::gauge!("talaria_objects_transfers").increment(1.0);
        Ok(Self(permit))
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        metrics::gauge!("talaria_objects_transfers").decrement(1.0);
    }
}

fn count(operation: &'static str, status: StatusCode) {
    let outcome = match status.as_u16() {
        200..400 => "done",
        400..500 => "refused",
        _ => "failed",
    };
    metrics::counter!("talaria_objects_requests_total", "operation" => operation, "outcome" => outcome).increment(1);
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

//! Taking an object by a PUT.

use std::{net::IpAddr, time::Duration};

use axum::{
    body::{Body, BodyDataStream},
    http::{HeaderMap, HeaderValue, header, request::Parts},
    response::{IntoResponse as _, Response},
};
use bytes::Bytes;
use futures_util::StreamExt as _;
use tokio::time::{Instant, timeout};

use super::{
    super::pace::{Pace, Patience, cut_off},
    Objects, Refusal, failed, moved,
    signature::Check,
};
use crate::objects::{
    Error, MediaType, Object,
    disk::{Deed, Upload},
};

/// Of a request that is refused: bytes that are read all the same, for many a client reads no answer before it has sent
/// all.
const DRAINED: usize = 1 << 20;
const DRAINING: Duration = Duration::from_secs(2);

impl Objects {
    pub(super) async fn upload(&self, peer: IpAddr, head: &Parts, body: Body) -> Result<Response, Refusal> {
        let mut body = Incoming::new(body, self.patience);
        let taken = self.take(peer, head, &mut body).await;
        if taken.is_err() {
            body.drain().await;
        }
        Ok(([(header::ETAG, tag(&taken?))], ()).into_response())
    }

    async fn take(&self, peer: IpAddr, head: &Parts, body: &mut Incoming) -> Result<Object, Refusal> {
        let (bucket, key, Check::Good { expires, .. }) = self.check(Deed::Put, head)? else {
            return Err(Refusal::Unsigned);
        };
        let media_type = match head.headers.get(header::CONTENT_TYPE) {
            Some(given) => MediaType::parse(given.to_str().unwrap_or_default())?,
            None => MediaType::default(),
        };
        let most = self.disk.max_object_bytes();
        if content_length(&head.headers).is_some_and(|length| length > most) {
            return Err(Refusal::TooLarge(most));
        }
        let _transfer = self.transfers.upload(peer, &bucket, &key)?;
        let mut upload = self.disk.upload(&bucket, most).await.map_err(failed)?;
        while let Some(piece) = body.next().await? {
            add(&mut upload, &piece, most).await?;
            self.is_in_time(expires)?;
        }
        self.is_in_time(expires)?;
        upload.finish(&key, &media_type).await.map_err(failed)
    }
}

/// Puts more bytes into an object.
pub(super) async fn add(upload: &mut Upload, piece: &[u8], most: u64) -> Result<(), Refusal> {
    moved("in", piece.len() as u64);
    upload.write(piece).await.map_err(|error| match error {
        Error::TooLarge => Refusal::TooLarge(most),
        error @ (Error::Invalid(_) | Error::NoBucket | Error::Full | Error::Unavailable { .. }) => failed(error),
    })
}

/// The tag of an object, as a header.
pub(super) fn tag(object: &Object) -> HeaderValue {
    HeaderValue::try_from(format!("\"{}\"", object.etag)).expect("a tag is ASCII")
}

pub(super) fn content_length(headers: &HeaderMap) -> Option<u64> {
    headers.get(header::CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}

/// A body that must not come too slowly.
pub(super) struct Incoming {
    body: BodyDataStream,
    pace: Pace,
}

impl Incoming {
    pub(super) fn new(body: Body, patience: Patience) -> Self {
        Self { body: body.into_data_stream(), pace: Pace::new(patience) }
    }

    pub(super) async fn next(&mut self) -> Result<Option<Bytes>, Refusal> {
        let begin = Instant::now();
        match timeout(self.pace.left(), self.body.next()).await {
            Ok(None) => Ok(None),
            Ok(Some(Ok(piece))) => {
                self.pace.moved(piece.len(), begin.elapsed());
                Ok(Some(piece))
            }
            Ok(Some(Err(_))) => Err(Refusal::BrokeOff),
            Err(_) => {
                cut_off("in");
                Err(Refusal::Stalled)
            }
        }
    }

    /// Reads what may still come of a request that is refused, unless that is much.
    pub(super) async fn drain(mut self) {
        let mut left = DRAINED;
        let draining = async {
            while let Some(Ok(piece)) = self.body.next().await {
                match left.checked_sub(piece.len()) {
                    Some(less) => left = less,
                    None => return,
                }
            }
        };
        // What comes of it does not matter.
        let _: Result<(), _> = timeout(DRAINING, draining).await;
    }
}

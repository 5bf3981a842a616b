//! JSON bodies, with errors that name the field.

use axum::{
    body::Bytes,
    extract::{FromRequest, Request},
};
use serde::de::DeserializeOwned;

use super::error::Error;

/// The body, read as JSON whatever its content type says.
#[derive(Debug)]
pub(super) struct Body<T>(pub(super) T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Body<T> {
    type Rejection = Error;

    async fn from_request(request: Request, state: &S) -> Result<Self, Error> {
        let bytes = Bytes::from_request(request, state).await.map_err(Error::Body)?;
        Ok(Self(parse(&bytes)?))
    }
}

/// Reads JSON that came in any part of a request.
pub(super) fn parse<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Error> {
    let mut reader = serde_json::Deserializer::from_slice(bytes);
    let value: T = serde_path_to_error::deserialize(&mut reader).map_err(|cause| {
        let path = cause.path().to_string();
        let reason = cause.inner();
        // The root's path is a dot, which helps nobody.
        Error::Json(if path == "." { reason.to_string() } else { format!("`{path}`: {reason}") })
    })?;
    reader.end().map_err(|cause| Error::Json(cause.to_string()))?;
    Ok(value)
}

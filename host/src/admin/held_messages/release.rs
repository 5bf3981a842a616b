//! `POST /v1/held-messages/{id}/release`: sends a message that a plugin held back.

use axum::{
    extract::{Path, State, rejection::PathRejection},
    http::StatusCode,
};

use crate::{
    admin::{error::Error, router::Shared},
    model::{Context, MessageId},
};

pub(in crate::admin) async fn release(
    State(rooms): State<Shared>,
    id: Result<Path<MessageId>, PathRejection>,
) -> Result<StatusCode, Error> {
    let Path(id) = id.map_err(Error::Path)?;
    rooms.bus.release(&Context::admin(), id, None).await?;
    Ok(StatusCode::NO_CONTENT)
}

//! `POST /v1/held-messages/{id}/release`: sends a message that a plugin held back.

use axum::{
    Json,
    extract::{Path, State, rejection::PathRejection},
};
use serde_json::{Value, json};

use crate::{
    admin::{error::Error, router::Shared},
    model::{Context, MessageId},
};

pub(in crate::admin) async fn release(
    State(rooms): State<Shared>,
    id: Result<Path<MessageId>, PathRejection>,
) -> Result<Json<Value>, Error> {
    let Path(id) = id.map_err(Error::Path)?;
    let outcome = rooms.bus.release(&Context::admin(), id, None).await?;
    Ok(Json(json!({ "outcome": outcome })))
}

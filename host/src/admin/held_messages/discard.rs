//! `DELETE /v1/held-messages/{id}`: throws a message away that a plugin held back.

use axum::{
    extract::{Path, State, rejection::PathRejection},
    http::StatusCode,
};

use crate::{
    admin::{error::Error, router::Shared},
    model::MessageId,
};

pub(in crate::admin) async fn discard(
    State(rooms): State<Shared>,
    id: Result<Path<MessageId>, PathRejection>,
) -> Result<StatusCode, Error> {
    let Path(id) = id.map_err(Error::Path)?;
    rooms.bus.discard(id, None).await?;
    Ok(StatusCode::NO_CONTENT)
}

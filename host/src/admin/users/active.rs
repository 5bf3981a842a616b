//! `PUT /v1/users/{id}/active`: lets a user in again, or keeps it out and ends its sessions.

use axum::{
    extract::{Path, State, rejection::PathRejection},
    http::StatusCode,
};
use serde::Deserialize;

use crate::{
    admin::{error::Error, json::Body, router::Shared},
    model::{Context, UserId},
};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::admin) struct Active {
    active: bool,
}

pub(in crate::admin) async fn set_active(
    State(rooms): State<Shared>,
    id: Result<Path<UserId>, PathRejection>,
    Body(body): Body<Active>,
) -> Result<StatusCode, Error> {
    let Path(id) = id.map_err(Error::Path)?;
    rooms.bus.set_active(&Context::admin(), id, body.active).await?;
    Ok(StatusCode::NO_CONTENT)
}

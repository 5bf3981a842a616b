//! `PUT /v1/users/{id}/password`: sets a password and ends the user's sessions.

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
pub(in crate::admin) struct Password {
    password: String,
}

pub(in crate::admin) async fn set_password(
    State(rooms): State<Shared>,
    id: Result<Path<UserId>, PathRejection>,
    Body(body): Body<Password>,
) -> Result<StatusCode, Error> {
    let Path(id) = id.map_err(Error::Path)?;
    rooms.bus.set_password(&Context::admin(), id, body.password).await?;
    Ok(StatusCode::NO_CONTENT)
}

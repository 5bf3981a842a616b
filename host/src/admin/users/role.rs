//! `PUT /v1/users/{id}/role`: gives a user another of the configured roles.

use axum::{
    extract::{Path, State, rejection::PathRejection},
    http::StatusCode,
};
use serde::Deserialize;

use crate::{
    admin::{error::Error, json::Body, router::Shared},
    model::{Context, UserId, UserRoleId},
};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::admin) struct Role {
    role: UserRoleId,
}

pub(in crate::admin) async fn set_role(
    State(rooms): State<Shared>,
    id: Result<Path<UserId>, PathRejection>,
    Body(body): Body<Role>,
) -> Result<StatusCode, Error> {
    let Path(id) = id.map_err(Error::Path)?;
    rooms.bus.set_role(&Context::admin(), id, body.role).await?;
    Ok(StatusCode::NO_CONTENT)
}

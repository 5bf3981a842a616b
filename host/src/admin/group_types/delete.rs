//! `DELETE /v1/group-types/{id}`: removes a type that no group is of.

use axum::{
    extract::{Path, State, rejection::PathRejection},
    http::StatusCode,
};

use crate::{
    admin::{error::Error, router::Shared},
    model::{Context, GroupTypeId},
};

pub(in crate::admin) async fn delete(
    State(rooms): State<Shared>,
    id: Result<Path<GroupTypeId>, PathRejection>,
) -> Result<StatusCode, Error> {
    let Path(id) = id.map_err(Error::Path)?;
    rooms.bus.delete_group_type(&Context::admin(), id).await?;
    Ok(StatusCode::NO_CONTENT)
}

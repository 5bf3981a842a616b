//! `PUT /v1/group-types/{id}`: adds a type, or changes it for all groups of it.

use axum::{
    Json,
    extract::{Path, State, rejection::PathRejection},
};

use crate::{
    admin::{error::Error, json::Body, router::Shared},
    model::{Context, GroupTypeId, group::GroupType},
};

pub(in crate::admin) async fn put(
    State(rooms): State<Shared>,
    id: Result<Path<GroupTypeId>, PathRejection>,
    Body(body): Body<GroupType>,
) -> Result<Json<GroupType>, Error> {
    let Path(id) = id.map_err(Error::Path)?;
    let group_type = GroupType { id, ..body };
    rooms.bus.put_group_type(&Context::admin(), group_type.clone()).await?;
    Ok(Json(group_type))
}

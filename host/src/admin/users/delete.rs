//! `DELETE /v1/users/{id}` and `DELETE /v1/users`: marks users as deleted and ends their sessions.

use axum::{
    Json,
    extract::{Path, State, rejection::PathRejection},
    http::StatusCode,
};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::{
    admin::{error::Error, json::Body, router::Shared},
    model::{Context, UserId},
};

#[derive(Deserialize, Debug)]
#[serde(deny_unknown_fields)]
pub(in crate::admin) struct Ids {
    ids: Vec<UserId>,
}

pub(in crate::admin) async fn delete(
    State(rooms): State<Shared>,
    id: Result<Path<UserId>, PathRejection>,
) -> Result<StatusCode, Error> {
    let Path(id) = id.map_err(Error::Path)?;
    let deleted = rooms.bus.delete_users(&Context::admin(), &[id]).await?;
    if deleted.is_empty() { Err(Error::NotFound(format!("there is no user {id}"))) } else { Ok(StatusCode::NO_CONTENT) }
}

/// Answers those that were there.
pub(in crate::admin) async fn delete_many(
    State(rooms): State<Shared>,
    Body(body): Body<Ids>,
) -> Result<Json<Value>, Error> {
    let deleted = rooms.bus.delete_users(&Context::admin(), &body.ids).await?;
    Ok(Json(json!({ "ids": deleted })))
}

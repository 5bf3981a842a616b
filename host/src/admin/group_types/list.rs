//! `GET /v1/group-types`: all types, by id.

use axum::{Json, extract::State};
use serde_json::{Value, json};

use crate::admin::{error::Error, router::Shared};

pub(in crate::admin) async fn list(State(rooms): State<Shared>) -> Result<Json<Value>, Error> {
    let types = rooms.services.groups.list_types().await.map_err(|error| Error::Dispatch(error.into()))?;
    Ok(Json(json!({ "group_types": types })))
}

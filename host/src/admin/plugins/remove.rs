//! `DELETE /v1/plugins/{name}`: takes a plugin off its hooks and deletes its file and settings.

use axum::{
    extract::{Path, Query, State},
    http::StatusCode,
};
use serde::Deserialize;

use crate::admin::{error::Error, router::Shared};

#[derive(Deserialize, Debug)]
#[serde(deny_unknown_fields)]
pub(in crate::admin) struct Parameters {
    /// Also deletes what the plugin keeps in the key-value store.
    #[serde(default)]
    purge: bool,
}

pub(in crate::admin) async fn remove(
    State(rooms): State<Shared>,
    Path(name): Path<String>,
    parameters: Result<Query<Parameters>, axum::extract::rejection::QueryRejection>,
) -> Result<StatusCode, Error> {
    let Query(parameters) = parameters.map_err(Error::Query)?;
    rooms.plugins.remove(&name, parameters.purge).await?;
    Ok(StatusCode::NO_CONTENT)
}

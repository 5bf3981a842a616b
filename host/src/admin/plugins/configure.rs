//! `PUT /v1/plugins/{name}/config`: a new configuration, taken over by the same steps as a new version.

use axum::{
    Json,
    extract::{Path, State},
};
use serde_json::Value;

use crate::{
    admin::{error::Error, json::Body, router::Shared},
    dispatch::plugins::PluginStatus,
};

pub(in crate::admin) async fn configure(
    State(rooms): State<Shared>,
    Path(name): Path<String>,
    Body(config): Body<Value>,
) -> Result<Json<PluginStatus>, Error> {
    Ok(Json(rooms.plugins.configure(&name, config).await?))
}

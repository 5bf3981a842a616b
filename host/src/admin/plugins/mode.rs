//! `PUT /v1/plugins/{name}/mode`: how much of what a plugin decides is done.

use axum::{
    Json,
    extract::{Path, State},
};

use crate::{
    admin::{error::Error, json::Body, router::Shared},
    dispatch::plugins::PluginStatus,
    model::plugin::Mode,
};

pub(in crate::admin) async fn set_mode(
    State(rooms): State<Shared>,
    Path(name): Path<String>,
    Body(mode): Body<Mode>,
) -> Result<Json<PluginStatus>, Error> {
    Ok(Json(rooms.plugins.set_mode(&name, mode).await?))
}

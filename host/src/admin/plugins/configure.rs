//! `PUT /v1/plugins/{name}/config`: a new configuration, taken over by the same steps as a new version.

use axum::{
    Json,
    extract::{Path, State},
};
use serde_json::Value;

use crate::{
    admin::{error::Error, json::Body, router::Shared},
    dispatch::plugins::PluginStatus,
    model::Context,
};

pub(in crate::admin) async fn configure(
    State(rooms): State<Shared>,
    Path(name): Path<String>,
    Body(config): Body<Value>,
) -> Result<Json<PluginStatus>, Error> {
    let shown = rooms.plugins.shown(&name, &config).await.to_string();
    rooms.bus.judge_config(&Context::admin(), &name, &shown).await?;
    let status = rooms.plugins.configure(&name, config).await?;
    rooms.bus.config_changed(&name);
    Ok(Json(status))
}

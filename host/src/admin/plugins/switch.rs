//! `POST /v1/plugins/{name}/enable` and `POST /v1/plugins/{name}/disable`.

use axum::{
    Json,
    extract::{Path, State},
};

use crate::{
    admin::{error::Error, router::Shared},
    dispatch::plugins::PluginStatus,
};

pub(in crate::admin) async fn enable(
    State(rooms): State<Shared>,
    Path(name): Path<String>,
) -> Result<Json<PluginStatus>, Error> {
    Ok(Json(rooms.plugins.enable(&name).await?))
}

pub(in crate::admin) async fn disable(
    State(rooms): State<Shared>,
    Path(name): Path<String>,
) -> Result<Json<PluginStatus>, Error> {
    Ok(Json(rooms.plugins.disable(&name).await?))
}

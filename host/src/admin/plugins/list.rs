//! `GET /v1/plugins` and `GET /v1/plugins/{name}`.

use axum::{
    Json,
    extract::{Path, State},
};
use serde::Serialize;

use crate::{
    admin::{error::Error, router::Shared},
    dispatch::plugins::PluginStatus,
};

/// Every plugin, by name.
#[derive(Serialize, Debug)]
pub(in crate::admin) struct List {
    plugins: Vec<PluginStatus>,
}

pub(in crate::admin) async fn list(State(rooms): State<Shared>) -> Json<List> {
    Json(List { plugins: rooms.plugins.list().await })
}

pub(in crate::admin) async fn show(
    State(rooms): State<Shared>,
    Path(name): Path<String>,
) -> Result<Json<PluginStatus>, Error> {
    let mut plugins = rooms.plugins.list().await.into_iter();
    let found = plugins.find(|plugin| plugin.manifest.name == name);
    found.map(Json).ok_or_else(|| Error::NotFound(format!("there is no plugin `{name}`")))
}

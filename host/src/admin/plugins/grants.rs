//! `PUT /v1/plugins/{name}/grants`: what a plugin may do, from now on.

use axum::{
    Json,
    extract::{Path, State},
};
use serde::Deserialize;

use crate::{
    admin::{error::Error, json::Body, router::Shared},
    dispatch::plugins::PluginStatus,
};

#[derive(Deserialize, Debug)]
#[serde(deny_unknown_fields)]
pub(in crate::admin) struct Grants {
    /// All of them; what is not among them is taken back.
    grants: Option<Vec<String>>,
    /// Besides those that there are.
    #[serde(default)]
    add: Vec<String>,
}

pub(in crate::admin) async fn set_grants(
    State(rooms): State<Shared>,
    Path(name): Path<String>,
    Body(grants): Body<Grants>,
) -> Result<Json<PluginStatus>, Error> {
    let status = rooms.plugins.set_grants(&name, grants.grants, grants.add).await?;
    tracing::info!(target: "audit", plugin = name, grants = status.grants.join(" "), "plugin granted");
    Ok(Json(status))
}

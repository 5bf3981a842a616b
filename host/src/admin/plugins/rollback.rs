//! `POST /v1/plugins/{name}/rollback`: puts a version that ran before in the place of the one that runs.

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
pub(in crate::admin) struct Wanted {
    /// A version or the beginning of a hash; the version that ran before if absent.
    to: Option<String>,
}

pub(in crate::admin) async fn roll_back(
    State(rooms): State<Shared>,
    Path(name): Path<String>,
    Body(wanted): Body<Wanted>,
) -> Result<Json<PluginStatus>, Error> {
    let status = rooms.plugins.roll_back(&name, wanted.to.as_deref()).await?;
    tracing::info!(
        target: "audit",
        plugin = name,
        version = status.manifest.version,
        sha256 = status.manifest.sha256,
        "plugin rolled back"
    );
    Ok(Json(status))
}

//! `POST /v1/plugins`: installs a component, or replaces the version that runs.

use axum::{
    Json,
    extract::State,
    response::{IntoResponse as _, Response},
};

use super::upload::Upload;
use crate::{
    admin::{error::Error, router::Shared},
    dispatch::plugins::InstallOptions,
};

pub(in crate::admin) async fn install(State(rooms): State<Shared>, upload: Upload) -> Result<Response, Error> {
    if upload.dry_run {
        return Ok(Json(rooms.plugins.examine(upload.component).await?).into_response());
    }
    let options = InstallOptions { config: upload.config, grants: upload.grants, mode: upload.mode };
    let installed = rooms.plugins.install(upload.component, options).await?;
    tracing::info!(
        target: "audit",
        plugin = installed.manifest.name,
        version = installed.manifest.version,
        sha256 = installed.manifest.sha256,
        grants = installed.grants.join(" "),
        "plugin installed"
    );
    Ok(Json(installed).into_response())
}

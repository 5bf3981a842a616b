//! `GET /v1/plugins/{name}/versions`: what can be gone back to.

use axum::{
    Json,
    extract::{Path, State},
};
use serde::Serialize;

use crate::{
    admin::{error::Error, router::Shared},
    dispatch::plugins::KeptVersion,
};

/// The one that came to run last first.
#[derive(Serialize, Debug)]
pub(in crate::admin) struct List {
    versions: Vec<KeptVersion>,
}

pub(in crate::admin) async fn versions(
    State(rooms): State<Shared>,
    Path(name): Path<String>,
) -> Result<Json<List>, Error> {
    Ok(Json(List { versions: rooms.plugins.versions(&name).await? }))
}

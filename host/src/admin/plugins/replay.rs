//! `POST /v1/plugins/{name}/replay`: tells a plugin that observes again of what happened lately.

use std::time::Duration;

use axum::{
    Json,
    extract::{Path, State},
};
use serde::{Deserialize, Serialize};

use crate::{
    admin::{error::Error, json::Body, router::Shared},
    model::Timestamp,
};

#[derive(Deserialize, Debug)]
#[serde(deny_unknown_fields)]
pub(in crate::admin) struct Period {
    /// How far back to go.
    seconds: u64,
}

#[derive(Serialize, Debug)]
pub(in crate::admin) struct Replayed {
    /// What happened from then on is told again.
    from: Timestamp,
}

pub(in crate::admin) async fn replay(
    State(rooms): State<Shared>,
    Path(name): Path<String>,
    Body(period): Body<Period>,
) -> Result<Json<Replayed>, Error> {
    let from = rooms.plugins.replay(&name, Duration::from_secs(period.seconds)).await?;
    Ok(Json(Replayed { from }))
}

//! Probes, open to everybody: is the process alive, and does it take clients?

use axum::{Json, extract::State};
use serde_json::{Value, json};

use super::{error::Error, router::Shared};

/// The process answers.
pub(super) async fn alive() -> Json<Value> {
    Json(json!({ "status": "alive" }))
}

/// Everything has started, the plugins among it, and the server is not stopping.
pub(super) async fn ready(State(rooms): State<Shared>) -> Result<Json<Value>, Error> {
    if *rooms.ready.borrow() { Ok(Json(json!({ "status": "ready" }))) } else { Err(Error::NotReady) }
}

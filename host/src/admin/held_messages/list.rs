//! `GET /v1/held-messages`: what waits for a decision.

use axum::{
    Json,
    extract::{Query, State, rejection::QueryRejection},
};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde::{Deserialize, Serialize};

use crate::{
    admin::{error::Error, router::Shared},
    model::{
        MessageId, Timestamp, UserId,
        held::{HeldMessage, HeldQuery},
        message::Target,
    },
};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::admin) struct Parameters {
    plugin: Option<String>,
    after: Option<i64>,
    #[serde(default = "most")]
    limit: u32,
}

const fn most() -> u32 {
    100
}

/// By id.
#[derive(Serialize)]
pub(in crate::admin) struct List {
    messages: Vec<Held>,
}

#[derive(Serialize)]
struct Held {
    id: MessageId,
    sender: UserId,
    target: Target,
    text: Option<String>,
    /// Base64.
    records: Vec<String>,
    plugin: String,
    reason: Option<String>,
    date: Timestamp,
    until: Timestamp,
}

pub(in crate::admin) async fn list(
    State(rooms): State<Shared>,
    parameters: Result<Query<Parameters>, QueryRejection>,
) -> Result<Json<List>, Error> {
    let Query(Parameters { plugin, after, limit }) = parameters.map_err(Error::Query)?;
    let query = HeldQuery { plugin, after: after.map(MessageId), limit };
    let messages = rooms.bus.list_held(query).await?.into_iter().map(held).collect();
    Ok(Json(List { messages }))
}

fn held(message: HeldMessage) -> Held {
    let HeldMessage { id, sender, draft, hold, date, key: _ } = message;
    let records = draft.records.iter().map(|record| STANDARD.encode(record)).collect();
    let (target, text) = (draft.target, draft.text);
    Held { id, sender, target, text, records, plugin: hold.plugin, reason: hold.reason, date, until: hold.until }
}

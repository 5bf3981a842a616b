//! `DELETE /v1/messages`: takes the content of messages away, and the messages out of whatever shows them.

use axum::{Json, extract::State};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::{
    admin::{error::Error, json::Body, router::Shared},
    model::{Context, MessageId},
};

#[derive(Deserialize, Debug)]
#[serde(deny_unknown_fields)]
pub(in crate::admin) struct Ids {
    ids: Vec<MessageId>,
}

/// Answers those that were there.
pub(in crate::admin) async fn delete_many(
    State(rooms): State<Shared>,
    Body(body): Body<Ids>,
) -> Result<Json<Value>, Error> {
    let deleted = rooms.bus.delete_messages(&Context::admin(), &body.ids).await?;
    Ok(Json(json!({ "ids": deleted })))
}

//! `GET /v1/plugins/{name}/logs`: what a plugin has said lately, and with `follow=true` what it says from then on, a
//! line of JSON for each.

use std::convert::Infallible;

use axum::{
    Json,
    body::{Body, Bytes},
    extract::{Path, Query, State, rejection::QueryRejection},
    http::header::CONTENT_TYPE,
    response::{IntoResponse as _, Response},
};
use futures_util::stream;
use serde::Deserialize;
use serde_json::json;

use crate::{
    admin::{error::Error, router::Shared},
    dispatch::logs::{LogBatch, LogLevel},
};

const TAIL: usize = 100;

#[derive(Deserialize, Debug)]
#[serde(deny_unknown_fields)]
pub(in crate::admin) struct Parameters {
    /// How many lines from before; 100 unless it says otherwise.
    tail: Option<usize>,
    /// And those that are more serious; all if absent.
    level: Option<LogLevel>,
    #[serde(default)]
    follow: bool,
}

pub(in crate::admin) async fn logs(
    State(rooms): State<Shared>,
    Path(name): Path<String>,
    parameters: Result<Query<Parameters>, QueryRejection>,
) -> Result<Response, Error> {
    let Query(Parameters { tail, level, follow }) = parameters.map_err(Error::Query)?;
    let mut reader = rooms.plugins.logs(&name, level.unwrap_or(LogLevel::Trace), tail.unwrap_or(TAIL)).await?;
    if follow {
        // It is asked for more only when the client has read: what goes meanwhile is counted.
        let lines = stream::unfold((reader, rooms), async |(mut reader, rooms)| {
            let batch = rooms.plugins.until_stopped(reader.follow()).await??;
            Some((Ok::<_, Infallible>(lines(&batch)), (reader, rooms)))
        });
        return Ok(([(CONTENT_TYPE, "application/x-ndjson")], Body::from_stream(lines)).into_response());
    }
    let mut lines = Vec::new();
    loop {
        let batch = reader.take();
        if batch.lines.is_empty() {
            return Ok(Json(json!({ "lines": lines })).into_response());
        }
        lines.extend(batch.lines.iter().map(|line| json!(&**line)));
    }
}

fn lines(batch: &LogBatch) -> Bytes {
    let mut text = String::new();
    if batch.missed > 0 {
        text += &json!({ "missed": batch.missed }).to_string();
        text.push('\n');
    }
    for line in &batch.lines {
        text += &json!(&**line).to_string();
        text.push('\n');
    }
    text.into()
}

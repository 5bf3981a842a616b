//! `GET /v1/plugins/{name}/recording`: what a plugin is asked from then on and what it answers, a line of JSON for each
//! call, until the client goes away.

use std::convert::Infallible;

use axum::{
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
    dispatch::recordings::{Recorder, RecorderBatch},
};

#[derive(Deserialize, Debug)]
#[serde(deny_unknown_fields)]
pub(in crate::admin) struct Parameters {
    /// Names with commas between them; all hooks if absent.
    hooks: Option<String>,
}

pub(in crate::admin) async fn record(
    State(rooms): State<Shared>,
    Path(name): Path<String>,
    parameters: Result<Query<Parameters>, QueryRejection>,
) -> Result<Response, Error> {
    let Query(Parameters { hooks }) = parameters.map_err(Error::Query)?;
    let hooks: Vec<_> = hooks.iter().flat_map(|hooks| hooks.split(',')).collect();
    let recorder = rooms.plugins.record(&name, &hooks).await?;
    let open = Open::new(recorder, name);
    // It is asked for more only when the client has read: what is too much meanwhile is counted.
    let lines = stream::unfold((open, rooms), async |(mut open, rooms)| {
        let batch = rooms.plugins.until_stopped(open.recorder.follow()).await??;
        Some((Ok::<_, Infallible>(lines(&batch)), (open, rooms)))
    });
    Ok(([(CONTENT_TYPE, "application/x-ndjson")], Body::from_stream(lines)).into_response())
}

/// Says in the log when it is over: what goes out are people's messages.
struct Open {
    recorder: Recorder,
    plugin: String,
}

impl Open {
    fn new(recorder: Recorder, plugin: String) -> Self {
        tracing::info!(plugin, "what the plugin is asked is being recorded, with the content of messages");
        Self { recorder, plugin }
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        tracing::info!(plugin = self.plugin, "the plugin is no longer recorded");
    }
}

fn lines(batch: &RecorderBatch) -> Bytes {
    let mut text = String::new();
    for line in &batch.lines {
        text += line;
        text.push('\n');
    }
    if batch.missed > 0 {
        text += &json!({ "missed": batch.missed }).to_string();
        text.push('\n');
    }
    text.into()
}

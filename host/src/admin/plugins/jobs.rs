//! `/v1/plugins/{name}/jobs`: what a plugin has left for later, and what is done about jobs that are dead.

use axum::{
    Json,
    extract::{
        Path, Query, State,
        rejection::{PathRejection, QueryRejection},
    },
};
use serde::{Deserialize, Serialize};

use crate::{
    admin::{error::Error, router::Shared},
    model::job::{DeadJobs, JobPage, JobRecord, JobState},
};

const USUAL_LIMIT: u32 = 100;
const MOST: u32 = 1000;

#[derive(Deserialize, Debug)]
#[serde(deny_unknown_fields)]
pub(in crate::admin) struct Parameters {
    /// All of them, when absent.
    state: Option<JobState>,
    /// The id of the last one that is known.
    after: Option<i64>,
    limit: Option<u32>,
}

/// By their ids.
#[derive(Serialize, Debug)]
pub(in crate::admin) struct List {
    jobs: Vec<JobRecord>,
}

#[derive(Serialize, Debug)]
pub(in crate::admin) struct Retried {
    retried: usize,
}

#[derive(Serialize, Debug)]
pub(in crate::admin) struct Discarded {
    discarded: usize,
}

pub(in crate::admin) async fn list(
    State(rooms): State<Shared>,
    Path(plugin): Path<String>,
    parameters: Result<Query<Parameters>, QueryRejection>,
) -> Result<Json<List>, Error> {
    let Query(Parameters { state, after, limit }) = parameters.map_err(Error::Query)?;
    let limit = limit.unwrap_or(USUAL_LIMIT).min(MOST);
    Ok(Json(List { jobs: rooms.plugins.jobs(JobPage { plugin, state, after, limit }).await? }))
}

/// Of one.
pub(in crate::admin) async fn retry(
    State(rooms): State<Shared>,
    path: Result<Path<(String, i64)>, PathRejection>,
) -> Result<Json<Retried>, Error> {
    let Path((name, id)) = path.map_err(Error::Path)?;
    Ok(Json(Retried { retried: rooms.plugins.retry_jobs(&name, DeadJobs::One(id)).await? }))
}

pub(in crate::admin) async fn retry_all(
    State(rooms): State<Shared>,
    Path(name): Path<String>,
) -> Result<Json<Retried>, Error> {
    Ok(Json(Retried { retried: rooms.plugins.retry_jobs(&name, DeadJobs::All).await? }))
}

/// Of one.
pub(in crate::admin) async fn discard(
    State(rooms): State<Shared>,
    path: Result<Path<(String, i64)>, PathRejection>,
) -> Result<Json<Discarded>, Error> {
    let Path((name, id)) = path.map_err(Error::Path)?;
    Ok(Json(Discarded { discarded: rooms.plugins.discard_jobs(&name, DeadJobs::One(id)).await? }))
}

pub(in crate::admin) async fn discard_all(
    State(rooms): State<Shared>,
    Path(name): Path<String>,
) -> Result<Json<Discarded>, Error> {
    Ok(Json(Discarded { discarded: rooms.plugins.discard_jobs(&name, DeadJobs::All).await? }))
}

//! `GET /metrics`, for Prometheus.

use axum::{
    extract::State,
    http::header::CONTENT_TYPE,
    response::{IntoResponse, Response},
};

use super::router::Shared;

/// What was counted, in the text format of Prometheus.
pub(super) async fn render(State(rooms): State<Shared>) -> Response {
    ([(CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], rooms.metrics.render()).into_response()
}

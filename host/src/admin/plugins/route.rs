//! What plugins answer the operator over HTTP.

use std::net::SocketAddr;

use axum::{
    extract::{ConnectInfo, Request, State},
    response::Response,
};

use crate::{admin::router::Shared, http::Door};

/// Any path of a plugin, whomever it is for.
pub(in crate::admin) async fn route(
    State(rooms): State<Shared>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    request: Request,
) -> Response {
    rooms.routes.answer(Door::Admin, peer.ip(), request).await
}

//! What happens around every request: the token is checked, and what was asked is written down.

use std::{
    net::{IpAddr, SocketAddr},
    time::Instant,
};

use axum::{
    extract::{ConnectInfo, Request, State},
    http::{Method, header},
    middleware::Next,
    response::{IntoResponse, Response},
};

use super::{error::Error, router::Shared};
use crate::model::Context;

/// Only whoever knows the token comes through.
pub(super) async fn authorize(State(rooms): State<Shared>, request: Request, next: Next) -> Response {
    let given = request.headers().get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    let token =
        given.and_then(|value| value.split_once(' ')).filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"));
    match token {
        Some((_, token)) if rooms.token.is(token.trim()) => next.run(request).await,
        _ => Error::Unauthorized.into_response(),
    }
}

/// One line for each request. Queries and bodies may hold secrets, so they are left out.
pub(super) async fn log(request: Request, next: Next) -> Response {
    let (method, path, peer) = (request.method().clone(), request.uri().path().to_owned(), peer(&request));
    let start = Instant::now();
    let response = next.run(request).await;
    let (status, microseconds) = (response.status().as_u16(), start.elapsed().as_micros());
    // Probes come every few seconds and would hide the rest.
    if method == Method::GET {
        tracing::debug!(%method, path, status, peer, microseconds, "admin request");
    } else {
        tracing::info!(%method, path, status, peer, microseconds, "admin request");
    }
    response
}

/// The audit trail: who changed what, and whether it was done. Its target is `audit`, so that it can be kept apart. Plugins
/// are asked before, and told afterwards.
pub(super) async fn audit(State(rooms): State<Shared>, request: Request, next: Next) -> Response {
    if matches!(*request.method(), Method::GET | Method::HEAD) {
        return next.run(request).await;
    }
    let (method, path, peer) = (request.method().clone(), request.uri().path().to_owned(), peer(&request));
    let name = format!("{method} {path}");
    // Whatever a plugin thinks of it, plugins can be disabled and removed: it may be this very one.
    let is_judged = !path.starts_with("/v1/plugins");
    let context = Context { ip: address(&request), ..Context::admin() };
    let response = match rooms.bus.judge_action(&context, &name).await {
        Err(error) if is_judged => Error::from(error).into_response(),
        Ok(()) | Err(_) => next.run(request).await,
    };
    rooms.bus.action_done(&name, response.status().as_u16());
    let (status, done) = (response.status().as_u16(), response.status().is_success());
    tracing::info!(target: "audit", actor = "admin", %method, path, status, done, peer, "administrative action");
    response
}

fn peer(request: &Request) -> Option<String> {
    address(request).map(|ip| ip.to_string())
}

fn address(request: &Request) -> Option<IpAddr> {
    request.extensions().get::<ConnectInfo<SocketAddr>>().map(|ConnectInfo(address)| address.ip().to_canonical())
}

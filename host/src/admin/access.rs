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
use tokio_util::task::TaskTracker;

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

/// What changes something comes to its end even when whoever asked hangs up: half done it would be neither done nor
/// undone, and in no audit trail.
pub(super) async fn complete(State(tasks): State<TaskTracker>, request: Request, next: Next) -> Response {
    if changes_nothing(request.method()) {
        return next.run(request).await;
    }
    tasks.spawn(next.run(request)).await.unwrap_or_else(|error| Error::BrokeOff(error).into_response())
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

/// The audit trail: who changed what, and whether it was done. Its target is `audit`, so that it can be kept apart.
/// Plugins are asked before, and told afterwards.
pub(super) async fn audit(State(rooms): State<Shared>, request: Request, next: Next) -> Response {
    if changes_nothing(request.method()) {
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

fn changes_nothing(method: &Method) -> bool {
    matches!(*method, Method::GET | Method::HEAD)
}

fn peer(request: &Request) -> Option<String> {
    address(request).map(|ip| ip.to_string())
}

fn address(request: &Request) -> Option<IpAddr> {
    request.extensions().get::<ConnectInfo<SocketAddr>>().map(|ConnectInfo(address)| address.ip().to_canonical())
}

#[cfg(test)]
mod tests {
    use std::{sync::Arc, time::Duration};

    use axum::{Router, middleware, routing::any};
    use tokio::{
        io::AsyncWriteExt as _,
        net::{TcpListener, TcpStream},
        sync::Notify,
        time::timeout,
    };

    use super::*;

    /// Tells when it is dropped.
    struct Dropped(Arc<Notify>);

    impl Drop for Dropped {
        fn drop(&mut self) {
            self.0.notify_one();
        }
    }

    /// Whether a request is handled to its end whose sender hangs up meanwhile. It may be broken off within so long.
    async fn is_completed(method: &str, patience: Duration) -> bool {
        let [begun, go, done, dropped] = [(); 4].map(|()| Arc::new(Notify::new()));
        let handler = {
            let [begun, go, done, dropped] = [&begun, &go, &done, &dropped].map(Arc::clone);
            async move || {
                let _dropped = Dropped(dropped);
                begun.notify_one();
                go.notified().await;
                done.notify_one();
            }
        };
        let tasks = TaskTracker::new();
        let router =
            Router::new().route("/", any(handler)).layer(middleware::from_fn_with_state(tasks.clone(), complete));
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let mut client = TcpStream::connect(listener.local_addr().unwrap()).await.unwrap();
        let server = tasks.spawn(async move { axum::serve(listener, router).await.unwrap() });
        client.write_all(format!("{method} / HTTP/1.1\r\nhost: a\r\n\r\n").as_bytes()).await.unwrap();
        begun.notified().await;
        drop(client);
        let is_broken_off = timeout(patience, dropped.notified()).await.is_ok();
        go.notify_one();
        let is_completed = !is_broken_off && timeout(Duration::from_secs(30), done.notified()).await.is_ok();
        server.abort();
        is_completed
    }

    #[tokio::test]
    async fn what_changes_something_comes_to_its_end() {
        assert!(is_completed("DELETE", Duration::from_millis(300)).await);
        assert!(!is_completed("GET", Duration::from_secs(30)).await);
    }
}

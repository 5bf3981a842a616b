//! All routes in one place, and what stands before them.

use std::sync::Arc;

use axum::{
    Router,
    extract::DefaultBodyLimit,
    middleware,
    routing::{any, delete, get, post, put},
};

use crate::http::PREFIX;

use super::{
    Limits, Rooms, access, error, group_types, groups, health, held_messages, messages, metrics, plugins, users,
};

/// What the parts of a multipart body may take besides the component.
const MULTIPART_OVERHEAD: usize = 1024 * 1024;

/// Shared by all handlers.
pub(super) type Shared = Arc<Rooms>;

pub(super) fn router(rooms: Rooms, limits: Limits) -> Router {
    let rooms = Arc::new(rooms);
    let component = DefaultBodyLimit::max(limits.component.saturating_add(MULTIPART_OVERHEAD));
    let behind_token = Router::new()
        .route("/metrics", get(metrics::render))
        .route("/v1/plugins", get(plugins::list).merge(post(plugins::install).layer(component)))
        .route("/v1/plugins/{name}", get(plugins::show).delete(plugins::remove))
        .route("/v1/plugins/{name}/enable", post(plugins::enable))
        .route("/v1/plugins/{name}/disable", post(plugins::disable))
        .route("/v1/plugins/{name}/grants", put(plugins::set_grants))
        .route("/v1/plugins/{name}/jobs", get(plugins::list_jobs).delete(plugins::discard_jobs))
        .route("/v1/plugins/{name}/jobs/retry", post(plugins::retry_jobs))
        .route("/v1/plugins/{name}/jobs/{id}", delete(plugins::discard_job))
        .route("/v1/plugins/{name}/jobs/{id}/retry", post(plugins::retry_job))
        .route("/v1/plugins/{name}/logs", get(plugins::logs))
        .route("/v1/plugins/{name}/recording", get(plugins::record))
        .route("/v1/plugins/{name}/mode", put(plugins::set_mode))
        .route("/v1/plugins/{name}/replay", post(plugins::replay))
        .route("/v1/plugins/{name}/versions", get(plugins::versions))
        .route("/v1/plugins/{name}/rollback", post(plugins::roll_back))
        .route("/v1/plugins/{name}/config", put(plugins::configure))
        .route(&format!("{PREFIX}{{*path}}"), any(plugins::route).layer(DefaultBodyLimit::disable()))
        .route("/v1/users", post(users::create).delete(users::delete_many))
        .route("/v1/users/{id}", delete(users::delete))
        .route("/v1/users/{id}/active", put(users::set_active))
        .route("/v1/users/{id}/password", put(users::set_password))
        .route("/v1/users/{id}/role", put(users::set_role))
        .route("/v1/group-types", get(group_types::list))
        .route("/v1/group-types/{id}", put(group_types::put).delete(group_types::delete))
        .route("/v1/groups", post(groups::create))
        .route("/v1/messages", delete(messages::delete_many))
        .route("/v1/held-messages", get(held_messages::list))
        .route("/v1/held-messages/{id}", delete(held_messages::discard))
        .route("/v1/held-messages/{id}/release", post(held_messages::release))
        .fallback(error::no_route)
        .method_not_allowed_fallback(error::wrong_method)
        // An inner layer of the same kind wins, so that a component may be larger.
        .layer(DefaultBodyLimit::max(limits.json))
        .layer(middleware::from_fn_with_state(Arc::clone(&rooms), access::audit))
        .layer(middleware::from_fn_with_state(rooms.tasks.clone(), access::complete))
        .layer(middleware::from_fn_with_state(Arc::clone(&rooms), access::authorize));
    let open = Router::new()
        .route("/healthz", get(health::alive))
        .route("/readyz", get(health::ready))
        .method_not_allowed_fallback(error::wrong_method);
    behind_token.merge(open).layer(middleware::from_fn(access::log)).with_state(rooms)
}

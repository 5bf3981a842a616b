//! A request on its way to a plugin.

use std::{net::IpAddr, sync::Arc, time::Duration};

use axum::{
    body,
    extract::Request,
    http::{
        HeaderMap,
        header::{AUTHORIZATION, CONTENT_LENGTH},
    },
    response::{IntoResponse as _, Response},
};
use bytes::Bytes;
use tokio::time::Instant;
use tokio_util::task::TaskTracker;

use super::{
    credentials,
    logins::Logins,
    reply::{Refusal, response},
    turns::{Exhausted, Turns},
};
use crate::{
    config::{self, RouteAccess},
    dispatch::{Bus, HttpRequest, RouteError},
    model::{Context, Origin, UserId, network},
};

/// What leads to the routes of all plugins.
pub(crate) const PREFIX: &str = "/plugins/";
/// The user who has logged in; and where the plugin is, for links to itself.
const USER: &str = "x-talaria-user";
const MOUNT: &str = "x-forwarded-prefix";
/// What observers of failed logins are told: the HTTP status.
const UNAUTHORIZED: i32 = 401;

/// Which way a request came.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Door {
    /// The listener for everybody.
    Public,
    /// The admin interface, after its token.
    Admin,
}

/// The routes of all plugins.
pub struct Routes {
    bus: Arc<Bus>,
    config: config::Http,
    turns: Arc<Turns<IpAddr>>,
    /// Of the operator, whom a crowd of strangers must not keep out.
    operator_turns: Arc<Turns<IpAddr>>,
    logins: Logins,
    /// Where plugins answer, also when nobody waits any more.
    tasks: TaskTracker,
}

impl Routes {
    #[must_use]
    pub fn new(bus: Arc<Bus>, config: config::Http, tasks: TaskTracker) -> Self {
        let turns = Turns::new(config.max_requests, config.max_requests_per_address);
        let operator_turns = Turns::new(config.max_requests, config.max_requests);
        let logins = Logins::new(config.login_rate);
        Self { bus, config, turns, operator_turns, logins, tasks }
    }

    /// The answer to a request, whatever becomes of it.
    pub(crate) async fn answer(&self, door: Door, peer: IpAddr, request: Request) -> Response {
        let answer = self.carry_out(door, peer, request).await;
        let response = answer.unwrap_or_else(|refusal| {
            tracing::debug!(%peer, ?refusal, "a request to a plugin is refused");
            refusal.into_response()
        });
        let status = response.status().as_u16().to_string();
        metrics::counter!("talaria_http_requests_total", "status" => status).increment(1);
        response
    }

    async fn carry_out(&self, door: Door, peer: IpAddr, request: Request) -> Result<Response, Refusal> {
        let (head, body) = request.into_parts();
        let (name, path) = split(head.uri.path()).ok_or(Refusal::NotFound)?;
        let route = self.bus.find_route(name, path).ok_or(Refusal::NotFound)?;
        let needs_login = match (door, route.access) {
            (_, RouteAccess::Off) | (Door::Public, RouteAccess::Admin) => return Err(Refusal::NotFound),
            (Door::Public, RouteAccess::User) => true,
            (Door::Public, RouteAccess::Public)
            | (Door::Admin, RouteAccess::Public | RouteAccess::User | RouteAccess::Admin) => false,
        };
        let turns = if door == Door::Admin { &self.operator_turns } else { &self.turns };
        let turn = turns.take(network(peer)).map_err(|exhausted| match exhausted {
            Exhausted::Own => Refusal::TooMany,
            Exhausted::All => Refusal::Busy,
        })?;
        let size: usize = head.headers.iter().map(|(name, value)| name.as_str().len() + value.len()).sum();
        if size > self.config.max_header_bytes {
            return Err(Refusal::HeadersTooLarge);
        }
        let mut context = Context { ip: Some(peer), ..Context::admin() };
        if door == Door::Public {
            context.origin = Origin::Client;
        }
        if needs_login {
            context.actor = self.log_in(&context, &head.headers).await?;
        }
        let access = route.access;
        // Bytes may come slowly, and meanwhile the plugin may be replaced or removed.
        drop(route);
        let body = self.read(&head.headers, body).await?;
        let route = self.bus.find_route(name, path).filter(|route| route.access == access).ok_or(Refusal::NotFound)?;
        let target = head.uri.query().map_or_else(|| path.to_owned(), |query| format!("{path}?{query}"));
        // What lets somebody in here is nothing that a plugin should know.
        let keeps_credentials = door == Door::Public && route.access == RouteAccess::Public;
        let headers = headers(&head.headers, keeps_credentials, needs_login.then_some(context.actor), name);
        let request = HttpRequest { method: head.method.as_str().to_owned(), target, headers, body };
        let bus = Arc::clone(&self.bus);
        // A client that hangs up does not end it: a plugin that is left in the middle of a call loses what it has in
        // memory. Its turn is taken for as long.
        let answered = async move { (bus.answer(&context, &route, request).await, turn) };
        let failed = Refusal::Plugin(RouteError::Failed);
        let (answer, turn) = self.tasks.spawn(answered).await.map_err(|_| failed)?;
        response(answer.map_err(Refusal::Plugin)?, turn).ok_or(failed)
    }

    /// By the same rules as a login of a client, plugins included.
    async fn log_in(&self, context: &Context, headers: &HeaderMap) -> Result<UserId, Refusal> {
        let login = credentials::read(headers).ok_or(Refusal::Unauthorized)?;
        let ip = context.ip.ok_or(Refusal::Unauthorized)?;
        if !self.logins.take(ip, Instant::now().into_std()) {
            return Err(Refusal::TooManyLogins);
        }
        let context = Context { actor: login.user, device: Some(login.device), ..context.clone() };
        self.bus.check_login(&context, &login).await.map_err(|error| {
            self.bus.login_failed(&login, ip, UNAUTHORIZED);
            tracing::debug!(user = %login.user, %ip, "a login over HTTP is refused: {error}");
            Refusal::Unauthorized
        })?;
        Ok(login.user)
    }

    async fn read(&self, headers: &HeaderMap, body: body::Body) -> Result<Bytes, Refusal> {
        let (most, limit) = (self.config.max_body_bytes, Duration::from_secs(self.config.body_timeout_seconds));
        let length = headers.get(CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse::<usize>().ok());
        if length.is_some_and(|length| length > most) {
            return Err(Refusal::BodyTooLarge);
        }
        match tokio::time::timeout(limit, body::to_bytes(body, most)).await {
            Ok(Ok(body)) => Ok(body),
            // Without a length it is too large, mostly.
            Ok(Err(_)) if length.is_none() => Err(Refusal::BodyTooLarge),
            Ok(Err(_)) => Err(Refusal::BadBody),
            Err(_) => Err(Refusal::BodyLate),
        }
    }
}

/// The plugin's name and what follows it.
fn split(path: &str) -> Option<(&str, &str)> {
    let path = path.strip_prefix(PREFIX)?;
    let (name, _) = path.split_once('/').unwrap_or((path, ""));
    let rest = &path[name.len()..];
    Some((name, if rest.is_empty() { "/" } else { rest }))
}

/// What the plugin is told, without what a client might pretend.
fn headers(given: &HeaderMap, keeps_credentials: bool, user: Option<UserId>, plugin: &str) -> Vec<(String, Bytes)> {
    let is_passed = |name: &str| name != USER && name != MOUNT && (keeps_credentials || name != AUTHORIZATION.as_str());
    let given = given.iter().filter(|(name, _)| is_passed(name.as_str()));
    let given = given.map(|(name, value)| (name.as_str().to_owned(), Bytes::copy_from_slice(value.as_bytes())));
    let mount = (MOUNT.to_owned(), Bytes::from(format!("{PREFIX}{plugin}")));
    let user = user.map(|user| (USER.to_owned(), Bytes::from(user.0.to_string())));
    given.chain([mount]).chain(user).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_has_a_plugin_and_a_rest() {
        assert_eq!(split("/plugins/poll"), Some(("poll", "/")));
        assert_eq!(split("/plugins/poll/"), Some(("poll", "/")));
        assert_eq!(split("/plugins/poll/a/b"), Some(("poll", "/a/b")));
        assert_eq!(split("/plugin/poll"), None);
    }

    #[test]
    fn a_client_cannot_pretend_to_be_somebody() {
        let given = [("x-talaria-user", "7"), ("X-Talaria-User", "8"), ("authorization", "Basic x"), ("accept", "*/*")];
        let given: HeaderMap =
            given.map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap())).into_iter().collect();
        let told = |keeps, user| {
            let headers = headers(&given, keeps, user, "poll");
            headers
                .into_iter()
                .map(|(name, value)| format!("{name}: {}", String::from_utf8_lossy(&value)))
                .collect::<Vec<_>>()
        };
        assert_eq!(told(true, None), ["authorization: Basic x", "accept: */*", "x-forwarded-prefix: /plugins/poll"]);
        let user = told(false, Some(UserId(1)));
        assert_eq!(user, ["accept: */*", "x-forwarded-prefix: /plugins/poll", "x-talaria-user: 1"]);
    }
}

//! What the configuration may say.

use serde::Deserialize;
use talaria_sdk::secrets;

use crate::endpoint::Endpoint;

/// Every event that can be told.
pub(crate) const KINDS: &[&str] = &[
    "message.persisted",
    "message.edited",
    "message.recalled",
    "message.delivered",
    "message.dropped",
    "message.held",
    "message.deleted",
    "message.read",
    "message.reacted",
    "message.expired",
    "user.created",
    "user.updated",
    "user.deleted",
    "user.settings-changed",
    "presence.changed",
    "relation.requested",
    "relation.answered",
    "relation.created",
    "relation.updated",
    "relation.deleted",
    "group.created",
    "group.updated",
    "group.transferred",
    "group.deleted",
    "member.joined",
    "member.left",
    "member.updated",
    "member.invited",
    "member.applied",
    "member.answered",
    "resource.uploaded",
    "resource.deleted",
    "session.opened",
    "session.closed",
    "session.taken-over",
    "session.kicked",
    "auth.login-failed",
];

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Settings {
    endpoints: Vec<EndpointSettings>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct EndpointSettings {
    url: String,
    /// Names of events, `message.*`, or `*`.
    #[serde(default = "everything")]
    events: Vec<String>,
    /// The name of the secret that requests are signed with.
    #[serde(default = "signing")]
    secret: String,
    #[serde(default = "five_seconds")]
    timeout_ms: u32,
    #[serde(default = "hundred")]
    max_events: usize,
    #[serde(default)]
    on_refusal: OnRefusal,
}

/// What becomes of events that the endpoint will not have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum OnRefusal {
    /// They are logged and counted, and the next ones are sent.
    #[default]
    Drop,
    /// They are sent again until they are taken.
    Retry,
}

fn everything() -> Vec<String> {
    vec!["*".to_owned()]
}

fn signing() -> String {
    "signing".to_owned()
}

fn five_seconds() -> u32 {
    5000
}

fn hundred() -> usize {
    100
}

impl Settings {
    pub(crate) fn endpoints(self) -> Result<Vec<Endpoint>, String> {
        if self.endpoints.is_empty() {
            return Err("endpoints: at least one is wanted".to_owned());
        }
        let mut made: Vec<Endpoint> = Vec::with_capacity(self.endpoints.len());
        for (index, settings) in self.endpoints.into_iter().enumerate() {
            let endpoint = settings.endpoint().map_err(|error| format!("endpoints[{index}].{error}"))?;
            if made.iter().any(|other| other.url == endpoint.url) {
                // What an endpoint has taken is noted under its URL.
                return Err(format!("endpoints[{index}].url: it is there twice"));
            }
            made.push(endpoint);
        }
        Ok(made)
    }
}

impl EndpointSettings {
    fn endpoint(self) -> Result<Endpoint, String> {
        let Some(host) = host(&self.url) else {
            return Err("url: neither http:// nor https:// with a host".to_owned());
        };
        if self.url.len() > 400 {
            return Err("url: longer than 400 bytes".to_owned());
        }
        if !(100..=8000).contains(&self.timeout_ms) {
            return Err("timeout_ms: from 100 to 8000".to_owned());
        }
        if !(1..=1000).contains(&self.max_events) {
            return Err("max_events: from 1 to 1000".to_owned());
        }
        let mut kinds = Vec::new();
        for pattern in &self.events {
            let matching = KINDS.iter().copied().filter(|kind| matches(pattern, kind));
            let before = kinds.len();
            kinds.extend(matching);
            if kinds.len() == before {
                return Err(format!(
                    "events: {pattern:?} is no event; there are {}, and message.* and so on",
                    KINDS.join(", ")
                ));
            }
        }
        let Some(key) = secrets::get(&self.secret).filter(|secret| !secret.is_empty()) else {
            return Err(format!(
                "secret: the operator has given no secret {:?} (plugins.secrets.webhook)",
                self.secret
            ));
        };
        Ok(Endpoint {
            host: host.to_owned(),
            url: self.url,
            kinds,
            key,
            timeout_ms: self.timeout_ms,
            max_events: self.max_events,
            on_refusal: self.on_refusal,
        })
    }
}

fn matches(pattern: &str, kind: &str) -> bool {
    match pattern.strip_suffix('*') {
        Some("") => true,
        Some(family) => family.ends_with('.') && kind.starts_with(family),
        None => pattern == kind,
    }
}

/// Host and port; logs name no more of a URL, as the rest may hold a password.
fn host(url: &str) -> Option<&str> {
    let rest = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"))?;
    let authority = rest.split(['/', '?', '#']).next()?;
    let host = authority.rsplit('@').next()?;
    (!host.is_empty()).then_some(host)
}

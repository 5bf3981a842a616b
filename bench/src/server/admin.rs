//! The admin API, as far as it is needed here.

use std::time::Duration;

use anyhow::Context as _;
use reqwest::{Body, Response, StatusCode};
use serde::{Deserialize, Serialize};

/// Hashing passwords takes the server its time.
const TIMEOUT: Duration = Duration::from_secs(300);
/// Users of one request.
const USERS: usize = 1000;

/// Asks the server as its operator.
#[derive(Clone, Debug)]
pub(crate) struct Admin {
    base: String,
    token: String,
    http: reqwest::Client,
}

/// A user to make.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct NewUser {
    pub(crate) id: i64,
    pub(crate) password: String,
    pub(crate) name: String,
}

#[derive(Serialize)]
struct NewUsers<'a> {
    users: &'a [NewUser],
}

#[derive(Deserialize)]
struct Refusal {
    message: String,
}

impl Admin {
    pub(super) fn new(base: &str, token: &str) -> Self {
        Self { base: base.trim_end_matches('/').to_owned(), token: token.to_owned(), http: reqwest::Client::new() }
    }

    /// Makes users; those that exist stay as they are.
    pub(crate) async fn create_users(&self, users: &[NewUser]) -> anyhow::Result<()> {
        for users in users.chunks(USERS) {
            let body = serde_json::to_vec(&NewUsers { users })?;
            let response = self.post("/v1/users", body).await?;
            if response.status() != StatusCode::CONFLICT {
                accepted(response).await.context("the server makes no users")?;
            }
        }
        Ok(())
    }

    /// Installs a plugin, or replaces the version that runs.
    pub(crate) async fn install_plugin(&self, component: Vec<u8>) -> anyhow::Result<()> {
        accepted(self.post("/v1/plugins", component).await?).await.context("the server does not install the plugin")
    }

    async fn post(&self, path: &str, body: impl Into<Body>) -> anyhow::Result<Response> {
        let request = self.http.post(format!("{}{path}", self.base)).bearer_auth(&self.token).timeout(TIMEOUT);
        request.body(body).send().await.with_context(|| format!("cannot reach {}{path}", self.base))
    }
}

async fn accepted(response: Response) -> anyhow::Result<()> {
    let status = response.status();
    if status.is_success() {
        return Ok(());
    }
    let body = response.bytes().await.unwrap_or_default();
    let message = serde_json::from_slice::<Refusal>(&body).map(|refusal| refusal.message);
    anyhow::bail!("{status}: {}", message.unwrap_or_else(|_| String::from_utf8_lossy(&body).into_owned()))
}

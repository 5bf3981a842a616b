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
struct Made {
    ids: Vec<i64>,
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

    /// Makes a group of these users, whose owner is the first, and answers its id.
    pub(crate) async fn create_group(&self, name: &str, members: &[i64]) -> anyhow::Result<i64> {
        let (owner, members) = members.split_first().context("a group without anybody")?;
        let group = serde_json::json!({ "owner": owner, "name": name, "members": members });
        let body = serde_json::to_vec(&serde_json::json!({ "groups": [group] }))?;
        let answer = accepted(self.post("/v1/groups", body).await?).await.context("the server makes no group")?;
        let made: Made = serde_json::from_slice(&answer).context("the server does not say which group it made")?;
        made.ids.first().copied().context("the server made no group")
    }

    /// Installs a plugin, or replaces the version that runs.
    pub(crate) async fn install_plugin(&self, component: Vec<u8>) -> anyhow::Result<()> {
        let answer = self.post("/v1/plugins", component).await?;
        accepted(answer).await.context("the server does not install the plugin")?;
        Ok(())
    }

    /// Gives a plugin a configuration.
    pub(crate) async fn configure_plugin(&self, name: &str, config: &serde_json::Value) -> anyhow::Result<()> {
        let url = format!("{}/v1/plugins/{name}/config", self.base);
        let request = self.http.put(&url).bearer_auth(&self.token).timeout(TIMEOUT).body(config.to_string());
        let answer = request.header("content-type", "application/json").send().await;
        let answer = answer.with_context(|| format!("cannot reach {url}"))?;
        accepted(answer).await.context("the server does not take the plugin's configuration")?;
        Ok(())
    }

    async fn post(&self, path: &str, body: impl Into<Body>) -> anyhow::Result<Response> {
        let request = self.http.post(format!("{}{path}", self.base)).bearer_auth(&self.token).timeout(TIMEOUT);
        request.body(body).send().await.with_context(|| format!("cannot reach {}{path}", self.base))
    }
}

/// The body of a success.
async fn accepted(response: Response) -> anyhow::Result<Vec<u8>> {
    let status = response.status();
    let body = response.bytes().await?.to_vec();
    if status.is_success() {
        return Ok(body);
    }
    let message = serde_json::from_slice::<Refusal>(&body).map(|refusal| refusal.message);
    anyhow::bail!("{status}: {}", message.unwrap_or_else(|_| String::from_utf8_lossy(&body).into_owned()))
}

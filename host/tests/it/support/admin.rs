//! The operator, at the admin interface.

use std::net::SocketAddr;

use reqwest::{
    Method, RequestBuilder, StatusCode,
    multipart::{Form, Part},
};
use serde_json::{Value, json};

use super::soon;

/// Somebody who sends requests to the admin interface.
pub(crate) struct Admin {
    http: reqwest::Client,
    root: String,
    token: Option<String>,
}

/// What the interface answered.
#[derive(Clone, PartialEq, Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) text: String,
}

impl Answer {
    /// The body, which must be JSON.
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|error| panic!("{error}: {}", self.text))
    }

    /// The body of a success.
    pub(crate) fn success(self) -> Self {
        assert!(self.status.is_success(), "{}: {}", self.status, self.text);
        self
    }
}

impl Admin {
    pub(crate) fn new(address: SocketAddr, token: Option<&str>) -> Self {
        let root = format!("http://{address}");
        Self { http: reqwest::Client::new(), root, token: token.map(str::to_owned) }
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.answer(self.request(Method::GET, path)).await
    }

    /// The head of an answer whose body is read as it comes.
    pub(crate) async fn open(&self, path: &str) -> reqwest::Response {
        let response = soon("an answer of the admin interface", self.request(Method::GET, path).send()).await;
        response.expect("the admin interface answers").error_for_status().expect("it is a success")
    }

    pub(crate) async fn post(&self, path: &str, body: &Value) -> Answer {
        self.answer(self.request(Method::POST, path).json(body)).await
    }

    pub(crate) async fn put(&self, path: &str, body: &Value) -> Answer {
        self.answer(self.request(Method::PUT, path).json(body)).await
    }

    pub(crate) async fn delete(&self, path: &str) -> Answer {
        self.answer(self.request(Method::DELETE, path)).await
    }

    /// A request with bytes for a body.
    pub(crate) async fn send(&self, method: Method, path: &str, body: Vec<u8>) -> Answer {
        self.answer(self.request(method, path).body(body)).await
    }

    /// Adds users who have the usual password.
    pub(crate) async fn create_users(&self, ids: impl IntoIterator<Item = i64>) {
        let users: Vec<Value> = ids
            .into_iter()
            .map(|id| json!({ "id": id, "password": super::PASSWORD, "name": id.to_string() }))
            .collect();
        self.post("/v1/users", &json!({ "users": users })).await.success();
    }

    /// Adds a group and answers its id; the owner is among the members.
    pub(crate) async fn create_group(&self, owner: i64, members: &[i64]) -> i64 {
        self.create_group_of(0, owner, members).await
    }

    /// The same, of a group type.
    pub(crate) async fn create_group_of(&self, type_id: i64, owner: i64, members: &[i64]) -> i64 {
        let group = json!({ "owner": owner, "name": "a group", "members": members, "type_id": type_id });
        let groups = json!({ "groups": [group] });
        let answer = self.post("/v1/groups", &groups).await.success().json();
        answer["ids"][0].as_i64().expect("the answer has the id")
    }

    /// Deletes messages by their ids.
    pub(crate) async fn delete_messages(&self, ids: &[i64]) -> Answer {
        self.send(Method::DELETE, "/v1/messages", json!({ "ids": ids }).to_string().into_bytes()).await
    }

    /// Installs a component, or replaces the version that runs.
    pub(crate) async fn install_plugin(&self, component: Vec<u8>) -> Answer {
        self.send(Method::POST, "/v1/plugins", component).await
    }

    /// Installs a component with a configuration.
    pub(crate) async fn install_plugin_with(&self, component: Vec<u8>, config: &Value) -> Answer {
        let form = Form::new().part("component", Part::bytes(component)).text("config", config.to_string());
        self.answer(self.request(Method::POST, "/v1/plugins").multipart(form)).await
    }

    /// The names of all plugins.
    pub(crate) async fn plugins(&self) -> Vec<String> {
        let list = self.get("/v1/plugins").await.success().json();
        let plugins = list["plugins"].as_array().expect("there is a list").iter();
        plugins.map(|plugin| plugin["name"].as_str().expect("it has a name").to_owned()).collect()
    }

    /// What is known about a plugin.
    pub(crate) async fn plugin(&self, name: &str) -> Answer {
        self.get(&format!("/v1/plugins/{name}")).await
    }

    /// Gives a plugin a new configuration.
    pub(crate) async fn configure_plugin(&self, name: &str, config: &Value) -> Answer {
        self.put(&format!("/v1/plugins/{name}/config"), config).await
    }

    pub(crate) async fn enable_plugin(&self, name: &str) -> Answer {
        self.send(Method::POST, &format!("/v1/plugins/{name}/enable"), Vec::new()).await
    }

    pub(crate) async fn disable_plugin(&self, name: &str) -> Answer {
        self.send(Method::POST, &format!("/v1/plugins/{name}/disable"), Vec::new()).await
    }

    /// Puts a version in place that ran before; the latest other one when `to` is null.
    pub(crate) async fn roll_back_plugin(&self, name: &str, to: &Value) -> Answer {
        self.post(&format!("/v1/plugins/{name}/rollback"), &json!({ "to": to })).await
    }

    /// The versions that are kept of a plugin, by version.
    pub(crate) async fn plugin_versions(&self, name: &str) -> Vec<String> {
        let answer = self.get(&format!("/v1/plugins/{name}/versions")).await.success().json();
        let versions = answer["versions"].as_array().expect("there are versions");
        versions.iter().map(|version| version["version"].as_str().expect("it has a version").to_owned()).collect()
    }

    pub(crate) async fn remove_plugin(&self, name: &str) -> Answer {
        self.delete(&format!("/v1/plugins/{name}")).await
    }

    fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let request = self.http.request(method, format!("{}{path}", self.root));
        match &self.token {
            Some(token) => request.bearer_auth(token),
            None => request,
        }
    }

    async fn answer(&self, request: RequestBuilder) -> Answer {
        soon("an answer of the admin interface", async {
            let response = request.send().await.expect("the admin interface answers");
            let status = response.status();
            Answer { status, text: response.text().await.expect("the answer is text") }
        })
        .await
    }
}

//! Real requests over a socket, with the embedded store and no sessions.

use std::{
    net::Ipv4Addr,
    sync::{Arc, Weak},
};

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use tokio::sync::watch;
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use super::*;
use crate::{
    clock::Clock,
    dispatch::{
        Deeds, Deliver, Hooks,
        hostcalls::HostServices,
        plugins::PluginsSettings,
        wasm::{Runtime, RuntimeSettings},
    },
    model::{
        Notification, UserId,
        session::{CloseStatus, DeviceType, Presence, UserStatus},
    },
    services::Services,
    store::{Store, embedded::EmbeddedStore},
};

const TOKEN: &str = "a-token-for-these-tests";

/// Nobody is online.
struct Nobody;

impl Deliver for Nobody {
    fn deliver(&self, _: &Notification) {}

    fn presence(&self, user: UserId) -> Presence {
        Presence::offline(user)
    }

    fn set_status(&self, _: UserId, _: UserStatus) -> Option<UserStatus> {
        None
    }

    fn taken_over_by(&self, _: UserId, _: DeviceType) -> Vec<DeviceType> {
        Vec::new()
    }

    fn close(&self, _: UserId, _: Option<&[DeviceType]>, _: CloseStatus) -> usize {
        0
    }
}

struct Server {
    address: SocketAddr,
    ready: watch::Sender<bool>,
    stop: CancellationToken,
    tasks: TaskTracker,
    _data: tempfile::TempDir,
}

impl Server {
    async fn start() -> Self {
        let data = tempfile::tempdir().unwrap();
        let (clock, tasks, stop) = (Clock::system(), TaskTracker::new(), CancellationToken::new());
        let store: Arc<dyn Store> =
            Arc::new(EmbeddedStore::open(data.path(), Default::default(), clock.clone()).unwrap());
        let services =
            Services::open(Arc::clone(&store), clock.clone(), 0, &config::Config::for_test(data.path())).await.unwrap();
        let services = Arc::new(services);
        let hooks =
            Arc::new(Hooks::open(Arc::clone(&store), clock.clone(), tasks.clone(), stop.clone()).await.unwrap());
        let deeds = Deeds::new(Weak::new(), tasks.clone(), stop.clone());
        let host = HostServices::new(Arc::clone(&store), clock.clone(), 0, deeds, &config::Plugins::default());
        let limits = RuntimeSettings { max_instances: 2, warm_instances: 1, ..RuntimeSettings::default() };
        let runtime = Arc::new(Runtime::new(limits, host).unwrap());
        let settings = PluginsSettings {
            directory: data.path().join("plugins"),
            grant_all: false,
            max_file_bytes: 1 << 20,
            drain: std::time::Duration::from_secs(1),
            versions: data.path().join("versions"),
            versions_kept: 5,
            probation: std::time::Duration::from_secs(60),
            ..PluginsSettings::default()
        };
        let plugins = Plugins::start(settings, runtime, Arc::clone(&hooks), store, clock, tasks.clone(), stop.clone());
        let plugins = plugins.await.unwrap();
        let (ready, is_ready) = watch::channel(true);
        let bus = Arc::new(Bus::new(Arc::clone(&services), hooks, Arc::new(Nobody)));
        let rooms = Rooms {
            routes: Arc::new(Routes::new(Arc::clone(&bus), config::Http::default(), TaskTracker::new())),
            bus,
            services,
            plugins,
            metrics: Metrics::detached().unwrap(),
            token: Token::load(Some(&config::Secret::new(TOKEN)), &data.path().join("unused")).unwrap(),
            ready: is_ready,
            tasks: tasks.clone(),
        };
        let settings =
            config::Admin { listen: (Ipv4Addr::LOCALHOST, 0).into(), max_body_bytes: 4096, ..config::Admin::default() };
        let plugins = config::Plugins { max_file_bytes: 1 << 20, ..config::Plugins::default() };
        let admin = Admin::bind(&settings, &plugins).await.unwrap();
        let address = admin.address().unwrap();
        let until = stop.clone();
        tasks.spawn(async move { admin.run(rooms, until).await.unwrap() });
        Self { address, ready, stop, tasks, _data: data }
    }

    fn request(&self, method: Method, path: &str) -> reqwest::RequestBuilder {
        reqwest::Client::new().request(method, format!("http://{}{path}", self.address))
    }

    async fn send(&self, request: reqwest::RequestBuilder) -> (u16, Value) {
        let response = request.bearer_auth(TOKEN).send().await.unwrap();
        let status = response.status().as_u16();
        let text = response.text().await.unwrap();
        (status, if text.is_empty() { Value::Null } else { serde_json::from_str(&text).unwrap() })
    }

    async fn call(&self, method: Method, path: &str, body: &Value) -> (u16, Value) {
        self.send(self.request(method, path).json(body)).await
    }

    async fn get(&self, path: &str) -> (u16, Value) {
        self.send(self.request(Method::GET, path)).await
    }

    async fn stop(self) {
        self.stop.cancel();
        self.tasks.close();
        self.tasks.wait().await;
    }
}

fn code(answer: &(u16, Value)) -> (u16, &str) {
    (answer.0, answer.1["code"].as_str().unwrap_or_default())
}

#[tokio::test]
async fn only_probes_are_open() {
    let server = Server::start().await;
    for path in ["/healthz", "/readyz"] {
        assert_eq!(server.request(Method::GET, path).send().await.unwrap().status(), StatusCode::OK, "{path}");
    }
    for path in ["/metrics", "/v1/plugins", "/v1/nothing", "/"] {
        for request in
            [server.request(Method::GET, path), server.request(Method::GET, path).bearer_auth("another-token-of-ours")]
        {
            let response = request.send().await.unwrap();
            assert_eq!(response.status(), StatusCode::UNAUTHORIZED, "{path}");
            assert_eq!(response.headers()["www-authenticate"], "Bearer");
            let body: Value = response.json().await.unwrap();
            assert_eq!(body["code"], "unauthorized");
            assert!(body["hint"].as_str().unwrap().contains("admin.token"));
        }
    }
    server.stop().await;
}

#[tokio::test]
async fn readiness_follows_the_server() {
    let server = Server::start().await;
    server.ready.send(false).unwrap();
    assert_eq!(code(&server.get("/readyz").await), (503, "not_ready"));
    assert_eq!(server.get("/healthz").await.0, 200);
    server.stop().await;
}

#[tokio::test]
async fn metrics_are_text() {
    let server = Server::start().await;
    let response = server.request(Method::GET, "/metrics").bearer_auth(TOKEN).send().await.unwrap();
    assert_eq!(response.status(), StatusCode::OK);
    assert!(response.headers()["content-type"].to_str().unwrap().starts_with("text/plain"));
    server.stop().await;
}

#[tokio::test]
async fn what_does_not_exist_is_said_in_json() {
    let server = Server::start().await;
    let nothing = server.get("/v1/nothing").await;
    assert_eq!(code(&nothing), (404, "not_found"));
    assert!(nothing.1["hint"].as_str().unwrap().contains("/v1/users"), "{nothing:?}");
    assert_eq!(code(&server.call(Method::PATCH, "/v1/users", &json!({})).await), (405, "method_not_allowed"));
    assert_eq!(code(&server.call(Method::POST, "/healthz", &json!({})).await), (405, "method_not_allowed"));
    assert_eq!(code(&server.get("/v1/plugins/none").await), (404, "not_found"));
    server.stop().await;
}

#[tokio::test]
async fn users_are_added_and_deleted() {
    let server = Server::start().await;
    let users = json!({"users": [{"id": 11, "password": "secret", "name": "Ada"}, {"id": 12, "active": false}]});
    assert_eq!(server.call(Method::POST, "/v1/users", &users).await, (201, json!({"ids": [11, 12]})));
    assert_eq!(code(&server.call(Method::POST, "/v1/users", &users).await), (409, "conflict"));

    let password = json!({"password": "another"});
    assert_eq!(server.call(Method::PUT, "/v1/users/11/password", &password).await, (204, Value::Null));
    assert_eq!(code(&server.call(Method::PUT, "/v1/users/99/password", &password).await), (404, "not_found"));
    assert_eq!(code(&server.call(Method::PUT, "/v1/users/ada/password", &password).await), (400, "invalid"));

    assert_eq!(server.call(Method::DELETE, "/v1/users/11", &Value::Null).await, (204, Value::Null));
    assert_eq!(code(&server.call(Method::DELETE, "/v1/users/11", &Value::Null).await), (404, "not_found"));
    let deleted = server.call(Method::DELETE, "/v1/users", &json!({"ids": [11, 12]})).await;
    assert_eq!(deleted, (200, json!({"ids": [12]})));
    server.stop().await;
}

#[tokio::test]
async fn groups_are_added_with_their_members() {
    let server = Server::start().await;
    let users = json!({"users": [{"id": 1}, {"id": 2}]});
    assert_eq!(server.call(Method::POST, "/v1/users", &users).await.0, 201);
    let groups = json!({"groups": [{"id": 7, "owner": 1, "name": "Seven", "members": [2]}]});
    assert_eq!(server.call(Method::POST, "/v1/groups", &groups).await, (201, json!({"ids": [7]})));
    assert_eq!(code(&server.call(Method::POST, "/v1/groups", &groups).await), (409, "conflict"));
    let strangers = json!({"groups": [{"owner": 99, "name": "Nobody's"}]});
    assert_eq!(code(&server.call(Method::POST, "/v1/groups", &strangers).await), (404, "not_found"));
    server.stop().await;
}

#[tokio::test]
async fn bad_bodies_are_named() {
    let server = Server::start().await;
    for (body, part) in [
        ("{", "EOF"),
        (r#"{"users": [{"id": 1}, {"id": "x"}]}"#, "`users[1].id`"),
        (r#"{"users": [{"id": 1, "nam": "x"}]}"#, "unknown field `nam`"),
        (r#"{"users": []} {}"#, "trailing"),
    ] {
        let answer = server.send(server.request(Method::POST, "/v1/users").body(body)).await;
        assert_eq!(code(&answer), (400, "invalid_json"), "{body}");
        let message = answer.1["message"].as_str().unwrap();
        assert!(message.contains(part), "{body}: {message}");
    }
    let long = server.request(Method::POST, "/v1/users").body(" ".repeat(5000));
    assert_eq!(code(&server.send(long).await), (413, "too_large"));
    server.stop().await;
}

#[tokio::test]
async fn what_is_no_plugin_is_refused() {
    let server = Server::start().await;
    assert_eq!(server.get("/v1/plugins").await, (200, json!({"plugins": []})));
    // A plugin may be larger than a JSON body.
    let junk = server.request(Method::POST, "/v1/plugins").body(vec![0; 5000]);
    assert_eq!(code(&server.send(junk).await), (400, "invalid_component"));
    let huge = server.request(Method::POST, "/v1/plugins").body(vec![0; 3 << 20]);
    assert_eq!(code(&server.send(huge).await), (413, "too_large"));
    let config = server.request(Method::POST, "/v1/plugins?config=nonsense");
    assert_eq!(code(&server.send(config).await), (400, "invalid_json"));
    let form = reqwest::multipart::Form::new().text("grants", "kv").text("spare", "part");
    assert_eq!(
        code(&server.send(server.request(Method::POST, "/v1/plugins").multipart(form)).await),
        (400, "invalid_json")
    );
    for (method, path) in [
        (Method::DELETE, "/v1/plugins/none"),
        (Method::POST, "/v1/plugins/none/enable"),
        (Method::POST, "/v1/plugins/none/disable"),
        (Method::PUT, "/v1/plugins/none/config"),
    ] {
        assert_eq!(code(&server.call(method, path, &json!({})).await), (404, "not_found"), "{path}");
    }
    server.stop().await;
}

//! The plugin that tells users who are offline on their devices.

use std::{
    collections::BTreeMap,
    sync::{
        Arc,
        atomic::{AtomicU16, Ordering},
    },
};

use axum::{
    Json, Router,
    extract::{Path, State},
    http::{HeaderMap, StatusCode},
    routing,
};
use parking_lot::Mutex;
use reqwest::{Client, Method};
use serde_json::{Value, json};
use talaria::config::Secret;
use talaria_client::Target;

use super::outside::Outside;
use crate::support::{PASSWORD, SILENCE, TestServer, component, eventually, soon};

const APPLE_KEY: &str = include_str!("../../../../plugins/push/src/tests/ec.pem");
const GOOGLE_KEY: &str = include_str!("../../../../plugins/push/src/tests/rsa.pem");

/// What the services were told, and how they answer.
#[derive(Default)]
struct Services {
    status: AtomicU16,
    /// The services, each with the headers and the body of a request.
    told: Mutex<Vec<(&'static str, HeaderMap, Value)>>,
}

impl Services {
    fn answer(status: u16) -> Arc<Self> {
        Arc::new(Self { status: AtomicU16::new(status), ..Self::default() })
    }

    async fn serve(self: &Arc<Self>) -> Outside {
        let grant = || async { Json(json!({"access_token": "granted", "expires_in": 3600})) };
        let router = Router::new()
            .route("/notify", routing::post(generic))
            .route("/3/device/{token}", routing::post(apple))
            .route("/token", routing::post(grant))
            .route("/v1/projects/p/messages:send", routing::post(google))
            .with_state(Arc::clone(self));
        Outside::serve(router).await
    }

    fn tell(&self, service: &'static str, headers: HeaderMap, body: Value) -> StatusCode {
        self.told.lock().push((service, headers, body));
        StatusCode::from_u16(self.status.load(Ordering::Relaxed)).expect("it is a status")
    }

    /// Which of them were told, in order of their names.
    fn names(&self) -> Vec<&'static str> {
        let mut names: Vec<_> = self.told.lock().iter().map(|(service, ..)| *service).collect();
        names.sort_unstable();
        names
    }

    fn of(&self, service: &str) -> (HeaderMap, Value) {
        let told = self.told.lock();
        let (_, headers, body) = told.iter().find(|(told, ..)| *told == service).expect("it was told");
        (headers.clone(), body.clone())
    }
}

async fn generic(State(services): State<Arc<Services>>, headers: HeaderMap, Json(body): Json<Value>) -> StatusCode {
    services.tell("generic", headers, body)
}

/// Knows no token but one.
async fn apple(
    State(services): State<Arc<Services>>,
    Path(token): Path<String>,
    headers: HeaderMap,
    Json(body): Json<Value>,
) -> (StatusCode, Json<Value>) {
    let status = services.tell("apns", headers, body);
    match token.as_str() {
        "00ff" => (status, Json(json!({}))),
        _ => (StatusCode::BAD_REQUEST, Json(json!({"reason": "BadDeviceToken"}))),
    }
}

async fn google(State(services): State<Arc<Services>>, headers: HeaderMap, Json(body): Json<Value>) -> StatusCode {
    services.tell("fcm", headers, body)
}

/// A server with the plugin.
async fn server(outside: &Outside) -> TestServer {
    let account = json!({
        "client_email": "talaria@p.example",
        "private_key": GOOGLE_KEY,
        "project_id": "p",
        "token_uri": outside.url("/token"),
    });
    let secrets = [("signing", "a key".to_owned()), ("apns", APPLE_KEY.to_owned()), ("fcm", account.to_string())];
    let secrets: BTreeMap<_, _> =
        secrets.into_iter().map(|(name, secret)| (name.to_owned(), Secret::new(secret))).collect();
    let builder = TestServer::builder().config(|config| {
        config.plugins.http.insert("push".into(), outside.allowed());
        config.plugins.secrets.insert("push".into(), secrets);
    });
    let server = builder.start().await;
    let config = json!({
        "generic": {"url": outside.url("/notify")},
        "apns": {"url": outside.url(""), "team": "TEAM", "key_id": "KEY", "topic": "com.example.app"},
        "fcm": {"url": outside.url("")},
    });
    server.admin().install_plugin_with(component("push"), &config).await.success();
    server
}

async fn ask(server: &TestServer, user: i64, method: Method, path: &str, body: &Value) -> (u16, String) {
    let request = Client::new().request(method, server.route(&format!("/push{path}")));
    let request = request.basic_auth(user, Some(PASSWORD)).json(body);
    let response = soon("an answer", request.send()).await.expect("the server answers");
    (response.status().as_u16(), soon("a body", response.text()).await.expect("it is text"))
}

async fn register(server: &TestServer, user: i64, platform: &str, token: &str) {
    let (status, text) =
        ask(server, user, Method::POST, "/tokens", &json!({"platform": platform, "token": token})).await;
    assert_eq!(status, 201, "{text}");
}

async fn devices(server: &TestServer) -> Value {
    server.admin().get("/plugins/push/counts").await.success().json()["devices"].clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_offline_is_told_on_their_devices() {
    let services = Services::answer(200);
    let outside = services.serve().await;
    let server = server(&outside).await;
    for (user, platform, token) in
        [(2, "generic", "online"), (7, "apns", "00ff"), (8, "fcm", "a:b"), (9, "generic", "c")]
    {
        register(&server, user, platform, token).await;
    }
    let group = server.admin().create_group(1, &[2, 7, 8, 9, 10]).await;
    let (one, _two) = (server.ws(1).await, server.tcp(2).await);
    one.send(Target::Group(group), "hello").await;
    eventually("all are told", async || services.names() == ["apns", "fcm", "generic"]).await;
    let (headers, body) = services.of("apns");
    assert_eq!(
        (headers["apns-topic"].as_bytes(), &body["group"]),
        (&b"com.example.app"[..], &json!(group.to_string()))
    );
    assert!(headers["authorization"].to_str().unwrap().starts_with("bearer ey"), "{headers:?}");
    assert!(body["aps"]["alert"]["body"].as_str().is_some_and(|body| body.ends_with(": hello")), "{body}");
    assert_eq!(body["aps"]["alert"]["title"], "a group");
    let (headers, body) = services.of("fcm");
    assert_eq!(
        (headers["authorization"].as_bytes(), &body["message"]["token"]),
        (&b"Bearer granted"[..], &json!("a:b"))
    );
    let (headers, body) = services.of("generic");
    assert!(headers["x-talaria-signature"].to_str().unwrap().starts_with("sha256="), "{headers:?}");
    let devices = json!([{"user": "9", "platform": "generic", "app": null, "token": "c"}]);
    assert_eq!((&body["devices"], &body["conversation"]), (&devices, &json!(format!("group-{group}"))));
    let status = server.admin().plugin("push").await.success().json();
    assert_eq!((&status["faults"], &status["config"]["generic"]["url"]), (&json!(0), &json!("***")));
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_lost_while_a_gateway_fails_and_the_server_restarts() {
    let services = Services::answer(503);
    let outside = services.serve().await;
    let mut server = server(&outside).await;
    register(&server, 7, "generic", "c").await;
    let one = server.ws(1).await;
    one.send(Target::User(7), "hello").await;
    eventually("the gateway is tried", async || !services.names().is_empty()).await;
    let list = server.admin().get("/v1/plugins/push/jobs").await.success().json();
    assert_eq!(list["jobs"][0]["name"], "send", "{list}");
    drop(one);
    server.restart().await;
    services.told.lock().clear();
    services.status.store(200, Ordering::Relaxed);
    eventually("it is told", async || services.names() == ["generic"]).await;
    tokio::time::sleep(SILENCE).await;
    assert_eq!(services.names(), ["generic"], "once");
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_is_told_of_what_is_deleted_while_a_gateway_fails() {
    let services = Services::answer(503);
    let outside = services.serve().await;
    let server = server(&outside).await;
    register(&server, 7, "generic", "c").await;
    let id = server.ws(1).await.send(Target::User(7), "hello").await;
    eventually("the gateway is tried", async || !services.names().is_empty()).await;
    server.admin().delete_messages(&[id]).await.success();
    let jobs = async || server.admin().get("/v1/plugins/push/jobs").await.success().json()["jobs"].clone();
    eventually("nothing is left to be told", async || jobs().await == json!([])).await;
    assert_eq!(server.admin().plugin("push").await.success().json()["faults"], 0, "the gateway's are not the plugin's");
}

#[tokio::test(flavor = "multi_thread")]
async fn devices_come_and_go() {
    let services = Services::answer(200);
    let outside = services.serve().await;
    let server = server(&outside).await;
    register(&server, 7, "apns", "dead").await;
    register(&server, 8, "fcm", "phone").await;
    register(&server, 9, "fcm", "phone").await;
    assert_eq!(ask(&server, 8, Method::GET, "/tokens", &json!(null)).await, (200, r#"{"tokens":[]}"#.to_owned()));
    assert_eq!(devices(&server).await, 2, "a phone is one user's");
    let one = server.ws(1).await;
    one.send(Target::User(7), "hello").await;
    eventually("what is dead is forgotten", async || devices(&server).await == 1).await;
    server.admin().delete("/v1/users/9").await.success();
    eventually("so are the devices of who is deleted", async || devices(&server).await == 0).await;
    let anonymous = Client::new().get(server.route("/push/tokens")).send();
    assert_eq!(soon("an answer", anonymous).await.unwrap().status(), 401);
    assert_eq!(ask(&server, 7, Method::GET, "/counts", &json!(null)).await.0, 404, "that is the operator's");
}

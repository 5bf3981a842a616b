//! The plugin that tells other services of what happens.

use std::{
    collections::BTreeMap,
    sync::{
        Arc,
        atomic::{AtomicU16, Ordering},
    },
};

use axum::{
    Router,
    extract::State,
    http::{HeaderMap, StatusCode},
    routing,
};
use parking_lot::Mutex;
use ring::hmac;
use serde_json::{Value, json};
use talaria::config::{Config, Secret};
use talaria_client::Target;

use super::outside::Outside;
use crate::support::{TestServer, component, eventually};

const KEY: &str = "a key for tests";

/// What the endpoint has been told, and how it answers.
#[derive(Default)]
struct Endpoint {
    status: AtomicU16,
    refused: Mutex<Vec<Value>>,
    taken: Mutex<Vec<Value>>,
}

impl Endpoint {
    fn answers(status: u16) -> Arc<Self> {
        Arc::new(Self { status: AtomicU16::new(status), ..Self::default() })
    }

    async fn serve(self: &Arc<Self>) -> Outside {
        let router = Router::new().route("/hook", routing::post(receive)).with_state(Arc::clone(self));
        Outside::serve(router).await
    }

    /// The texts of the messages it has taken.
    fn texts(&self) -> Vec<String> {
        let text = |event: &Value| event["data"]["text"].as_str().map(str::to_owned);
        self.taken.lock().iter().filter_map(text).collect()
    }
}

async fn receive(State(endpoint): State<Arc<Endpoint>>, headers: HeaderMap, body: String) -> StatusCode {
    let header = |name: &str| headers[name].to_str().expect("it is text");
    let key = hmac::Key::new(hmac::HMAC_SHA256, KEY.as_bytes());
    let signed = hmac::sign(&key, format!("{}.{body}", header("x-talaria-timestamp")).as_bytes());
    let hex: String = signed.as_ref().iter().map(|byte| format!("{byte:02x}")).collect();
    assert_eq!(header("x-talaria-signature"), format!("sha256={hex}"));
    let body: Value = serde_json::from_str(&body).expect("it is JSON");
    let events = body["events"].as_array().expect("there are events").clone();
    let status = StatusCode::from_u16(endpoint.status.load(Ordering::Relaxed)).expect("it is a status");
    let told = if status.is_success() { &endpoint.taken } else { &endpoint.refused };
    told.lock().extend(events);
    status
}

fn settings(config: &mut Config, outside: &Outside) {
    config.plugins.secrets.insert("webhook".into(), BTreeMap::from([("signing".into(), Secret::new(KEY))]));
    config.plugins.http.insert("webhook".into(), outside.allowed());
    // So that the test need not wait for long pauses.
    config.plugins.breaker_failures = 1000;
}

async fn server(outside: &Outside, events: &[&str]) -> TestServer {
    let server = TestServer::builder().config(|config| settings(config, outside)).start().await;
    let config = json!({"endpoints": [{"url": outside.url("/hook"), "events": events}]});
    server.admin().install_plugin_with(component("webhook"), &config).await.success();
    server
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_lost_while_the_endpoint_fails_and_the_server_restarts() {
    let endpoint = Endpoint::answers(503);
    let outside = endpoint.serve().await;
    let mut server = server(&outside, &["message.persisted"]).await;
    let one = server.ws(1).await;
    for n in 0..5 {
        one.send(Target::User(2), &format!("message {n}")).await;
    }
    eventually("the endpoint is tried", async || !endpoint.refused.lock().is_empty()).await;
    drop(one);
    server.restart().await;
    let one = server.ws(1).await;
    for n in 5..10 {
        one.send(Target::User(2), &format!("message {n}")).await;
    }
    assert!(endpoint.texts().is_empty());
    endpoint.status.store(200, Ordering::Relaxed);
    eventually("everything is taken", async || endpoint.texts().len() >= 10).await;
    let expected: Vec<_> = (0..10).map(|n| format!("message {n}")).collect();
    assert_eq!(endpoint.texts(), expected, "in order, and each once");
    let first = endpoint.refused.lock()[0]["id"].clone();
    assert_eq!(endpoint.taken.lock()[0]["id"], first, "the same event has the same id");
}

#[tokio::test(flavor = "multi_thread")]
async fn events_of_every_family_come() {
    let endpoint = Endpoint::answers(200);
    let outside = endpoint.serve().await;
    let server = server(&outside, &["*"]).await;
    server.admin().create_users([501]).await;
    server.admin().create_group(1, &[2]).await;
    let (one, two) = (server.ws(1).await, server.tcp(2).await);
    one.send(Target::User(2), "hello").await;
    two.hang_up().await;
    let wanted = [
        "user.created",
        "group.created",
        "member.joined",
        "session.opened",
        "message.persisted",
        "message.delivered",
        "session.closed",
    ];
    eventually("all of them", async || {
        let taken = endpoint.taken.lock();
        wanted.iter().all(|kind| taken.iter().any(|event| event["type"] == *kind))
    })
    .await;
    let taken = endpoint.taken.lock().clone();
    let created = taken.iter().find(|event| event["type"] == "user.created").expect("it came");
    assert_eq!(created["data"]["user_id"], "501");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_refused_is_dropped() {
    let endpoint = Endpoint::answers(400);
    let outside = endpoint.serve().await;
    let server = server(&outside, &["message.persisted"]).await;
    let one = server.ws(1).await;
    one.send(Target::User(2), "refused").await;
    eventually("it is refused", async || !endpoint.refused.lock().is_empty()).await;
    endpoint.status.store(200, Ordering::Relaxed);
    one.send(Target::User(2), "taken").await;
    eventually("the next one comes", async || endpoint.texts() == ["taken"]).await;
    let metrics = server.admin().get("/metrics").await.success().text;
    assert!(metrics.contains("plugin_events_dropped_total{plugin=\"webhook\",endpoint=\"127.0.0.1"), "{metrics}");
}

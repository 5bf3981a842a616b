//! The plugin that lets a bot talk with users.

use std::sync::{
    Arc,
    atomic::{AtomicU16, Ordering},
};

use axum::{
    Json, Router,
    extract::State,
    http::StatusCode,
    response::{IntoResponse as _, Response},
    routing,
};
use parking_lot::Mutex;
use serde_json::{Value, json};
use talaria_client::Target;

use super::outside::Outside;
use crate::support::{SILENCE, TestServer, User, component, component_named, eventually};

const BOT: i64 = 90;
const OTHER: i64 = 91;

/// Rasa, as far as its REST channel goes.
#[derive(Default)]
struct Rasa {
    status: AtomicU16,
    asked: Mutex<Vec<(String, String)>>,
}

impl Rasa {
    async fn serve(self: &Arc<Self>) -> Outside {
        let router = Router::new().route("/webhooks/rest/webhook", routing::post(talk)).with_state(Arc::clone(self));
        Outside::serve(router).await
    }

    fn answers(&self, status: u16) {
        self.status.store(status, Ordering::Relaxed);
    }

    fn asked(&self) -> usize {
        self.asked.lock().len()
    }
}

async fn talk(State(rasa): State<Arc<Rasa>>, Json(body): Json<Value>) -> Response {
    let text = |field: &str| body[field].as_str().expect("it is there").to_owned();
    let (sender, message) = (text("sender"), text("message"));
    rasa.asked.lock().push((sender.clone(), message.clone()));
    let status = StatusCode::from_u16(rasa.status.load(Ordering::Relaxed)).expect("it is a status");
    if !status.is_success() {
        return status.into_response();
    }
    let echo = json!([{"recipient_id": sender, "text": format!("@bot {message}, you say")}, {"text": "@bot Really?"}]);
    Json(echo).into_response()
}

async fn server(rasa: &Arc<Rasa>, names: &[&str], more: &Value) -> (TestServer, Outside) {
    let outside = rasa.serve().await;
    let builder = TestServer::builder().config(|config| {
        for (name, account) in names.iter().zip([BOT, OTHER]) {
            config.plugins.http.insert((*name).to_owned(), outside.allowed());
            config.plugins.accounts.insert((*name).to_owned(), account);
        }
    });
    let server = builder.start().await;
    let mut settings = json!({"url": outside.url(""), "mention": "@bot"});
    for (key, value) in more.as_object().expect("settings are an object") {
        settings[key] = value.clone();
    }
    for name in names {
        server.admin().install_plugin_with(component_named("chatbot", name), &settings).await.success();
    }
    (server, outside)
}

async fn heard(user: &mut User) -> (i64, String) {
    let (sender, message) = user.next_message().await;
    (sender, message.text.unwrap_or_default())
}

#[tokio::test(flavor = "multi_thread")]
async fn users_talk_with_the_bot() {
    let rasa = Arc::new(Rasa::default());
    rasa.answers(200);
    let (server, _outside) = server(&rasa, &["chatbot"], &json!({})).await;
    let mut one = server.ws(1).await;
    one.send(Target::User(BOT), "hello").await;
    assert_eq!(heard(&mut one).await, (BOT, "@bot hello, you say".into()));
    assert_eq!(heard(&mut one).await, (BOT, "@bot Really?".into()));
    let group = server.admin().create_group(1, &[2, BOT]).await;
    let mut two = server.tcp(2).await;
    one.send(Target::Group(group), "hello, all").await;
    one.send(Target::Group(group), "@bot: hello").await;
    let texts = [heard(&mut two).await, heard(&mut two).await, heard(&mut two).await];
    assert_eq!(texts[2], (BOT, "@bot hello, you say".into()), "{texts:?}");
    let asked = rasa.asked.lock().clone();
    assert_eq!(asked, [("1".into(), "hello".into()), (format!("group-{group}"), "hello".into())]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bot_that_fails_is_asked_again() {
    let rasa = Arc::new(Rasa::default());
    rasa.answers(503);
    let (server, _outside) = server(&rasa, &["chatbot"], &json!({})).await;
    let mut one = server.ws(1).await;
    one.send(Target::User(BOT), "hello").await;
    eventually("it is asked", async || rasa.asked() > 0).await;
    one.hears_nothing().await;
    rasa.answers(200);
    assert_eq!(heard(&mut one).await, (BOT, "@bot hello, you say".into()));
    let again = rasa.asked();
    assert!(again >= 2, "{again}");
}

#[tokio::test(flavor = "multi_thread")]
async fn bots_do_not_answer_each_other_for_ever() {
    // Each is asked about both answers of the other, through no more plugins than a message may come through.
    for (answer_plugins, most) in [(false, 2), (true, 2 + 4 + 8 + 16 + 32)] {
        let rasa = Arc::new(Rasa::default());
        rasa.answers(200);
        let names = ["chatbot", "robots2"];
        let (server, _outside) = server(&rasa, &names, &json!({"answer_plugins": answer_plugins})).await;
        let group = server.admin().create_group(1, &[BOT, OTHER]).await;
        let one = server.ws(1).await;
        one.send(Target::Group(group), "@bot hello").await;
        let mut before = 0;
        eventually("they are silent", async || {
            tokio::time::sleep(5 * SILENCE).await;
            let asked = rasa.asked();
            std::mem::replace(&mut before, asked) == asked && asked > 0
        })
        .await;
        assert!(rasa.asked() >= 2 && rasa.asked() <= most, "{} of {most}", rasa.asked());
        assert_eq!(answer_plugins, rasa.asked() > 2, "{}", rasa.asked());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn without_an_account_it_is_not_loaded() {
    let server = TestServer::start().await;
    let refused = server.admin().install_plugin_with(component("chatbot"), &json!({"url": "http://rasa"})).await;
    assert!(!refused.status.is_success() && refused.text.contains("plugins.accounts"), "{}", refused.text);
}

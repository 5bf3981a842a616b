//! One plugin in three languages behaves the same: nothing but the type of a component counts. `plugins/examples` has
//! it in Rust, JavaScript and Python.

use std::time::{Duration, Instant};

use serde_json::json;
use talaria_client::{
    Target,
    proto::{UpdateUserRequest, turms_request::Kind},
};

use super::relay;
use crate::support::{TestServer, Transport, User, eventually, is_built, skipped};

#[tokio::test(flavor = "multi_thread")]
async fn rust_conforms() {
    conforms("example-rust").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn javascript_conforms() {
    conforms("example-javascript").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn python_conforms() {
    conforms("example-python").await;
}

/// All behaviours on one server: to compile what a language brings with it takes seconds.
async fn conforms(plugin: &'static str) {
    let Some(mut talk) = Talk::with(plugin).await else { return };
    logs_its_start(&talk).await;
    refuses_a_word(&mut talk).await;
    changes_the_text(&mut talk).await;
    counts_in_kv(&mut talk).await;
    remembers_what_was_stored(&mut talk).await;
    refuses_a_name(&talk).await;
    refuses_a_bad_configuration(&mut talk).await;
    sees_nothing_of_the_machine(&mut talk).await;
    tells_what_was_thrown(&mut talk).await;
    is_interrupted_in_a_loop(&mut talk).await;
    let status = talk.server.admin().plugin(plugin).await.success().json();
    assert_eq!(status["faults"], 2, "what was thrown and the loop, and nothing else: {status}");
}

/// A server with the plugin, and two users who talk.
struct Talk {
    plugin: &'static str,
    server: TestServer,
    one: User,
    two: User,
}

impl Talk {
    /// `None`, said aloud, when the component was not built.
    async fn with(plugin: &'static str) -> Option<Self> {
        if !is_built(plugin) {
            // `cargo xtask ci` builds it or fails, so there it must not be passed over.
            assert!(std::env::var_os("CI").is_none(), "{plugin} was not built");
            skipped(&format!("{plugin} was not built; `cargo xtask plugins --languages` does it"));
            return None;
        }
        // The server compiles it before it is up.
        let server = TestServer::builder().plugin(plugin).start().await;
        let config = json!({"forbidden": ["spam"], "replace": {"teh": "the"}, "misbehave": true});
        server.admin().configure_plugin(plugin, &config).await.success();
        let (one, two) = (server.ws(1).await, server.tcp(2).await);
        Some(Self { plugin, server, one, two })
    }

    /// Lines that the plugin's log has of a kind.
    async fn lines(&self, source: &str) -> Vec<String> {
        let logged = self.server.admin().get(&format!("/v1/plugins/{}/logs", self.plugin)).await.success().json();
        let lines = logged["lines"].as_array().expect("there are lines").iter();
        lines
            .filter(|line| line["source"] == source)
            .filter_map(|line| line["text"].as_str().map(str::to_owned))
            .collect()
    }

    fn kept(&self, key: &str) -> Option<String> {
        let kept = self.server.db_kept(self.plugin, key)?;
        Some(String::from_utf8(kept).expect("the examples keep text"))
    }
}

async fn refuses_a_word(talk: &mut Talk) {
    let refused = talk.one.try_send(Target::User(2), "no SPAM please").await;
    assert_eq!((refused.code, refused.reason.as_deref()), (20_001, Some("\"spam\" is not said here")));
    talk.two.hears_nothing().await;
    assert_eq!(relay(&talk.one, &mut talk.two, "ham, then").await, "ham, then");
}

async fn changes_the_text(talk: &mut Talk) {
    assert_eq!(
        relay(&talk.one, &mut talk.two, "teh cat and teh dog — ünïcode 你好").await,
        "the cat and the dog — ünïcode 你好"
    );
}

async fn counts_in_kv(talk: &mut Talk) {
    let count = |talk: &Talk| talk.kept("sent").map_or(0, |count| count.parse::<u64>().expect("it is a number"));
    let before = count(talk);
    for n in 0..5 {
        relay(&talk.one, &mut talk.two, &format!("message {n}")).await;
    }
    assert_eq!(talk.one.try_send(Target::User(2), "spam").await.code, 20_001);
    assert_eq!(count(talk), before + 5, "what is refused does not count");
}

async fn remembers_what_was_stored(talk: &mut Talk) {
    let id = talk.one.send(Target::User(2), "remember teh milk").await;
    talk.two.next_message().await;
    let key = format!("seen/{id}");
    eventually("the observer is told", async || talk.kept(&key).is_some()).await;
    assert_eq!(talk.kept(&key).as_deref(), Some("remember the milk"));
}

async fn refuses_a_name(talk: &Talk) {
    let rename = |name: &str| {
        let change = UpdateUserRequest { name: Some(name.into()), ..UpdateUserRequest::default() };
        talk.one.request(Kind::UpdateUserRequest(change))
    };
    let refused = rename("Spam").await;
    assert_eq!((refused.code, refused.reason.as_deref()), (20_002, Some("nobody is called \"spam\" here")));
    assert_eq!(rename("Ham").await.code, 1000);
}

async fn refuses_a_bad_configuration(talk: &mut Talk) {
    let refused = talk.server.admin().configure_plugin(talk.plugin, &json!({"forbiden": ["ham"]})).await;
    assert!(refused.status.is_client_error(), "{}", refused.text);
    assert!(refused.text.contains("configuration: ") && refused.text.contains("forbiden"), "{}", refused.text);
    assert_eq!(talk.one.try_send(Target::User(2), "spam").await.code, 20_001, "the configuration before it counts");
    assert_eq!(relay(&talk.one, &mut talk.two, "ham").await, "ham");
}

/// WASI is there, as these languages need it, and closed.
async fn sees_nothing_of_the_machine(talk: &mut Talk) {
    // Somebody listens there, so that it is the server that says no.
    let address = talk.server.address(Transport::Tcp);
    let found = relay(&talk.one, &mut talk.two, &format!("!peek {address}")).await;
    assert_eq!(found, "found: ", "{:?}", talk.lines("fault").await);
}

async fn tells_what_was_thrown(talk: &mut Talk) {
    assert_eq!(relay(&talk.one, &mut talk.two, "!throw").await, "!throw", "a filter that fails is passed by");
    let faults = talk.lines("fault").await;
    assert!(faults.iter().any(|line| line.contains("thrown because a message says so")), "{faults:?}");
    assert_eq!(relay(&talk.one, &mut talk.two, "teh next").await, "the next", "on another instance");
}

async fn is_interrupted_in_a_loop(talk: &mut Talk) {
    let started = Instant::now();
    assert_eq!(relay(&talk.one, &mut talk.two, "!loop").await, "!loop");
    let took = started.elapsed();
    assert!((Duration::from_millis(500)..Duration::from_secs(5)).contains(&took), "{took:?}");
    let faults = talk.lines("fault").await;
    assert!(faults.iter().any(|line| line.contains("longer than 500 ms")), "{faults:?}");
    assert_eq!(relay(&talk.one, &mut talk.two, "teh next").await, "the next");
}

async fn logs_its_start(talk: &Talk) {
    let said = talk.lines("log").await;
    assert!(said.iter().any(|line| line == "started with 1 forbidden words"), "{said:?}");
}

//! What plugins say, as the operator reads it.

use serde_json::{Value, json};

use super::{relay, with_fixture};
use crate::support::{TestServer, component_as, eventually};

async fn lines(server: &TestServer, query: &str) -> Vec<Value> {
    let answer = server.admin().get(&format!("/v1/plugins/fixture/logs?{query}")).await.success().json();
    answer["lines"].as_array().expect("there are lines").clone()
}

fn texts(lines: &[Value]) -> Vec<&str> {
    lines.iter().map(|line| line["text"].as_str().expect("it has a text")).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn words_prints_and_faults_are_kept_across_versions() {
    let (server, one, mut two) = with_fixture().await;
    relay(&one, &mut two, "!log good morning").await;
    relay(&one, &mut two, "!panic").await;
    server.admin().install_plugin(component_as("fixture", "0.2.0")).await.success();
    relay(&one, &mut two, "!log good evening").await;
    let said = lines(&server, "level=info").await;
    let shown = texts(&said);
    assert_eq!((shown[0], shown[2]), ("good morning", "good evening"), "{shown:?}");
    assert!(shown[1].contains("the fixture panics because a message says so"), "{shown:?}");
    let of =
        |index: usize| (&said[index]["version"], &said[index]["level"], &said[index]["source"], &said[index]["hook"]);
    let hook = json!("message.before-send");
    assert_eq!(of(0), (&json!("0.1.0"), &json!("info"), &json!("log"), &hook));
    assert_eq!(of(1), (&json!("0.1.0"), &json!("warn"), &json!("fault"), &hook));
    assert_eq!(of(2), (&json!("0.2.0"), &json!("info"), &json!("log"), &hook));
    // The panic was printed as well, line by line.
    assert!(lines(&server, "").await.iter().any(|line| line["source"] == "output"));
    assert_eq!(texts(&lines(&server, "level=info&tail=1").await), ["good evening"]);

    let refused = server.admin().configure_plugin("fixture", &json!({"fail_start": true})).await;
    assert!(refused.status.is_client_error());
    let last = lines(&server, "tail=1").await;
    assert!(texts(&last)[0].contains("fail_start"), "{last:?}");

    assert_eq!(server.admin().get("/v1/plugins/nobody/logs").await.status.as_u16(), 404);
    assert_eq!(server.admin().get("/v1/plugins/fixture/logs?level=loud").await.status.as_u16(), 400);
    server.admin().remove_plugin("fixture").await.success();
    assert_eq!(server.admin().get("/v1/plugins/fixture/logs").await.status.as_u16(), 404);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_follows_hears_what_comes_until_the_plugin_is_removed() {
    let (server, one, mut two) = with_fixture().await;
    relay(&one, &mut two, "!log before").await;
    let admin = server.admin();
    let follow = admin.get("/v1/plugins/fixture/logs?level=info&tail=1&follow=true");
    let talk = async {
        eventually("it has begun", async || true).await;
        relay(&one, &mut two, "!log while").await;
        server.admin().install_plugin(component_as("fixture", "0.2.0")).await.success();
        relay(&one, &mut two, "!log after").await;
        server.admin().remove_plugin("fixture").await.success();
    };
    let (heard, ()) = tokio::join!(follow, talk);
    let heard: Vec<Value> =
        heard.success().text.lines().map(|line| serde_json::from_str(line).expect("a line of JSON")).collect();
    let texts = texts(&heard);
    // What came before the request was read is what it begins with.
    assert!(texts.ends_with(&["after"]) && texts.len() <= 3, "{texts:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_stops_does_not_wait_for_those_who_follow() {
    let (server, one, mut two) = with_fixture().await;
    relay(&one, &mut two, "!log before").await;
    let admin = server.admin();
    let follow = admin.get("/v1/plugins/fixture/logs?level=info&follow=true");
    let stop = async {
        tokio::time::sleep(crate::support::SILENCE).await;
        drop((one, two));
        server.stop().await;
    };
    let (heard, ()) = tokio::join!(follow, stop);
    assert!(heard.success().text.contains("before"));
}

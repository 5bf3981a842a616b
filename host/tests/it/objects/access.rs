//! Which buckets a plugin may use, and when.

use super::{BUCKET, Files};
use crate::support::TestServer;

#[tokio::test(flavor = "multi_thread")]
async fn a_plugin_uses_the_buckets_that_the_operator_names() {
    let server = TestServer::builder().config(|config| {
        config.dev = false;
        config.plugins.buckets.insert("errands".into(), vec![BUCKET.into()]);
        config.plugins.grants.insert("errands".into(), ["jobs", "kv", "objects"].map(String::from).to_vec());
    });
    let files = Files::of(server.plugin("errands").start().await, BUCKET, None);
    assert_eq!(files.ask(&["ensure", BUCKET, "private"]).await, Ok(String::new()));
    assert_eq!(files.ask(&["ensure", "user-profile-picture", "public"]).await.unwrap_err(), "Error::NotAllowed");
    assert_eq!(files.ask(&["presign-put", "user-profile-picture", "a", "9"]).await.unwrap_err(), "Error::NotAllowed");
    assert!(files.ask(&["ensure", "../etc", "public"]).await.unwrap_err().contains("Invalid"));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_signed_outlives_a_restart() {
    let mut files = Files::disk().await;
    files.put("a", "text/plain", "data").await;
    let url = files.presign_get("a", "").await;
    files.server.restart().await;
    let here = files.server.route("").replace("/plugins", "");
    let path = url.trim_start_matches("http://").split_once('/').unwrap().1;
    let answer = files.get(&format!("{here}/{path}")).await;
    assert_eq!(answer.text().await.unwrap(), "data");
    assert_eq!(files.ask(&["get", BUCKET, "a"]).await.unwrap(), "data");
}

#[tokio::test(flavor = "multi_thread")]
async fn addresses_begin_as_the_operator_says() {
    let files = Files::start(|config| config.objects.public_url = Some("https://files.example/x".into())).await;
    let url = files.presign_get("a", "").await;
    assert!(url.starts_with("https://files.example/x/objects/message-attachment/a?"), "{url}");
    let form = files.presign_post("a", "", 0, 9).await;
    assert_eq!(form.url, "https://files.example/x/objects/message-attachment");
}

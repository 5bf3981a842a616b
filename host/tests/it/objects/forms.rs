//! Forms, as the server's own disk takes them.

use reqwest::{StatusCode, multipart::Form};
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};

use super::{BUCKET, Files, refusal};
use crate::support::{eventually, soon};

#[tokio::test(flavor = "multi_thread")]
async fn a_client_may_say_twice_what_the_form_says() {
    let files = Files::disk().await;
    let form = files.presign_post("a", "image/png", 0, 9).await;
    let twice = form.clone().field("key", "a").field("content-type", "image/png");
    assert_eq!(files.post(twice, "data").await.status(), StatusCode::NO_CONTENT);
    let contrary = form.field("key", "b");
    assert_eq!(refusal(files.post(contrary, "data").await).await, (400, "invalid".into()));
}

#[tokio::test(flavor = "multi_thread")]
async fn each_refusal_says_what_is_wrong_and_leaves_nothing() {
    let files = Files::disk().await;
    let form = files.presign_post("a", "image/png", 3, 5).await;
    for (form, data, expected) in [
        (form.clone(), "123456", (413, "too_large")),
        (form.clone(), "12", (400, "too_small")),
        (form.clone().with("Content-Type", "text/html"), "1234", (403, "policy")),
        (form.clone().with("key", "b"), "1234", (403, "policy")),
        (form.clone().with("policy", "e30="), "1234", (403, "signature")),
        (form.clone().with("signature", "00"), "1234", (403, "signature")),
    ] {
        assert_eq!(refusal(files.post(form, data).await).await, (expected.0, expected.1.into()));
    }
    let mut lacking = form.clone();
    lacking.fields.retain(|(name, _)| name != "policy");
    assert_eq!(refusal(files.post(lacking, "1234").await).await, (403, "unsigned".into()));
    let mut elsewhere = form.clone();
    elsewhere.url = elsewhere.url.replace(BUCKET, "user-profile-picture");
    assert_eq!(refusal(files.post(elsewhere, "1234").await).await, (403, "policy".into()));
    let no_file = files.client.post(&form.url).multipart(Form::new().text("key", "a")).send().await.unwrap();
    assert_eq!(refusal(no_file).await, (400, "invalid".into()));
    let no_form = files.client.post(&form.url).body("data").send().await.unwrap();
    assert_eq!(refusal(no_form).await, (400, "invalid".into()));
    let large = vec![7; 3_000_000];
    let large = files.client.post(&form.url).multipart(form.clone().filled(large)).send().await;
    // The server reads not all that is too large, and some clients see the end before the answer.
    assert!(large.map_or(true, |answer| answer.status() == StatusCode::PAYLOAD_TOO_LARGE));
    eventually("nothing is left", async || files.on_disk().is_empty()).await;
}

/// A body of many small chunks that never comes to its first field.
#[tokio::test(flavor = "multi_thread")]
async fn fields_do_not_come_in_crumbs() {
    let files = Files::disk().await;
    let form = files.presign_post("a", "", 0, 9).await;
    let (host, path) = form.url.trim_start_matches("http://").split_once('/').unwrap();
    let head = format!("POST /{path} HTTP/1.1\r\nhost: {host}\r\ntransfer-encoding: chunked\r\n");
    let crumbs = format!(
        "{head}content-type: multipart/form-data; boundary=border\r\n\r\n{}0\r\n\r\n",
        "1\r\nx\r\n".repeat(3000)
    );
    let mut stream = tokio::net::TcpStream::connect(host).await.unwrap();
    stream.write_all(crumbs.as_bytes()).await.unwrap();
    let mut answer = String::new();
    soon("the answer", BufReader::new(&mut stream).read_line(&mut answer)).await.unwrap();
    assert!(answer.contains(" 400 "), "{answer}");
    let long = format!("multipart/form-data; boundary={}", "b".repeat(71));
    let long = files.client.post(&form.url).header("content-type", long).body("x").send().await.unwrap();
    assert_eq!(refusal(long).await, (400, "invalid".into()));
}

#[tokio::test(flavor = "multi_thread")]
async fn fields_have_their_limits() {
    let files = Files::disk().await;
    let form = files.presign_post("a", "", 0, 9).await;
    let many = (0..40).fold(form.clone(), |form, n| form.field(&format!("x-ignore-{n}"), "x"));
    assert_eq!(refusal(files.post(many, "data").await).await, (400, "invalid".into()));
    let long = form.clone().field("x-ignore", &"x".repeat(40_000));
    assert_eq!(refusal(files.post(long, "data").await).await, (400, "invalid".into()));
    let other = form.field("x-ignore", "x").field("submit", "Upload");
    assert_eq!(files.post(other.clone(), "data").await.status(), StatusCode::NO_CONTENT);
    for (wanted, status) in [("200", 200), ("201", 201), ("302", 204)] {
        let answer = files.post(other.clone().field("success_action_status", wanted), "data").await;
        assert_eq!(answer.status().as_u16(), status);
        assert_eq!(answer.text().await.unwrap().contains("<Key>a</Key>"), status == 201);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_signed_is_good_for_its_time() {
    let files = Files::disk().await;
    files.put("a", "text/plain", "data").await;
    let sign = async |what: &str, more: &[&str]| files.ask(&[&[what, BUCKET, "a", "1"], more].concat()).await.unwrap();
    let (get, put) = (sign("presign-get", &[""]).await, sign("presign-put", &[]).await);
    assert_eq!(files.get(&get).await.status(), StatusCode::OK);
    tokio::time::sleep(std::time::Duration::from_millis(2_100)).await;
    assert_eq!(refusal(files.get(&get).await).await, (403, "expired".into()));
    let put = files.client.put(put).body("x").send().await.unwrap();
    assert_eq!(refusal(put).await, (403, "expired".into()));
    for time in ["0", "604801"] {
        assert!(files.ask(&["presign-put", BUCKET, "a", time]).await.unwrap_err().contains("604800"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_larger_than_the_server_takes() {
    let files = Files::start(|config| config.objects.max_object_bytes = 4).await;
    let form = files.presign_post("a", "", 0, 9).await;
    assert_eq!(refusal(files.post(form, "12345").await).await, (413, "too_large".into()));
    let put = files.client.put(files.presign_put("a").await).body("12345").send().await.unwrap();
    assert_eq!(refusal(put).await, (413, "too_large".into()));
    let refused = files.ask(&["presign-post", BUCKET, "a", "60", "", "5", "9"]).await.unwrap_err();
    assert!(refused.contains("min-size"), "{refused}");
    assert_eq!(files.ask(&["put", BUCKET, "a", "a/b", "12345"]).await.unwrap_err(), "Error::TooLarge");
}

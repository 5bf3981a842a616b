//! Downloads from the server's own disk.

use reqwest::{Method, StatusCode};

use super::{BUCKET, Files, refusal};

#[tokio::test(flavor = "multi_thread")]
async fn what_was_uploaded_does_nothing_in_a_browser() {
    let files = Files::disk().await;
    files.put("a.svg", "image/svg+xml", "<svg onload='alert(1)'/>").await;
    let answer = files.get(&files.presign_get("a.svg", "").await).await;
    let header = |name: &str| answer.headers()[name].to_str().unwrap().to_owned();
    assert_eq!(header("content-type"), "image/svg+xml");
    assert_eq!(header("x-content-type-options"), "nosniff");
    assert_eq!(header("content-security-policy"), "sandbox; default-src 'none'");
    assert_eq!(header("cache-control"), "private, no-cache");
    assert_eq!(header("accept-ranges"), "bytes");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_head_says_what_would_come() {
    let files = Files::disk().await;
    files.put("a", "text/plain", "data").await;
    let url = files.presign_get("a", "").await;
    let answer = files.client.head(&url).send().await.unwrap();
    assert_eq!((answer.status(), answer.headers()["content-length"].to_str().unwrap()), (StatusCode::OK, "4"));
    assert_eq!(
        files.client.head(files.presign_get("b", "").await).send().await.unwrap().status(),
        StatusCode::NOT_FOUND
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_part_is_of_the_object_that_the_client_has() {
    let files = Files::disk().await;
    files.put("a", "text/plain", "0123").await;
    let url = files.presign_get("a", "").await;
    let tag = files.get(&url).await.headers()["etag"].to_str().unwrap().to_owned();
    let part = async |tag: &str| {
        let request = files.client.get(&url).header("range", "bytes=1-2").header("if-range", tag);
        request.send().await.unwrap().text().await.unwrap()
    };
    assert_eq!(part(&tag).await, "12");
    assert_eq!(part("\"other\"").await, "0123", "the whole of the one that is there now");
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_of_the_named_origins_may_come() {
    let files = Files::disk().await;
    files.put("a", "text/plain", "data").await;
    let url = files.presign_get("a", "").await;
    let answer = files.client.get(&url).header("origin", "https://chat.example").send().await.unwrap();
    assert_eq!(answer.headers()["access-control-allow-origin"], "*");
    assert!(answer.headers()["access-control-expose-headers"].to_str().unwrap().contains("ETag"));
    let asked = files
        .client
        .request(Method::OPTIONS, &url)
        .header("origin", "https://chat.example")
        .header("access-control-request-method", "PUT")
        .header("access-control-request-headers", "content-type")
        .send()
        .await
        .unwrap();
    assert_eq!(asked.status(), StatusCode::NO_CONTENT);
    assert!(asked.headers()["access-control-allow-methods"].to_str().unwrap().contains("PUT"));
    assert_eq!(asked.headers()["access-control-allow-headers"], "content-type");

    let files = Files::start(|config| config.objects.allowed_origins = vec!["https://chat.example".into()]).await;
    let url = files.presign_get("a", "").await;
    let asked_by = async |origin: &str| files.client.get(&url).header("origin", origin).send().await.unwrap();
    let own = asked_by("https://chat.example").await;
    assert_eq!(own.headers()["access-control-allow-origin"], "https://chat.example");
    let other = asked_by("https://evil.example").await;
    assert!(other.headers().get("access-control-allow-origin").is_none());
    assert_eq!(other.headers()["vary"], "Origin");
}

#[tokio::test(flavor = "multi_thread")]
async fn paths_lead_nowhere_else() {
    let files = Files::disk().await;
    let base = files.server.route("").replace("/plugins", "");
    let (host, _) =
        base.trim_start_matches("http://").split_once('/').unwrap_or((base.trim_start_matches("http://"), ""));
    for path in [
        "/objects/",
        "/objects/..",
        "/objects/../admin.token",
        "/objects/message-attachment/../../admin.token",
        "/objects/message-attachment/%2e%2e/%2e%2e/admin.token",
        "/objects/message-attachment/..%2f..%2fadmin.token",
        "/objects/message-attachment/%00",
        "/objects/message-attachment/%zz",
        "/objects/message-attachment/.public-read",
        "/objects/message-attachment/a?expires=9999999999&signature=00",
        "/objects/message-attachment/a?signature=%",
    ] {
        // By hand, as clients tidy paths up.
        let status = status_of(host, &format!("GET {path} HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n")).await;
        assert!(status.contains(" 400 ") || status.contains(" 403 ") || status.contains(" 404 "), "{path}: {status}");
    }
    let delete = files.client.delete(files.presign_get("a", "").await).send().await.unwrap();
    assert_eq!(refusal(delete).await, (405, "method".into()));
    assert_eq!(files.ask(&["head", BUCKET, "a"]).await.unwrap(), "-");
}

async fn status_of(host: &str, request: &str) -> String {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    let mut stream = tokio::net::TcpStream::connect(host).await.expect("it listens");
    stream.write_all(request.as_bytes()).await.expect("it reads");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.expect("it answers");
    answer.lines().next().unwrap_or_default().to_owned()
}

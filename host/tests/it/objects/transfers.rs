//! What clients do with what is signed, in every store.

use reqwest::StatusCode;

use super::Files;

/// Makes a test for each store of what works in all.
macro_rules! in_every_store {
    ($($name:ident),+ $(,)?) => {
        mod disk {
            $(
                #[tokio::test(flavor = "multi_thread")]
                async fn $name() {
                    super::$name(&super::Files::disk().await).await;
                }
            )+
        }

        mod s3 {
            $(
                #[tokio::test(flavor = "multi_thread")]
                async fn $name() {
                    if let Some(files) = super::Files::s3().await {
                        super::$name(&files).await;
                    }
                }
            )+
        }
    };
}

in_every_store! {
    a_form_uploads_one_object,
    a_form_holds_to_its_policy,
    an_address_takes_an_object,
    keys_of_any_kind_come_and_go,
    a_part_of_an_object_comes,
    what_a_client_has_does_not_come_again,
    a_download_has_the_name_that_was_signed,
    an_address_is_for_one_object,
    what_everybody_may_see_needs_no_signature,
    a_large_object_comes_back_as_it_was,
    the_plugin_sees_what_clients_did,
}

async fn a_form_uploads_one_object(files: &Files) {
    let form = files.presign_post("user/1/a.png", "image/png", 1, 100).await;
    let answer = files.post(form, "bytes").await;
    assert_eq!(answer.status(), StatusCode::NO_CONTENT, "{:?}", answer.text().await);
    assert_eq!(files.download("user/1/a.png").await, b"bytes");
    assert_eq!(
        files.ask(&["head", &files.bucket, "user/1/a.png"]).await.expect("it is done"),
        "user/1/a.png 5 image/png"
    );
    // What begins so; the client says the rest.
    let form = files.presign_post("b", "image/", 0, 100).await.field("Content-Type", "image/gif");
    assert_eq!(files.post(form, "").await.status(), StatusCode::NO_CONTENT);
    assert_eq!(files.ask(&["head", &files.bucket, "b"]).await.expect("it is done"), "b 0 image/gif");
}

async fn a_form_holds_to_its_policy(files: &Files) {
    let form = files.presign_post("a", "image/", 3, 5).await;
    let png = form.clone().field("Content-Type", "image/png");
    for (form, data, what) in [
        (png.clone(), "123456", "too large"),
        (png.clone(), "12", "too small"),
        (form.clone().field("Content-Type", "text/html"), "1234", "another type"),
        (png.clone().with("key", "b"), "1234", "another key"),
        (png.clone().with("policy", "e30="), "1234", "another policy"),
    ] {
        let answer = files.post(form, data).await;
        assert!(answer.status().is_client_error(), "{what}: {}", answer.status());
    }
    assert!(!files.is_there("a").await && !files.is_there("b").await);
    assert_eq!(files.post(png, "12345").await.status(), StatusCode::NO_CONTENT);
}

async fn an_address_takes_an_object(files: &Files) {
    let url = files.presign_put("a/b").await;
    let put = |data: &'static str| files.client.put(&url).header("content-type", "text/plain").body(data).send();
    assert_eq!(put("one").await.expect("it is done").status(), StatusCode::OK);
    assert_eq!(put("another").await.expect("it is done").status(), StatusCode::OK);
    assert_eq!(files.download("a/b").await, b"another");
    assert_eq!(files.ask(&["head", &files.bucket, "a/b"]).await.expect("it is done"), "a/b 7 text/plain");
}

async fn keys_of_any_kind_come_and_go(files: &Files) {
    let long = ["x".repeat(250), "y".repeat(250), "z".repeat(250)].join("/");
    for key in ["A", ".hidden", "a..b", "über/日本 語.png", "a+b&c=d?e#f", "100%", "%2e%2e/a", long.as_str()] {
        let form = files.presign_post(key, "", 0, 2000).await.field("Content-Type", "text/plain");
        assert_eq!(files.post(form, key).await.status(), StatusCode::NO_CONTENT, "{key}");
        assert_eq!(files.download(key).await, key.as_bytes(), "{key}");
        files.ask(&["delete", &files.bucket, key]).await.expect("it is done");
        assert_eq!(files.get(&files.presign_get(key, "").await).await.status(), StatusCode::NOT_FOUND, "{key}");
    }
    for key in ["", "..", "../a", "a/./b", "a\u{7f}", &"a".repeat(10_000)] {
        let refused =
            files.ask(&["presign-post", &files.bucket, key, "60", "", "0", "9"]).await.expect_err("it is refused");
        assert!(refused.contains("Invalid"), "{refused}");
    }
}

async fn a_part_of_an_object_comes(files: &Files) {
    files.put("a", "text/plain", "0123456789").await;
    let url = files.presign_get("a", "").await;
    let part = async |range: &str| {
        let answer = files.client.get(&url).header("range", range).send().await.expect("it is done");
        let header = answer.headers().get("content-range").map(|value| value.to_str().expect("it is done").to_owned());
        (answer.status().as_u16(), header, answer.text().await.expect("it is done"))
    };
    assert_eq!(part("bytes=2-4").await, (206, Some("bytes 2-4/10".into()), "234".into()));
    assert_eq!(part("bytes=-3").await, (206, Some("bytes 7-9/10".into()), "789".into()));
    assert_eq!(part("bytes=8-").await, (206, Some("bytes 8-9/10".into()), "89".into()));
    assert_eq!(part("bytes=10-").await.0, 416);
}

async fn what_a_client_has_does_not_come_again(files: &Files) {
    files.put("a", "text/plain", "data").await;
    let url = files.presign_get("a", "").await;
    let first = files.get(&url).await;
    let tag = first.headers()["etag"].to_str().expect("it is done").to_owned();
    assert_eq!((first.headers()["content-length"].to_str().expect("it is done"), tag.contains('"')), ("4", true));
    let again = files.client.get(&url).header("if-none-match", &tag).send().await.expect("it is done");
    assert_eq!((again.status(), again.text().await.expect("it is done").as_str()), (StatusCode::NOT_MODIFIED, ""));
    files.put("a", "text/plain", "other").await;
    let changed = files.client.get(&url).header("if-none-match", &tag).send().await.expect("it is done");
    assert_eq!((changed.status(), changed.text().await.expect("it is done").as_str()), (StatusCode::OK, "other"));
}

async fn a_download_has_the_name_that_was_signed(files: &Files) {
    files.put("a", "text/plain", "data").await;
    let answer = files.get(&files.presign_get("a", "my \"résumé\".txt").await).await;
    assert_eq!(answer.status(), StatusCode::OK);
    let value = answer.headers()["content-disposition"].to_str().expect("it is done").to_owned();
    assert_eq!(value, "attachment; filename=\"my _r_sum__.txt\"; filename*=UTF-8''my%20%22r%C3%A9sum%C3%A9%22.txt");
    let shown = files.get(&files.presign_get("a", "").await).await;
    assert!(shown.headers().get("content-disposition").is_none());
}

async fn an_address_is_for_one_object(files: &Files) {
    files.put("a", "text/plain", "data").await;
    files.put("b", "text/plain", "data").await;
    let url = files.presign_get("a", "").await;
    let (path, query) = url.split_once('?').expect("it is done");
    let other = path.strip_suffix('a').expect("it is done");
    let later = query.replace("expires=1", "expires=2").replace("X-Amz-Expires=60", "X-Amz-Expires=61");
    for url in [format!("{other}b?{query}"), path.to_owned(), format!("{path}?{later}")] {
        let status = files.get(&url).await.status();
        assert_eq!(status, StatusCode::FORBIDDEN, "{url}");
    }
    let put = files.client.put(&url).body("changed").send().await.expect("it is done");
    assert_eq!(put.status(), StatusCode::FORBIDDEN, "an address to download takes nothing");
    assert_eq!(files.download("a").await, b"data");
}

async fn what_everybody_may_see_needs_no_signature(files: &Files) {
    files.put("a b", "text/plain", "data").await;
    let url = files.ask(&["public-url", &files.bucket, "a b"]).await.expect("it is done");
    assert_eq!(files.get(&url).await.status(), StatusCode::FORBIDDEN);
    files.ask(&["ensure", &files.bucket, "public"]).await.expect("it is done");
    assert_eq!(files.get(&url).await.text().await.expect("it is done"), "data");
    let put = files.client.put(&url).body("changed").send().await.expect("it is done");
    assert_eq!(put.status(), StatusCode::FORBIDDEN, "nobody puts without a signature");
    files.ask(&["ensure", &files.bucket, "private"]).await.expect("it is done");
    assert_eq!(files.get(&url).await.status(), StatusCode::FORBIDDEN);
}

async fn a_large_object_comes_back_as_it_was(files: &Files) {
    let data: Vec<u8> = (0..9_000_001_u32).map(|n| (n.wrapping_mul(2_654_435_761) >> 13) as u8).collect();
    let form = files.presign_post("a", "", 0, 10_000_000).await.field("Content-Type", "text/plain");
    assert_eq!(files.post(form, data.clone()).await.status(), StatusCode::NO_CONTENT);
    assert!(files.download("a").await == data);
    let put = files.client.put(files.presign_put("b").await).body(data.clone()).send().await.expect("it is done");
    assert_eq!(put.status(), StatusCode::OK);
    assert!(files.download("b").await == data);
    assert_eq!(files.ask(&["get", &files.bucket, "b"]).await.expect_err("it is refused"), "Error::TooLarge");
}

async fn the_plugin_sees_what_clients_did(files: &Files) {
    for key in ["b/2", "b/1", "a"] {
        let form = files.presign_post(key, "", 0, 9).await.field("Content-Type", "text/plain");
        assert_eq!(files.post(form, "data").await.status(), StatusCode::NO_CONTENT);
    }
    assert_eq!(files.ask(&["list", &files.bucket, "b/", "", "9"]).await.expect("it is done"), "b/1\nb/2");
    assert_eq!(files.ask(&["list", &files.bucket, "", "a", "1"]).await.expect("it is done"), "b/1");
    assert_eq!(files.ask(&["get", &files.bucket, "a"]).await.expect("it is done"), "data");
    assert_eq!(files.ask(&["get", "never-made", "a"]).await.expect_err("it is refused"), "Error::NoBucket");
}

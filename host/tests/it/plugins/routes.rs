//! What plugins answer over HTTP.

use reqwest::{Client, RequestBuilder, header};
use talaria::config::{RateLimit, RouteAccess};
use tokio::net::TcpStream;

use crate::support::{PASSWORD, TestServer, eventually, soon};

async fn with_errands() -> TestServer {
    TestServer::builder().plugin("errands").start().await
}

/// The status and the text that a request is answered with.
async fn answer(request: RequestBuilder) -> (u16, String) {
    let response = soon("an answer", request.send()).await.expect("the server answers");
    (response.status().as_u16(), soon("a body", response.text()).await.expect("it is text"))
}

async fn get(server: &TestServer, path: &str) -> (u16, String) {
    answer(Client::new().get(server.route(path))).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_public_route_is_for_everybody() {
    let server = with_errands().await;
    let request = Client::new().post(server.route("/errands/public/a?b=c%20d")).body("body");
    let request = request.header("x-talaria-user", "7").header("x-forwarded-prefix", "/evil").bearer_auth("own");
    let response = soon("an answer", request.send()).await.unwrap();
    assert_eq!(response.status(), 200);
    assert_eq!(response.headers()["x-errand"], "done");
    assert_eq!(response.headers()["x-content-type-options"], "nosniff");
    let text = response.text().await.unwrap();
    assert_eq!(text, "POST /public/a?b=c%20d Origin::Client 0 - Bearer own /plugins/errands body");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_route_for_users_takes_their_passwords() {
    let server = with_errands().await;
    let me = || Client::new().get(server.route("/errands/me"));
    let refused = soon("an answer", me().send()).await.unwrap();
    assert_eq!(refused.status(), 401);
    assert!(refused.headers()[header::WWW_AUTHENTICATE].to_str().unwrap().starts_with("Basic "));
    assert_eq!(answer(me().basic_auth(1, Some("wrong"))).await.0, 401);
    assert_eq!(answer(me().basic_auth(999_999, Some(PASSWORD))).await.0, 401, "there is no such user");
    assert_eq!(answer(me().basic_auth(0, Some(PASSWORD))).await.0, 401, "the administrator is no user");
    let forged = me().basic_auth(1, Some(PASSWORD)).header("x-talaria-user", "2");
    let expected = "GET /me Origin::Client 1 1 - /plugins/errands ";
    assert_eq!(answer(forged).await, (200, expected.to_owned()), "who has logged in, and no password");
}

#[tokio::test(flavor = "multi_thread")]
async fn plugins_decide_about_users_as_at_a_login() {
    let server = TestServer::builder().plugin("errands").plugin("fixture").start().await;
    let config = serde_json::json!({"tokens": {"1": "token"}, "deny_login": [2]});
    server.admin().configure_plugin("fixture", &config).await.success();
    let me = |user, password| answer(Client::new().get(server.route("/errands/me")).basic_auth(user, Some(password)));
    assert_eq!(me(1, "token").await.0, 200);
    assert_eq!(me(1, PASSWORD).await.0, 401);
    assert_eq!(me(2, PASSWORD).await.0, 401, "auth.before-login refuses");
    assert_eq!(me(3, PASSWORD).await.0, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn passwords_cannot_be_guessed_fast() {
    let builder = TestServer::builder().plugin("errands");
    let server =
        builder.config(|config| config.http.login_rate = RateLimit { burst: 3, per_second: 0.001 }).start().await;
    let mut codes = Vec::new();
    for _ in 0..4 {
        codes.push(answer(Client::new().get(server.route("/errands/me")).basic_auth(1, Some("guess"))).await.0);
    }
    assert_eq!(codes, [401, 401, 401, 429]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_declared_is_the_operators() {
    let server = with_errands().await;
    for path in ["/errands", "/errands/", "/errands/secret", "/errands/publicity", "/errands/public/%2e%2e/secret"] {
        assert_eq!(get(&server, path).await.0, 404, "{path}");
    }
    for path in ["", "/", "/nobody/public", "/fixture/x"] {
        assert_eq!(get(&server, path).await.0, 404, "{path}");
    }
    let answered = server.admin().get("/plugins/errands/secret?x").await.success();
    assert_eq!(answered.text, "GET /secret?x Origin::Admin 0 - - /plugins/errands ", "without the token");
    assert_eq!(server.admin().get("/plugins/errands/public").await.status, 200);
    assert_eq!(server.stranger_to_admin().get("/plugins/errands/public").await.status, 401);
    let status = server.admin().plugin("errands").await.success().json();
    assert_eq!(status["routes"], serde_json::json!({"/me": "user", "/public": "public"}));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_operator_has_the_last_word() {
    let builder = TestServer::builder().plugin("errands");
    let routes = [("/public/off", RouteAccess::Off), ("/me", RouteAccess::Public), ("/public/in", RouteAccess::Admin)];
    let routes = routes.map(|(prefix, access)| (prefix.to_owned(), access)).into_iter().collect();
    let server = builder.config(|config| drop(config.plugins.routes.insert("errands".into(), routes))).start().await;
    assert_eq!(get(&server, "/errands/public").await.0, 200);
    assert_eq!(get(&server, "/errands/me").await.0, 200);
    assert_eq!(get(&server, "/errands/public/off/x").await.0, 404);
    assert_eq!(get(&server, "/errands/public/in").await.0, 404);
    assert_eq!(server.admin().get("/plugins/errands/public/in").await.status, 200);
    assert_eq!(server.admin().get("/plugins/errands/public/off").await.status, 404);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plugin_that_fails_costs_one_answer() {
    let builder = TestServer::builder().plugin("errands");
    let server = builder.config(|config| config.plugins.breaker_failures = 2).start().await;
    let (status, text) = get(&server, "/errands/public/panic").await;
    assert_eq!((status, text.as_str()), (502, "the plugin failed"), "nothing of it goes out");
    assert_eq!(get(&server, "/errands/public").await.0, 200);
    assert_eq!(get(&server, "/errands/public/loop").await.0, 504);
    assert_eq!(get(&server, "/errands/public").await.0, 503, "its breaker is open");
    server.admin().disable_plugin("errands").await.success();
    assert_eq!(get(&server, "/errands/public").await.0, 404);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_brought_is_limited() {
    let change = |config: &mut talaria::config::Config| {
        config.http.max_body_bytes = 1000;
        config.http.max_header_bytes = 2000;
        config.http.body_timeout_seconds = 1;
    };
    let server = TestServer::builder().config(change).plugin("errands").start().await;
    let post = || Client::new().post(server.route("/errands/public"));
    assert_eq!(answer(post().body("x".repeat(1000))).await.0, 200);
    assert_eq!(answer(post().body("x".repeat(1001))).await.0, 413);
    assert_eq!(answer(post().header("x-large", "x".repeat(2000))).await.0, 431);
    let admin = server.admin();
    let large = admin.send(reqwest::Method::POST, "/plugins/errands/x", vec![0; 1001]).await;
    assert_eq!(large.status, 413, "the operator brings no more");
    assert_eq!(stalled(&server).await, "HTTP/1.1 408 Request Timeout");
}

#[tokio::test(flavor = "multi_thread")]
async fn one_address_does_not_take_all_requests() {
    let change = |config: &mut talaria::config::Config| {
        config.http.max_requests_per_address = 1;
        config.http.trusted_proxies = vec!["127.0.0.1".parse().expect("it is an address")];
    };
    let server = TestServer::builder().config(change).plugin("errands").start().await;
    let ask = async |from: &str| {
        answer(Client::new().post(server.route("/errands/public")).header("x-forwarded-for", from)).await.0
    };
    let held = begin(&server).await;
    eventually("it is under way", async || ask("127.0.0.1").await == 429).await;
    assert_eq!(ask("192.0.2.1").await, 200);
    drop(held);
    eventually("it is no more", async || ask("127.0.0.1").await == 200).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_plugin_has_begun_it_ends_though_nobody_waits() {
    let server = with_errands().await;
    let notes = async || get(&server, "/errands/public/notes").await.1;
    let asked = send(&server, "POST /plugins/errands/public/linger HTTP/1.1\r\nhost: x\r\n\r\n").await;
    eventually("it is begun", async || notes().await.starts_with("begin")).await;
    drop(asked);
    eventually("it is ended", async || notes().await.lines().nth(1) == Some("end")).await;
}

/// A request whose body never comes.
async fn begin(server: &TestServer) -> TcpStream {
    send(server, "POST /plugins/errands/public HTTP/1.1\r\nhost: x\r\ncontent-length: 10\r\n\r\nabc").await
}

async fn send(server: &TestServer, request: &str) -> TcpStream {
    use tokio::io::AsyncWriteExt as _;
    let url = server.route("/errands/public");
    let address = url.trim_start_matches("http://").split('/').next().expect("a URL has a host");
    let mut stream = TcpStream::connect(address).await.expect("it listens");
    stream.write_all(request.as_bytes()).await.expect("it reads");
    stream
}

/// The first line of the answer to it.
async fn stalled(server: &TestServer) -> String {
    use tokio::io::{AsyncBufReadExt as _, BufReader};
    let mut line = String::new();
    soon("an answer", BufReader::new(begin(server).await).read_line(&mut line)).await.expect("it answers");
    line.trim_end().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_listener_that_is_off_is_not_there() {
    let server =
        TestServer::builder().config(|config| config.http.listen = talaria::config::Address::Off).start().await;
    assert!(server.addresses().http.is_none());
}

//! The plugin that takes signed tokens for passwords.

use serde_json::{Value, json};
use talaria_client::proto::{CreateSessionRequest, DeviceType, turms_request::Kind};

use crate::support::{TestServer, component};

/// HS256, of user 7 until the year 2286.
const TOKEN: &str =
    "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiI3IiwiZXhwIjo5OTk5OTk5OTk5fQ.AqDGfiIueWlMHuYTIthYbwnxApYNCWfCHAqln1wDngw";

fn settings() -> Value {
    json!({"keys": [{"kty": "oct", "alg": "HS256", "k": "b25seSBmb3IgdGVzdHMsIGFuZCBsb25nIGVub3VnaCBmb3IgaXQ"}]})
}

#[tokio::test(flavor = "multi_thread")]
async fn a_user_logs_in_with_a_token() {
    let server = TestServer::start().await;
    server.admin().install_plugin_with(component("auth-jwt"), &settings()).await.success();
    let code = async |user: i64, password: &str| {
        let mut guest = server.guest_tcp().await;
        let login = CreateSessionRequest {
            version: 1,
            user_id: user,
            password: Some(password.to_owned()),
            device_type: DeviceType::Ios.into(),
            ..CreateSessionRequest::default()
        };
        guest.request(Kind::CreateSessionRequest(login)).await.code()
    };
    assert_eq!(code(7, TOKEN).await, 1000);
    assert_eq!(code(8, TOKEN).await, 2011, "of another user");
    assert_eq!(code(7, "123").await, 2011, "passwords are off");
    let shown = server.admin().plugin("auth-jwt").await;
    assert!(!shown.text.contains("b25seSBmb3IgdGVzdHMsIGFuZCBsb25nIGVub3VnaCBmb3IgaXQ"), "the key is masked");
    let both = json!({"keys": settings()["keys"], "passwords": true});
    server.admin().configure_plugin("auth-jwt", &both).await.success();
    assert_eq!(code(7, "123").await, 1000);
    assert_eq!(code(7, TOKEN).await, 1000);
}

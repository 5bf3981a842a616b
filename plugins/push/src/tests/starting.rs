//! What configurations are accepted.

use serde_json::json;
use talaria_sdk::{Config, secrets};

use super::{GATEWAY, Plugin};

#[test]
fn refuses_a_configuration_that_does_not_fit() {
    secrets::testing::give("signing", "a key");
    secrets::testing::give("account", r#"{"client_email": "a", "private_key": "b", "token_uri": "https://c"}"#);
    secrets::testing::give("other", include_str!("ec.pem"));
    secrets::testing::give("nameless", &super::account().replace(r#""project_id":"p","#, ""));
    let generic = json!({ "url": GATEWAY });
    for (config, message) in [
        (json!({}), "at least one of generic, apns and fcm"),
        (json!({ "generic": { "url": "push.example" } }), "generic.url: neither"),
        (
            json!({ "generic": { "url": GATEWAY, "secret": "none" } }),
            r#"generic.secret: the operator has given no secret "none""#,
        ),
        (json!({ "generic": generic, "content": "some" }), "unknown variant `some`"),
        (json!({ "generic": generic, "max_text": 0 }), "max_text: from 1 to 1000"),
        (json!({ "generic": generic, "ttl_seconds": 1 }), "ttl_seconds: from 60"),
        (json!({ "generic": generic, "timeout_ms": 60_000 }), "timeout_ms: from 100"),
        (json!({ "generic": generic, "devices_per_user": 0 }), "devices_per_user: from 1"),
        (json!({ "generic": generic, "device_days": 400 }), "device_days: from 1"),
        (json!({ "generic": generic, "templates": { "title": "{name}" } }), "templates.title: there is no {name}"),
        (json!({ "generic": generic, "token": "x" }), "unknown field `token`"),
        (
            json!({ "apns": { "team": "T", "key_id": "K", "topic": "t" } }),
            r#"apns.key: the operator has given no secret "apns""#,
        ),
        (
            json!({ "apns": { "team": "T", "key_id": "K", "topic": "t", "key": "signing" } }),
            "apns.key: the secret is no key",
        ),
        (json!({ "apns": { "team": "T", "key": "other", "topic": "t" } }), "missing field `key_id`"),
        (json!({ "fcm": {} }), r#"fcm.account: the operator has given no secret "fcm""#),
        (json!({ "fcm": { "account": "signing" } }), "fcm.account: the secret is no JSON of a service account"),
        (json!({ "fcm": { "account": "account" } }), "fcm.account: private_key is no RSA key"),
        (json!({ "fcm": { "account": "nameless" } }), "fcm.project: the service account does not say"),
        (json!({ "fcm": { "account": "nameless", "project": "a/b" } }), "fcm.project: \"a/b\" is no id"),
    ] {
        let error = Plugin::start(Config::new(config.to_string())).err().expect("refused").to_string();
        assert!(error.contains(message), "{config}: {error}");
        assert!(!error.contains("a key") && !error.contains("PRIVATE"), "it shows a secret: {error}");
    }
}

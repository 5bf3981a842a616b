//! What goes to each of the services.

use std::collections::HashSet;

use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Validation, jwk::Jwk};
use serde_json::{Value, json};
use talaria_sdk::http::{Request, testing};

use super::{
    GATEWAY, TOKEN, USER, answers, clock, failure, generic, header, json_of, register, start, tell, to_user, tokens,
};
use crate::gateways::signature;

const APNS: &str = "https://apns.example";
const FCM: &str = "https://fcm.example/v1/projects/p/messages:send";
const OAUTH: &str = "https://oauth.example/token";

/// What a token says that the key has signed.
fn claims(token: &str, key: &EncodingKey, algorithm: Algorithm) -> Value {
    let key = DecodingKey::from_jwk(&Jwk::from_encoding_key(key, algorithm).unwrap()).unwrap();
    let mut validation = Validation::new(algorithm);
    validation.required_spec_claims = HashSet::new();
    validation.validate_exp = false;
    validation.validate_aud = false;
    jsonwebtoken::decode(token, &key, &validation).unwrap().claims
}

fn sent() -> Request {
    testing::take_requests().pop().expect("something is sent")
}

#[test]
fn a_gateway_of_ones_own_is_told_everything_with_a_signature() {
    let mut plugin = generic();
    register(&plugin, USER, "apns", TOKEN);
    answers(GATEWAY, 200, "thank you");
    tell(&mut plugin, to_user(5, "hi")).unwrap();
    let request = sent();
    let mut body = json_of(&request.body);
    let (date, expires) = (body["message"]["date"].as_i64().unwrap(), body["expires"].as_i64().unwrap());
    assert_eq!(expires, date / 1000 + 86_400);
    body["message"]["date"] = 0.into();
    let expected = json!({
        "message": { "id": "5", "sender": "1", "group": null, "date": 0 },
        "title": "Ann",
        "body": "hi",
        "conversation": "user-1",
        "collapse": true,
        "expires": expires,
        "devices": [{ "user": "7", "platform": "apns", "app": null, "token": TOKEN }],
    });
    assert_eq!(body, expected);
    let timestamp = header(&request, "x-talaria-timestamp").unwrap().parse().unwrap();
    let signed = signature("a key", timestamp, std::str::from_utf8(&request.body).unwrap());
    assert_eq!(header(&request, "x-talaria-signature"), Some(format!("sha256={signed}").as_str()));
}

#[test]
fn apple_is_told_as_it_wants_it() {
    let apns = json!({ "url": APNS, "team": "TEAM", "key_id": "KEY", "topic": "com.example.app" });
    let mut plugin = start(&json!({ "apns": apns }));
    register(&plugin, USER, "apns", TOKEN);
    let url = format!("{APNS}/3/device/{TOKEN}");
    answers(&url, 200, "");
    tell(&mut plugin, to_user(5, &"ü".repeat(3000))).unwrap();
    let request = sent();
    assert_eq!((request.method.as_str(), request.url.as_str()), ("POST", url.as_str()));
    for (name, value) in
        [("apns-topic", "com.example.app"), ("apns-push-type", "alert"), ("apns-collapse-id", "user-1")]
    {
        assert_eq!(header(&request, name), Some(value));
    }
    assert!(header(&request, "apns-expiration").unwrap().parse::<i64>().unwrap() > clock::now_ms() / 1000);
    let body = json_of(&request.body);
    let aps = json!({ "alert": { "title": "Ann", "body": format!("{}…", "ü".repeat(199)) }, "thread-id": "user-1", "sound": "default" });
    assert_eq!(body, json!({ "aps": aps, "message": "5", "sender": "1" }), "and no badge");
    let token = header(&request, "authorization").unwrap().strip_prefix("bearer ").unwrap();
    assert_eq!(jsonwebtoken::decode_header(token).unwrap().kid.as_deref(), Some("KEY"));
    let key = EncodingKey::from_ec_pem(include_bytes!("ec.pem")).unwrap();
    let claims = claims(token, &key, Algorithm::ES256);
    let age = clock::now_ms() / 1000 - claims["iat"].as_i64().unwrap();
    assert!(claims["iss"] == "TEAM" && (0..2400).contains(&age), "{claims}");
    // Apple wants no new token too soon, whichever instance it comes from.
    let mut other =
        start(&json!({ "apns": { "url": APNS, "team": "TEAM", "key_id": "KEY", "topic": "com.example.app" } }));
    tell(&mut other, to_user(6, "hi")).unwrap();
    assert_eq!(header(&sent(), "authorization"), header(&request, "authorization"));
    answers(&url, 410, r#"{"reason": "Unregistered", "timestamp": 99999999999999}"#);
    tell(&mut plugin, to_user(7, "hi")).unwrap();
    assert_eq!(tokens(&plugin, USER), 0);
}

#[test]
fn google_is_told_as_it_wants_it() {
    let mut plugin = start(&json!({ "fcm": { "url": "https://fcm.example/" }, "max_text": 1000 }));
    register(&plugin, USER, "fcm", "a:b");
    answers(OAUTH, 200, r#"{"access_token": "granted", "expires_in": 3599, "token_type": "Bearer"}"#);
    answers(FCM, 200, "{}");
    tell(&mut plugin, to_user(5, "hi")).unwrap();
    let requests = testing::take_requests();
    let asked = std::str::from_utf8(&requests[0].body).unwrap();
    assert_eq!(header(&requests[0], "content-type"), Some("application/x-www-form-urlencoded"));
    let assertion = asked.strip_prefix("grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Ajwt-bearer&assertion=");
    let key = EncodingKey::from_rsa_pem(include_bytes!("rsa.pem")).unwrap();
    let claims = claims(assertion.unwrap(), &key, Algorithm::RS256);
    assert_eq!((&claims["iss"], &claims["aud"]), (&json!("talaria@p.example"), &json!(OAUTH)));
    assert_eq!(header(&requests[1], "authorization"), Some("Bearer granted"));
    let mut body = json_of(&requests[1].body);
    let ttl = body["message"]["android"]["ttl"].take();
    assert!(["86399s", "86400s"].contains(&ttl.as_str().unwrap()), "{ttl}");
    let android =
        json!({ "priority": "HIGH", "ttl": null, "collapse_key": "user-1", "notification": { "tag": "user-1" } });
    let message = json!({
        "token": "a:b",
        "notification": { "title": "Ann", "body": "hi" },
        "data": { "message": "5", "sender": "1" },
        "android": android,
    });
    assert_eq!(body, json!({ "message": message }));

    tell(&mut plugin, to_user(6, &"\u{1}".repeat(900))).unwrap();
    let requests = testing::take_requests();
    assert_eq!(requests.len(), 1, "the token is still good");
    assert!(requests[0].body.len() <= 4096 + 64, "{}", requests[0].body.len());

    answers(FCM, 401, r#"{"error": {"status": "UNAUTHENTICATED"}}"#);
    assert!(failure(&mut plugin).contains("401 UNAUTHENTICATED"));
    answers(FCM, 404, r#"{"error": {"status": "NOT_FOUND", "details": [{"errorCode": "UNREGISTERED"}]}}"#);
    testing::take_requests();
    tell(&mut plugin, to_user(8, "hi")).unwrap();
    assert_eq!(testing::take_requests().len(), 2, "with a new token");
    assert_eq!(tokens(&plugin, USER), 0);
}

#[test]
fn each_platform_goes_to_its_own_service_and_the_others_to_the_operators() {
    let mut plugin = start(&json!({
        "generic": { "url": GATEWAY },
        "apns": { "url": APNS, "team": "T", "key_id": "K", "topic": "t", "sound": null },
    }));
    for (platform, token) in [("apns", TOKEN), ("fcm", "b"), ("generic", "c")] {
        register(&plugin, USER, platform, token);
    }
    answers(&format!("{APNS}/3/device/{TOKEN}"), 200, "");
    answers(GATEWAY, 200, "");
    tell(&mut plugin, to_user(1, "hi")).unwrap();
    let requests = testing::take_requests();
    assert_eq!(requests.len(), 2);
    assert_eq!(json_of(&requests[0].body)["aps"]["sound"], Value::Null);
    assert_eq!(super::brought(&requests[1]).len(), 2);
}

#[test]
fn a_token_that_is_not_granted_is_asked_for_again() {
    let mut plugin = start(&json!({ "fcm": { "url": "https://fcm.example" } }));
    register(&plugin, USER, "fcm", "a");
    for (status, body, reason) in [
        (403, "", "no token is given: it answers 403"),
        (200, "<html>", "no token is given: the answer is not understood"),
    ] {
        answers(OAUTH, status, body);
        assert_eq!(failure(&mut plugin), reason);
    }
}

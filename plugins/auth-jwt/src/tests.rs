//! Whose tokens are accepted. The keys in `tests/` were made for these tests and are used for nothing else.

use std::time::{SystemTime, UNIX_EPOCH};

use jsonwebtoken::jwk::Jwk;
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use serde_json::{Value, json};
use talaria_sdk::DeviceType;

use super::*;

const SECRET: &[u8] = b"a secret that is as long as the hash of HS256 asks for";

#[expect(clippy::disallowed_methods, reason = "tokens are held against the system's clock")]
fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs()
}

fn secret() -> EncodingKey {
    EncodingKey::from_secret(SECRET)
}

/// Signed for the user, and good for a minute.
fn token_of(user: &Value, key: &EncodingKey, algorithm: Algorithm) -> String {
    token(&json!({"sub": user, "exp": now() + 60}), key, &Header::new(algorithm))
}

fn token(claims: &Value, key: &EncodingKey, header: &Header) -> String {
    encode(header, claims, key).unwrap()
}

fn jwk(key: &EncodingKey, algorithm: Algorithm) -> Value {
    serde_json::to_value(Jwk::from_encoding_key(key, algorithm).unwrap()).unwrap()
}

fn plugin(config: &Value) -> Result<AuthJwt, StartError> {
    AuthJwt::start(Config::new(config.to_string()))
}

/// A plugin that knows one key, with further settings.
fn with(key: &Value, settings: &Value) -> AuthJwt {
    let mut config = json!({"keys": [key]});
    config.as_object_mut().unwrap().extend(settings.as_object().unwrap().clone());
    plugin(&config).unwrap()
}

fn log_in(plugin: &AuthJwt, user: i64, password: &str) -> Outcome {
    let credentials = Credentials {
        user_id: user,
        password: Some(password.to_owned()),
        device: DeviceType::Ios,
        device_details: Vec::new(),
    };
    plugin.auth_authenticate(&Context::default(), &credentials)
}

fn text(outcome: Outcome) -> String {
    match outcome {
        Outcome::Deny(denial) => {
            assert_eq!(denial.code, WRONG_CREDENTIALS);
            denial.text
        }
        other => panic!("{other:?}"),
    }
}

fn of_secret() -> AuthJwt {
    with(&jwk(&secret(), Algorithm::HS256), &json!({}))
}

#[test]
fn every_kind_of_key_works() {
    let keys = [
        (secret(), Algorithm::HS256),
        (secret(), Algorithm::HS512),
        (EncodingKey::from_ed_der(include_bytes!("tests/ed25519.der")), Algorithm::EdDSA),
        (EncodingKey::from_ec_der(include_bytes!("tests/p256.der")), Algorithm::ES256),
        (EncodingKey::from_rsa_der(include_bytes!("tests/rsa.der")), Algorithm::RS256),
        (EncodingKey::from_rsa_der(include_bytes!("tests/rsa.der")), Algorithm::PS512),
    ];
    let all: Vec<_> = keys.iter().map(|(key, algorithm)| jwk(key, *algorithm)).collect();
    let all = plugin(&json!({"keys": all})).unwrap();
    for (key, algorithm) in &keys {
        let alone = with(&jwk(key, *algorithm), &json!({}));
        let token = token_of(&json!("7"), key, *algorithm);
        assert_eq!(log_in(&alone, 7, &token), Outcome::Accept, "{algorithm:?}");
        assert_eq!(log_in(&all, 7, &token), Outcome::Accept, "{algorithm:?} among others");
        assert_eq!(text(log_in(&alone, 8, &token)), "The token is another user's");
        let mut forged = token.clone();
        let at = forged.rfind('.').unwrap() + 2;
        forged.replace_range(at..=at, if &forged[at..=at] == "A" { "B" } else { "A" });
        assert_eq!(text(log_in(&alone, 7, &forged)), "The token is not valid", "{algorithm:?}");
    }
}

#[test]
fn a_key_is_used_with_its_own_algorithms_only() {
    let rsa = EncodingKey::from_rsa_der(include_bytes!("tests/rsa.der"));
    let public = jwk(&rsa, Algorithm::RS256);
    let plugin = with(&public, &json!({}));
    // The well-known confusion: the public key as the secret of an HMAC.
    for material in [public.to_string().into_bytes(), public["n"].as_str().unwrap().as_bytes().to_vec()] {
        let confused = token_of(&json!("7"), &EncodingKey::from_secret(&material), Algorithm::HS256);
        assert_eq!(text(log_in(&plugin, 7, &confused)), "The token is not valid");
    }
    let other = token_of(&json!("7"), &rsa, Algorithm::RS512);
    assert_eq!(text(log_in(&plugin, 7, &other)), "The token is not valid", "`alg` narrows the key");
    let unsigned = "eyJhbGciOiJub25lIn0.eyJzdWIiOiI3IiwiZXhwIjo5OTk5OTk5OTk5fQ.";
    assert_eq!(text(log_in(&plugin, 7, unsigned)), "The token is not valid");
}

#[test]
fn a_token_has_its_time() {
    let plugin = of_secret();
    let at = |claims: Value| token(&claims, &secret(), &Header::new(Algorithm::HS256));
    let now = now();
    assert_eq!(text(log_in(&plugin, 7, &at(json!({"sub": "7", "exp": now - 60})))), "The token has expired");
    assert_eq!(log_in(&plugin, 7, &at(json!({"sub": "7", "exp": now - 10}))), Outcome::Accept, "clocks differ");
    for bad in [json!({"sub": "7"}), json!({"sub": "7", "exp": now + 60, "nbf": now + 50})] {
        assert_eq!(text(log_in(&plugin, 7, &at(bad))), "The token is not valid");
    }
    let forged = token(&json!({"sub": "7", "exp": now - 60}), &EncodingKey::from_secret(&[7; 40]), &Header::default());
    assert_eq!(text(log_in(&plugin, 7, &forged)), "The token is not valid", "nothing is said of a forged one");
}

#[test]
fn the_user_stands_in_a_claim() {
    let at = |user: Value| token_of(&user, &secret(), Algorithm::HS256);
    assert_eq!(log_in(&of_secret(), 7, &at(json!(7))), Outcome::Accept);
    for strange in [json!("+7"), json!(" 7"), json!("7.0"), json!(7.5), json!(""), json!(null), json!([7])] {
        assert_eq!(text(log_in(&of_secret(), 7, &at(strange))), "The token is not valid");
    }
    let uid = with(&jwk(&secret(), Algorithm::HS256), &json!({"user_claim": "uid"}));
    let claims = json!({"uid": 7, "sub": "somebody", "exp": now() + 60});
    assert_eq!(log_in(&uid, 7, &token(&claims, &secret(), &Header::default())), Outcome::Accept);
    assert_eq!(text(log_in(&uid, 7, &at(json!("7")))), "The token is not valid");
}

#[test]
fn issuer_and_audience_are_asked_for() {
    let settings = json!({"issuer": "https://id.example", "audience": "chat"});
    let plugin = with(&jwk(&secret(), Algorithm::HS256), &settings);
    let at = |issuer: Value, audience: Value| {
        let claims = json!({"sub": "7", "exp": now() + 60, "iss": issuer, "aud": audience});
        token(&claims, &secret(), &Header::default())
    };
    for audience in [json!("chat"), json!(["mail", "chat"])] {
        assert_eq!(log_in(&plugin, 7, &at(json!("https://id.example"), audience)), Outcome::Accept);
    }
    for (issuer, audience) in [("https://id.example", "mail"), ("https://evil.example", "chat")] {
        assert_eq!(text(log_in(&plugin, 7, &at(json!(issuer), json!(audience)))), "The token is not valid");
    }
    assert_eq!(text(log_in(&plugin, 7, &token_of(&json!("7"), &secret(), Algorithm::HS256))), "The token is not valid");
    let any = at(json!("https://id.example"), json!("mail"));
    assert_eq!(log_in(&of_secret(), 7, &any), Outcome::Accept, "unless it is not configured");
}

#[test]
fn a_token_may_name_its_key() {
    let other = EncodingKey::from_secret(&[9; 40]);
    let named = |key: &EncodingKey, id: &str| {
        let mut jwk = jwk(key, Algorithm::HS256);
        jwk["kid"] = json!(id);
        jwk
    };
    let plugin = plugin(&json!({"keys": [named(&secret(), "old"), named(&other, "new")]})).unwrap();
    let by = |key: &EncodingKey, id: Option<&str>| {
        let header = Header { kid: id.map(str::to_owned), ..Header::default() };
        token(&json!({"sub": "7", "exp": now() + 60}), key, &header)
    };
    assert_eq!(log_in(&plugin, 7, &by(&secret(), Some("old"))), Outcome::Accept);
    assert_eq!(log_in(&plugin, 7, &by(&other, Some("new"))), Outcome::Accept);
    for (key, id) in [(&secret(), Some("new")), (&secret(), None), (&other, Some("gone"))] {
        assert_eq!(text(log_in(&plugin, 7, &by(key, id))), "The token is not valid");
    }
}

#[test]
fn passwords_are_left_to_the_server_when_that_is_wanted() {
    assert_eq!(text(log_in(&of_secret(), 7, "123")), "The token is not valid");
    let both = with(&jwk(&secret(), Algorithm::HS256), &json!({"passwords": true}));
    assert_eq!(log_in(&both, 7, "123"), Outcome::BuiltIn);
    assert_eq!(log_in(&both, 7, ""), Outcome::BuiltIn);
    let stale = token(&json!({"sub": "7", "exp": 1}), &secret(), &Header::default());
    assert_eq!(text(log_in(&both, 7, &stale)), "The token has expired", "a token is never a password");
}

#[test]
fn settings_that_make_no_sense_are_refused() {
    let good = jwk(&secret(), Algorithm::HS256);
    let short = jwk(&EncodingKey::from_secret(b"short"), Algorithm::HS256);
    let mut unfit = good.clone();
    unfit["alg"] = json!("RS256");
    for (config, reason) in [
        (json!({}), "missing field `keys`"),
        (json!({"keys": []}), "at least one key"),
        (json!({"keys": [good, short]}), "`keys[1]`: the secret must have at least 32 bytes"),
        (json!({"keys": [unfit]}), "`alg` does not fit `kty`"),
        (json!({"keys": [good], "leeway_seconds": 601}), "at most 600"),
        (json!({"keys": [good], "isuer": "x"}), "unknown field `isuer`"),
    ] {
        let refused = plugin(&config).map(|_| ()).unwrap_err().to_string();
        assert!(refused.contains(reason), "{refused}");
    }
}

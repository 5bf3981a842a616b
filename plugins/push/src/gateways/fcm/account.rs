//! The service account, and the token that it is given for its signature.

use std::time::Duration;

use jsonwebtoken::{Algorithm, EncodingKey, Header};
use serde::Deserialize;
use serde_json::json;
use talaria_sdk::http::Request;

use crate::clock;
use crate::gateways::{Failure, send};
use crate::settings;

const SCOPE: &str = "https://www.googleapis.com/auth/firebase.messaging";
/// What is asked for with a signature, `urn:ietf:params:oauth:grant-type:jwt-bearer`.
const GRANT: &str = "urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Ajwt-bearer";
/// As long as Google gives a token at most.
const ASSERTION_SECONDS: u64 = 60 * 60;
/// Before its end, so that it does not end on its way.
const MARGIN_SECONDS: u64 = 5 * 60;

/// The JSON file of a service account, as far as it is needed.
#[derive(Deserialize)]
struct File {
    client_email: String,
    private_key: String,
    #[serde(default)]
    private_key_id: Option<String>,
    #[serde(default)]
    project_id: Option<String>,
    token_uri: String,
}

pub(super) struct Account {
    file: File,
    key: EncodingKey,
    token: Option<Token>,
}

struct Token {
    text: String,
    /// Seconds since the Unix epoch.
    until: u64,
}

#[derive(Deserialize)]
struct Granted {
    access_token: String,
    expires_in: u64,
}

impl Account {
    pub(super) fn read(json: &str) -> Result<Self, String> {
        // What is wrong with it may show a part of it.
        let file: File = serde_json::from_str(json)
            .map_err(|_| "the secret is no JSON of a service account, with client_email, private_key and token_uri")?;
        settings::base_url("token_uri", &file.token_uri)?;
        let key = EncodingKey::from_rsa_pem(file.private_key.as_bytes());
        let key = key.map_err(|error| format!("private_key is no RSA key: {error}"))?;
        Ok(Self { file, key, token: None })
    }

    pub(super) fn project(&self) -> Option<&str> {
        self.file.project_id.as_deref()
    }

    pub(super) fn check(&self) -> Result<(), String> {
        self.sign(0).map(drop)
    }

    /// Asks for another when the one that is known is about to end.
    pub(super) fn token(&mut self, timeout: Duration) -> Result<&str, Failure> {
        let now = clock::now().as_secs();
        if self.token.as_ref().is_none_or(|token| now >= token.until) {
            self.token = Some(self.ask(now, timeout)?);
        }
        Ok(self.token.as_ref().map_or("", |token| &token.text))
    }

    pub(super) fn forget_token(&mut self) {
        self.token = None;
    }

    fn ask(&self, now: u64, timeout: Duration) -> Result<Token, Failure> {
        let assertion = self.sign(now).map_err(Failure::new)?;
        let request = Request::new("POST", &self.file.token_uri)
            .header("content-type", "application/x-www-form-urlencoded")
            .body(format!("grant_type={GRANT}&assertion={assertion}"))
            .timeout(timeout);
        let at = |failure: Failure| Failure { reason: format!("no token is given: {}", failure.reason), ..failure };
        let response = send(&request).map_err(at)?;
        if !response.is_success() {
            return Err(at(Failure::of(&response)));
        }
        let granted: Granted = serde_json::from_slice(&response.body)
            .map_err(|_| Failure::new("no token is given: the answer is not understood"))?;
        Ok(Token { text: granted.access_token, until: now + granted.expires_in.saturating_sub(MARGIN_SECONDS) })
    }

    fn sign(&self, now: u64) -> Result<String, String> {
        let header = Header { kid: self.file.private_key_id.clone(), ..Header::new(Algorithm::RS256) };
        let claims = json!({
            "iss": self.file.client_email,
            "scope": SCOPE,
            "aud": self.file.token_uri,
            "iat": now,
            "exp": now + ASSERTION_SECONDS,
        });
        let signed = jsonwebtoken::encode(&header, &claims, &self.key);
        signed.map_err(|error| format!("the private key cannot sign: {error}"))
    }
}

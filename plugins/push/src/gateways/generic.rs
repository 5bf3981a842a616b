//! A gateway of the operator's own: one request for many devices, signed.

use std::collections::BTreeSet;
use std::time::Duration;

use hmac::{Hmac, KeyInit, Mac};
use serde::Deserialize;
use serde_json::{Value, json};
use sha2::Sha256;
use talaria_sdk::http::{Request, Response};

use super::{Answer, Failure, Gateway, send};
use crate::clock;
use crate::content::{Notice, Push};
use crate::devices::{Device, hex};
use crate::settings;

/// Of one request.
const MAX_DEVICES: usize = 500;
/// What tokens may take of it, far below what the server sends for a plugin.
const TOKEN_BYTES: usize = 256 * 1024;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct GenericSettings {
    url: String,
    /// The name of the secret that requests are signed with.
    #[serde(default = "signing")]
    secret: String,
}

fn signing() -> String {
    "signing".to_owned()
}

pub(crate) struct Generic {
    url: String,
    key: String,
    timeout: Duration,
}

/// What the gateway may say of single devices. Those that it says nothing of are told.
#[derive(Debug, Default, Deserialize)]
struct Report {
    /// Tokens of devices that are gone.
    #[serde(default)]
    gone: BTreeSet<String>,
    /// Tokens of devices that are to be told another time.
    #[serde(default)]
    retry: BTreeSet<String>,
}

impl Generic {
    pub(crate) fn new(settings: &GenericSettings, timeout: Duration) -> Result<Self, String> {
        settings::base_url("generic.url", &settings.url)?;
        let key = settings::secret("generic.secret", &settings.secret)?;
        Ok(Self { url: settings.url.clone(), key, timeout })
    }
}

impl Gateway for Generic {
    fn name(&self) -> &'static str {
        "generic"
    }

    fn batch(&self, devices: &[Device]) -> usize {
        let mut bytes = 0;
        let fits = |device: &&Device| {
            bytes += device.registration.token.len();
            bytes <= TOKEN_BYTES
        };
        devices.iter().take(MAX_DEVICES).take_while(fits).count().max(1)
    }

    fn post(&mut self, push: &Push, devices: &[Device]) -> Result<Vec<Answer>, Failure> {
        let body = body(push, devices).to_string();
        let timestamp = clock::now().as_secs();
        let request = Request::new("POST", &self.url)
            .header("content-type", "application/json")
            .header("user-agent", "talaria-push")
            .header("x-talaria-timestamp", &timestamp.to_string())
            .header("x-talaria-signature", &format!("sha256={}", signature(&self.key, timestamp, &body)))
            .body(body)
            .timeout(self.timeout);
        judge(&send(&request)?, devices)
    }
}

fn body(push: &Push, devices: &[Device]) -> Value {
    let devices: Vec<_> = devices
        .iter()
        .map(|device| {
            json!({
                "user": device.address.user.to_string(),
                "platform": device.registration.platform,
                "app": device.registration.app,
                "token": device.registration.token,
            })
        })
        .collect();
    let Notice { message, sender, group, date, .. } = &push.notice;
    json!({
        "message": {
            "id": message.to_string(),
            "sender": sender.to_string(),
            "group": group.map(|group| group.to_string()),
            "date": date,
        },
        "title": push.title,
        "body": push.body,
        "conversation": push.notice.conversation(),
        "collapse": push.collapse,
        "expires": push.expires,
        "devices": devices,
    })
}

fn judge(response: &Response, devices: &[Device]) -> Result<Vec<Answer>, Failure> {
    match response.status {
        200..=299 => {
            // Who says nothing, or nothing that is understood, has taken all.
            let report: Report = serde_json::from_slice(&response.body).unwrap_or_default();
            let answer = |device: &Device| match &device.registration.token {
                token if report.gone.contains(token) => Answer::Gone,
                token if report.retry.contains(token) => {
                    Answer::Busy("the gateway asks for another attempt".to_owned())
                }
                _ => Answer::Taken,
            };
            Ok(devices.iter().map(answer).collect())
        }
        // With another signature or another address it would be taken.
        401 | 403 | 404 | 408 | 429 | 500.. => Err(Failure::of(response)),
        status => Ok(vec![Answer::Refused(format!("it answers {status}")); devices.len()]),
    }
}

/// Over the time and the body, so that neither can be changed, and an old request can be told from a new one.
pub(crate) fn signature(key: &str, timestamp: u64, body: &str) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(key.as_bytes()).expect("a key of any length will do");
    mac.update(timestamp.to_string().as_bytes());
    mac.update(b".");
    mac.update(body.as_bytes());
    hex(&mac.finalize().into_bytes())
}

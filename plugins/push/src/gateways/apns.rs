//! Apple's service: a request for each device, with a token that Apple's key has signed.

use std::time::Duration;

use jsonwebtoken::{Algorithm, EncodingKey, Header};
use serde::Deserialize;
use serde_json::{Value, json};
use talaria_sdk::http::{Request, Response};

use super::{Answer, Failure, Gateway, send};
use crate::clock;
use crate::content::Push;
use crate::devices::Device;
use crate::settings;

/// Apple takes a token for up to an hour, and wants no new one before twenty minutes. All instances on all nodes have
/// the same one, because the time in it is a multiple of this, and what signs it adds nothing random.
const TOKEN_SECONDS: u64 = 40 * 60;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ApnsSettings {
    #[serde(default = "url")]
    url: String,
    team: String,
    key_id: String,
    /// The name of the secret that is the key.
    #[serde(default = "key")]
    key: String,
    topic: String,
    /// Of other apps, which registrations may name besides.
    #[serde(default)]
    topics: Vec<String>,
    #[serde(default = "sound")]
    sound: Option<String>,
}

fn url() -> String {
    "https://api.push.apple.com".to_owned()
}

fn key() -> String {
    "apns".to_owned()
}

#[expect(clippy::unnecessary_wraps, reason = "the type of the field")]
fn sound() -> Option<String> {
    Some("default".to_owned())
}

pub(crate) struct Apns {
    settings: ApnsSettings,
    base: String,
    key: EncodingKey,
    timeout: Duration,
    /// With when it was made.
    token: Option<(u64, String)>,
}

impl Apns {
    pub(crate) fn new(settings: ApnsSettings, timeout: Duration) -> Result<Self, String> {
        let base = settings::base_url("apns.url", &settings.url)?;
        let pem = settings::secret("apns.key", &settings.key)?;
        let key = EncodingKey::from_ec_pem(pem.as_bytes());
        let key =
            key.map_err(|error| format!("apns.key: the secret is no key as Apple's .p8 files have it: {error}"))?;
        Ok(Self { settings, base, key, timeout, token: None })
    }

    pub(crate) fn check(&self) -> Result<(), String> {
        self.sign(0).map(drop).map_err(|error| format!("apns.key: {error}"))
    }

    /// A topic that is not the account's would make every request for the device fail.
    pub(crate) fn check_app(&self, app: &str) -> Result<(), String> {
        let ApnsSettings { topic, topics, .. } = &self.settings;
        if app == topic || topics.iter().any(|topic| app == topic) {
            return Ok(());
        }
        Err(format!("app: {app} is none of the apps that this server serves on apns (apns.topic and apns.topics)"))
    }

    fn sign(&self, made: u64) -> Result<String, String> {
        let header = Header { kid: Some(self.settings.key_id.clone()), ..Header::new(Algorithm::ES256) };
        let claims = json!({ "iss": self.settings.team, "iat": made });
        jsonwebtoken::encode(&header, &claims, &self.key).map_err(|error| error.to_string())
    }

    fn token(&mut self) -> Result<&str, Failure> {
        let made = clock::now().as_secs() / TOKEN_SECONDS * TOKEN_SECONDS;
        if self.token.as_ref().is_none_or(|(known, _)| *known != made) {
            let token = self.sign(made).map_err(|error| Failure::new(format!("no token can be signed: {error}")))?;
            self.token = Some((made, token));
        }
        Ok(self.token.as_ref().map_or("", |(_, token)| token))
    }
}

impl Gateway for Apns {
    fn name(&self) -> &'static str {
        "apns"
    }

    fn batch(&self, _devices: &[Device]) -> usize {
        1
    }

    fn post(&mut self, push: &Push, devices: &[Device]) -> Result<Vec<Answer>, Failure> {
        devices.iter().map(|device| self.post_one(push, device)).collect()
    }
}

impl Apns {
    fn post_one(&mut self, push: &Push, device: &Device) -> Result<Answer, Failure> {
        let authorization = format!("bearer {}", self.token()?);
        let registration = &device.registration;
        let url = format!("{}/3/device/{}", self.base, registration.token);
        let mut request = Request::new("POST", &url)
            .header("authorization", &authorization)
            .header("apns-topic", registration.app.as_deref().unwrap_or(&self.settings.topic))
            .header("apns-push-type", "alert")
            .header("apns-expiration", &push.expires.to_string())
            .header("content-type", "application/json")
            .body(self.payload(push))
            .timeout(self.timeout);
        if push.collapse {
            request = request.header("apns-collapse-id", &push.notice.conversation());
        }
        judge(&send(&request)?, device)
    }

    fn payload(&self, push: &Push) -> String {
        push.fit(|body| {
            let mut alert = json!({ "body": body });
            if let Some(title) = &push.title {
                alert["title"] = title.as_str().into();
            }
            let mut aps = json!({ "alert": alert, "thread-id": push.notice.conversation() });
            if let Some(sound) = &self.settings.sound {
                aps["sound"] = sound.as_str().into();
            }
            let mut payload = json!({ "aps": aps });
            for (name, id) in push.notice.ids() {
                payload[name] = id.into();
            }
            payload.to_string()
        })
    }
}

/// A device that was there again after Apple had lost it is not gone. A topic that its registration named says nothing
/// of others.
fn judge(response: &Response, device: &Device) -> Result<Answer, Failure> {
    if response.is_success() {
        return Ok(Answer::Taken);
    }
    let told: Value = serde_json::from_slice(&response.body).unwrap_or_default();
    let reason = told["reason"].as_str().unwrap_or_default();
    let refused = || Answer::Refused(format!("it answers {} {reason}", response.status).trim_end().to_owned());
    match (response.status, reason) {
        (400, "BadDeviceToken" | "DeviceTokenNotForTopic") => Ok(Answer::Gone),
        (410, _) if told["timestamp"].as_i64().is_some_and(|lost| lost < device.registered) => Ok(refused()),
        (410, _) => Ok(Answer::Gone),
        (429, "TooManyRequests") => Ok(Answer::Busy("it gets too many at once".to_owned())),
        (400, "BadTopic" | "TopicDisallowed") if device.registration.app.is_some() => Ok(refused()),
        // What passes, and what the operator can mend.
        (403 | 404 | 408 | 429 | 500.., _) | (400, "BadTopic" | "MissingTopic" | "TopicDisallowed") => {
            let failure = Failure::of(response);
            Err(Failure { reason: format!("{} {reason}", failure.reason).trim_end().to_owned(), ..failure })
        }
        _ => Ok(refused()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::devices::{Address, Platform, Registration};

    fn device(app: Option<&str>) -> Device {
        let registration = Registration { token: "00ff".into(), platform: Platform::Apns, app: app.map(str::to_owned) };
        Device { address: Address { user: 7, id: String::new() }, registration, registered: 1000 }
    }

    #[test]
    fn a_device_is_told_from_the_service() {
        let answer = |status, body: &str| judge(&Response::new(status, body), &device(None));
        assert_eq!(answer(200, ""), Ok(Answer::Taken));
        assert_eq!(answer(400, r#"{"reason": "BadDeviceToken"}"#), Ok(Answer::Gone));
        assert_eq!(answer(410, r#"{"reason": "Unregistered", "timestamp": 2000}"#), Ok(Answer::Gone));
        assert!(matches!(answer(410, r#"{"reason": "Unregistered", "timestamp": 500}"#), Ok(Answer::Refused(_))));
        assert!(matches!(answer(429, r#"{"reason": "TooManyRequests"}"#), Ok(Answer::Busy(_))));
        assert!(matches!(answer(413, r#"{"reason": "PayloadTooLarge"}"#), Ok(Answer::Refused(_))));
        for (status, body) in [
            (403, r#"{"reason": "ExpiredProviderToken"}"#),
            (400, r#"{"reason": "BadTopic"}"#),
            (429, r#"{"reason": "TooManyProviderTokenUpdates"}"#),
            (503, "not even JSON"),
        ] {
            assert!(answer(status, body).is_err(), "{status} {body}");
        }
    }

    #[test]
    fn a_topic_that_one_device_has_named_fails_for_it_alone() {
        let answer = |body: &str| judge(&Response::new(400, body), &device(Some("com.example.other")));
        for reason in ["BadTopic", "TopicDisallowed"] {
            let refused = Answer::Refused(format!("it answers 400 {reason}"));
            assert_eq!(answer(&format!(r#"{{"reason": "{reason}"}}"#)), Ok(refused));
        }
        assert!(answer(r#"{"reason": "MissingTopic"}"#).is_err());
    }
}

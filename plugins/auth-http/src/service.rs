//! Asking the service.

use std::net::IpAddr;
use std::time::{Duration, Instant};

use serde_json::json;
use talaria_sdk::auth_authenticate::Credentials;
use talaria_sdk::http::{self, Request, Response};
use talaria_sdk::{Context, DeviceType, secrets};

use crate::answer::{self, Answer};
use crate::settings::Settings;

pub(crate) struct Service {
    settings: Settings,
    authorization: Option<String>,
}

impl Service {
    /// # Errors
    ///
    /// When the operator has not given the secret that the configuration names.
    pub(crate) fn new(settings: Settings) -> Result<Self, String> {
        let authorization = match &settings.token {
            None => None,
            Some(name) => {
                let missing =
                    || format!("token: the operator has given no secret {name:?} (plugins.secrets.auth-http)");
                Some(format!("Bearer {}", secrets::get(name).ok_or_else(missing)?))
            }
        };
        Ok(Self { settings, authorization })
    }

    /// # Errors
    ///
    /// When there is no answer, or one that is none.
    pub(crate) fn ask(&self, ctx: &Context, credentials: &Credentials) -> Result<Answer, String> {
        let details: serde_json::Map<_, _> =
            credentials.device_details.iter().map(|(name, value)| (name.clone(), value.as_str().into())).collect();
        let body = json!({
            // A text, because many languages have no number that holds it.
            "user_id": credentials.user_id.to_string(),
            "password": credentials.password,
            "device": device(credentials.device),
            "device_details": details,
            "ip": ctx.ip.map(|ip| IpAddr::from(ip).to_string()),
        });
        let mut request = Request::new("POST", &self.settings.url)
            .header("content-type", "application/json")
            .header("accept", "application/json")
            .body(body.to_string())
            .timeout(Duration::from_millis(self.settings.timeout_ms.into()));
        if let Some(authorization) = &self.authorization {
            request = request.header("authorization", authorization);
        }
        let response = self.send(&request).map_err(|error| format!("{error:?}"))?;
        answer::read(response.status, &response.body)
    }

    /// So many requests of a plugin are under way at most (`plugins.http`). When more users log in at once, they wait
    /// for their turn.
    fn send(&self, request: &Request) -> Result<Response, http::Error> {
        let until = Instant::now() + Duration::from_millis(self.settings.timeout_ms.into());
        loop {
            match http::send(request) {
                Err(http::Error::Busy) if Instant::now() < until => pause(),
                answered => return answered,
            }
        }
    }
}

#[expect(clippy::disallowed_methods, reason = "the instance has no other call meanwhile")]
fn pause() {
    std::thread::sleep(Duration::from_millis(10));
}

const fn device(device: DeviceType) -> &'static str {
    match device {
        DeviceType::Desktop => "desktop",
        DeviceType::Browser => "browser",
        DeviceType::Ios => "ios",
        DeviceType::Android => "android",
        DeviceType::Others => "others",
        DeviceType::Unknown => "unknown",
    }
}

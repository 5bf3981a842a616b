//! Google's service (HTTP v1): a request for each device, with a token that a service account is given.

mod account;

use std::time::Duration;

use serde::Deserialize;
use serde_json::{Value, json};
use talaria_sdk::http::{Request, Response};

use self::account::Account;
use super::{Answer, Failure, Gateway, send};
use crate::content::Push;
use crate::devices::Device;
use crate::{clock, settings};

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct FcmSettings {
    #[serde(default = "url")]
    url: String,
    /// The name of the secret that is the service account.
    #[serde(default = "account")]
    account: String,
    /// Unless it is the service account's.
    #[serde(default)]
    project: Option<String>,
}

fn url() -> String {
    "https://fcm.googleapis.com".to_owned()
}

fn account() -> String {
    "fcm".to_owned()
}

pub(crate) struct Fcm {
    url: String,
    account: Account,
    timeout: Duration,
}

impl Fcm {
    pub(crate) fn new(settings: FcmSettings, timeout: Duration) -> Result<Self, String> {
        let base = settings::base_url("fcm.url", &settings.url)?;
        let json = settings::secret("fcm.account", &settings.account)?;
        let account = Account::read(&json).map_err(|error| format!("fcm.account: {error}"))?;
        let project = settings.project.or_else(|| account.project().map(str::to_owned));
        let project =
            project.ok_or("fcm.project: the service account does not say which project it is of, so name it")?;
        let is_name = |char: char| char.is_ascii_alphanumeric() || matches!(char, '-' | '.' | ':' | '_');
        if project.is_empty() || !project.chars().all(is_name) {
            return Err(format!("fcm.project: {project:?} is no id of a project"));
        }
        Ok(Self { url: format!("{base}/v1/projects/{project}/messages:send"), account, timeout })
    }

    pub(crate) fn check(&self) -> Result<(), String> {
        self.account.check().map_err(|error| format!("fcm.account: {error}"))
    }
}

impl Gateway for Fcm {
    fn name(&self) -> &'static str {
        "fcm"
    }

    fn batch(&self, _devices: &[Device]) -> usize {
        1
    }

    fn post(&mut self, push: &Push, devices: &[Device]) -> Result<Vec<Answer>, Failure> {
        devices.iter().map(|device| self.post_one(push, device)).collect()
    }
}

impl Fcm {
    fn post_one(&mut self, push: &Push, device: &Device) -> Result<Answer, Failure> {
        let authorization = format!("Bearer {}", self.account.token(self.timeout)?);
        let request = Request::new("POST", &self.url)
            .header("authorization", &authorization)
            .header("content-type", "application/json")
            .body(payload(push, &device.registration.token))
            .timeout(self.timeout);
        let response = send(&request)?;
        if response.status == 401 {
            self.account.forget_token();
        }
        judge(&response)
    }
}

fn payload(push: &Push, token: &str) -> String {
    let left = push.expires.saturating_sub(i64::try_from(clock::now().as_secs()).unwrap_or(i64::MAX)).max(0);
    let message = |body: &str, token: Option<&str>| {
        let mut notification = json!({ "body": body });
        if let Some(title) = &push.title {
            notification["title"] = title.as_str().into();
        }
        let mut android = json!({ "priority": "HIGH", "ttl": format!("{left}s") });
        if push.collapse {
            android["collapse_key"] = push.notice.conversation().into();
            android["notification"] = json!({ "tag": push.notice.conversation() });
        }
        let data: serde_json::Map<_, _> =
            push.notice.ids().into_iter().map(|(name, id)| (name.to_owned(), id.into())).collect();
        let mut message = json!({ "notification": notification, "data": data, "android": android });
        if let Some(token) = token {
            message["token"] = token.into();
        }
        message
    };
    // The token does not count.
    let fitting = push.fit(|body| message(body, None).to_string());
    let fitting: Value = serde_json::from_str(&fitting).unwrap_or_default();
    let body = fitting["notification"]["body"].as_str().unwrap_or_default();
    json!({ "message": message(body, Some(token)) }).to_string()
}

fn judge(response: &Response) -> Result<Answer, Failure> {
    if response.is_success() {
        return Ok(Answer::Taken);
    }
    let told: Value = serde_json::from_slice(&response.body).unwrap_or_default();
    let error = &told["error"];
    let details = error["details"].as_array().map(Vec::as_slice).unwrap_or_default();
    let code = details.iter().find_map(|detail| detail["errorCode"].as_str());
    let code = code.or_else(|| error["status"].as_str()).unwrap_or_default();
    let of = |reason: String| format!("{reason} {code}").trim_end().to_owned();
    match (response.status, code) {
        (404, "UNREGISTERED") | (403, "SENDER_ID_MISMATCH") => Ok(Answer::Gone),
        (400, "INVALID_ARGUMENT") if is_about_token(error, details) => Ok(Answer::Gone),
        (401 | 403 | 404 | 408 | 429 | 500.., _) => {
            let failure = Failure::of(response);
            Err(Failure { reason: of(failure.reason), ..failure })
        }
        (status, _) => Ok(Answer::Refused(of(format!("it answers {status}")))),
    }
}

/// Google says so in one of two ways.
fn is_about_token(error: &Value, details: &[Value]) -> bool {
    let mut violations = details.iter().filter_map(|detail| detail["fieldViolations"].as_array()).flatten();
    violations.any(|violation| violation["field"] == "message.token")
        || error["message"].as_str().is_some_and(|message| message.contains("not a valid FCM registration token"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_device_is_told_from_the_service() {
        let answer = |status, error: Value| judge(&Response::new(status, json!({ "error": error }).to_string()));
        let code = |code: &str| json!({ "details": [{ "errorCode": code }] });
        assert_eq!(judge(&Response::new(200, "{}")), Ok(Answer::Taken));
        assert_eq!(answer(404, code("UNREGISTERED")), Ok(Answer::Gone));
        assert_eq!(answer(403, code("SENDER_ID_MISMATCH")), Ok(Answer::Gone));
        let violation = json!({ "details": [
            { "errorCode": "INVALID_ARGUMENT" },
            { "fieldViolations": [{ "field": "message.token", "description": "Invalid registration token" }] },
        ] });
        assert_eq!(answer(400, violation), Ok(Answer::Gone));
        let message = "The registration token is not a valid FCM registration token";
        assert_eq!(answer(400, json!({ "message": message, "status": "INVALID_ARGUMENT" })), Ok(Answer::Gone));
        let other = json!({ "status": "INVALID_ARGUMENT", "details": [
            { "fieldViolations": [{ "field": "message.data[0].value" }] },
        ] });
        assert!(matches!(answer(400, other), Ok(Answer::Refused(_))));
        for (status, code) in
            [(404, "NOT_FOUND"), (403, "PERMISSION_DENIED"), (429, "QUOTA_EXCEEDED"), (503, "UNAVAILABLE")]
        {
            assert!(answer(status, json!({ "status": code })).is_err(), "{status}");
        }
        assert!(judge(&Response::new(502, "<html>")).is_err());
    }
}

//! What the configuration may say.

use std::time::Duration;

use serde::Deserialize;
use talaria_sdk::secrets;

use crate::content::Templates;
use crate::devices::Bounds;
use crate::gateways::{ApnsSettings, FcmSettings, GenericSettings};

/// The longest that a request may take.
pub(crate) const MAX_TIMEOUT_MS: u32 = 20_000;
/// The longest that Google keeps a notification.
const MAX_TTL: u32 = 2_419_200;
const MAX_URL: usize = 400;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Settings {
    pub(crate) content: Content,
    pub(crate) templates: Templates,
    /// Characters of a message's text.
    pub(crate) max_text: usize,
    /// Whether a notification takes the place of the one before of the same conversation.
    pub(crate) collapse: bool,
    /// How old a message may be that is told.
    pub(crate) ttl_seconds: u32,
    pub(crate) timeout_ms: u32,
    pub(crate) devices_per_user: usize,
    pub(crate) device_days: u32,
    pub(crate) generic: Option<GenericSettings>,
    pub(crate) apns: Option<ApnsSettings>,
    pub(crate) fcm: Option<FcmSettings>,
}

/// What notifications tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Content {
    /// Who wrote and what.
    #[default]
    Full,
    /// Who wrote.
    Names,
    /// That somebody wrote.
    None,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            content: Content::default(),
            templates: Templates::default(),
            max_text: 200,
            collapse: true,
            ttl_seconds: 24 * 60 * 60,
            timeout_ms: 5000,
            devices_per_user: 10,
            device_days: 90,
            generic: None,
            apns: None,
            fcm: None,
        }
    }
}

impl Settings {
    /// Whether the values make sense; the error names the key.
    pub(crate) fn validate(&self) -> Result<(), String> {
        let within = |key: &str, value: u64, least: u64, most: u64| {
            if (least..=most).contains(&value) { Ok(()) } else { Err(format!("{key}: from {least} to {most}")) }
        };
        within("max_text", self.max_text as u64, 1, 1000)?;
        within("ttl_seconds", self.ttl_seconds.into(), 60, MAX_TTL.into())?;
        within("timeout_ms", self.timeout_ms.into(), 100, MAX_TIMEOUT_MS.into())?;
        within("devices_per_user", self.devices_per_user as u64, 1, 100)?;
        within("device_days", self.device_days.into(), 1, 365)?;
        self.templates.validate()?;
        if self.generic.is_none() && self.apns.is_none() && self.fcm.is_none() {
            return Err(
                "at least one of generic, apns and fcm is wanted, to say who brings the notifications".to_owned()
            );
        }
        Ok(())
    }

    pub(crate) fn timeout(&self) -> Duration {
        Duration::from_millis(self.timeout_ms.into())
    }

    pub(crate) fn ttl(&self) -> Duration {
        Duration::from_secs(self.ttl_seconds.into())
    }

    pub(crate) fn bounds(&self) -> Bounds {
        Bounds { per_user: self.devices_per_user, days: self.device_days }
    }
}

/// Without the slash at its end; `key` names it in the error.
pub(crate) fn base_url(key: &str, url: &str) -> Result<String, String> {
    let rest = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"));
    if rest.is_none_or(|rest| rest.is_empty() || rest.starts_with('/')) {
        return Err(format!("{key}: neither http:// nor https:// with a host"));
    }
    if url.len() > MAX_URL {
        return Err(format!("{key}: longer than {MAX_URL} bytes"));
    }
    Ok(url.trim_end_matches('/').to_owned())
}

/// The secret that the configuration names at `key`.
pub(crate) fn secret(key: &str, name: &str) -> Result<String, String> {
    let missing = || format!("{key}: the operator has given no secret {name:?} (plugins.secrets.push)");
    secrets::get(name).filter(|secret| !secret.is_empty()).ok_or_else(missing)
}

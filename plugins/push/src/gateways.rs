//! Who brings notifications to devices.

mod apns;
mod fcm;
mod generic;

use std::time::Duration;

use talaria_sdk::http::{self, Request, Response};

pub(crate) use self::apns::{Apns, ApnsSettings};
pub(crate) use self::fcm::{Fcm, FcmSettings};
#[cfg(test)]
pub(crate) use self::generic::signature;
pub(crate) use self::generic::{Generic, GenericSettings};
use crate::content::Push;
use crate::devices::{Device, Platform, Registration};
use crate::settings::Settings;

/// After that somebody who asked for more is asked whether it is still so.
pub(crate) const LONGEST_PAUSE: Duration = Duration::from_secs(60 * 60);
/// After a 429 that does not say how long.
const USUAL_PAUSE: Duration = Duration::from_secs(60);

/// A service that is told of devices by requests.
pub(crate) trait Gateway {
    /// For logs and metrics, and for the note that it wants a pause.
    fn name(&self) -> &'static str;

    /// How many of these devices, which are some, the next request is for.
    fn batch(&self, devices: &[Device]) -> usize;

    /// Sends one request, and says of each of the devices what became of it, in their order.
    fn post(&mut self, push: &Push, devices: &[Device]) -> Result<Vec<Answer>, Failure>;
}

/// What became of one device.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Answer {
    Taken,
    /// There is no such device any more.
    Gone,
    /// It will not be taken, now or later.
    Refused(String),
    /// It may be taken another time; other devices may be served now.
    Busy(String),
}

/// Nobody is served now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Failure {
    pub(crate) reason: String,
    /// For how long it wants to be left in peace.
    pub(crate) pause: Option<Duration>,
}

impl Failure {
    fn new(reason: impl Into<String>) -> Self {
        Self { reason: reason.into(), pause: None }
    }

    /// Of a status that speaks of the service, not of the device.
    fn of(response: &Response) -> Self {
        let pause = retry_after(response).or((response.status == 429).then_some(USUAL_PAUSE));
        Self { reason: format!("it answers {}", response.status), pause }
    }
}

/// Those that are configured.
pub(crate) struct Gateways {
    apns: Option<Apns>,
    fcm: Option<Fcm>,
    generic: Option<Generic>,
}

impl Gateways {
    /// # Errors
    ///
    /// When the settings make no sense, or a secret is missing or none; the error names the key.
    pub(crate) fn new(settings: &mut Settings) -> Result<Self, String> {
        let timeout = settings.timeout();
        Ok(Self {
            apns: settings.apns.take().map(|settings| Apns::new(settings, timeout)).transpose()?,
            fcm: settings.fcm.take().map(|settings| Fcm::new(settings, timeout)).transpose()?,
            generic: settings.generic.take().map(|settings| Generic::new(&settings, timeout)).transpose()?,
        })
    }

    /// Whether the keys can sign.
    pub(crate) fn check(&self) -> Result<(), String> {
        self.apns.as_ref().map_or(Ok(()), Apns::check)?;
        self.fcm.as_ref().map_or(Ok(()), Fcm::check)
    }

    /// Why nobody would serve such a device.
    pub(crate) fn check_registration(&self, registration: &Registration) -> Result<(), String> {
        let platform = registration.platform;
        if let (Platform::Apns, Some(apns), Some(app)) = (platform, &self.apns, &registration.app) {
            return apns.check_app(app);
        }
        if self.generic.is_some() || self.is_served_apart(platform) {
            return Ok(());
        }
        Err(format!("platform: this server has nobody who brings notifications to {}", platform.name()))
    }

    /// Each with the devices that are its own. The operator's gateway has those that have no other.
    pub(crate) fn share_out(&mut self, devices: Vec<Device>) -> Vec<(&mut dyn Gateway, Vec<Device>)> {
        let (mut apns, mut fcm, mut rest) = (Vec::new(), Vec::new(), Vec::new());
        for device in devices {
            match device.registration.platform {
                Platform::Apns if self.apns.is_some() => apns.push(device),
                Platform::Fcm if self.fcm.is_some() => fcm.push(device),
                Platform::Apns | Platform::Fcm | Platform::Generic => rest.push(device),
            }
        }
        let all: [(Option<&mut dyn Gateway>, Vec<Device>); 3] = [
            (self.apns.as_mut().map(|gateway| gateway as &mut dyn Gateway), apns),
            (self.fcm.as_mut().map(|gateway| gateway as &mut dyn Gateway), fcm),
            (self.generic.as_mut().map(|gateway| gateway as &mut dyn Gateway), rest),
        ];
        all.into_iter()
            .filter(|(_, devices)| !devices.is_empty())
            .filter_map(|(gateway, devices)| Some((gateway?, devices)))
            .collect()
    }

    fn is_served_apart(&self, platform: Platform) -> bool {
        match platform {
            Platform::Apns => self.apns.is_some(),
            Platform::Fcm => self.fcm.is_some(),
            Platform::Generic => false,
        }
    }
}

fn send(request: &Request) -> Result<Response, Failure> {
    http::send(request).map_err(|error| {
        let hint = match error {
            http::Error::NotAllowed => "; the operator has not named its host in plugins.http.push",
            http::Error::PrivateAddress => "; its host belongs into private_hosts of plugins.http.push",
            _ => "",
        };
        Failure::new(format!("{error:?}{hint}"))
    })
}

/// In seconds; dates are seldom, and taken for the usual pause.
fn retry_after(response: &Response) -> Option<Duration> {
    let (_, value) = response.headers.iter().find(|(name, _)| name.eq_ignore_ascii_case("retry-after"))?;
    let seconds = std::str::from_utf8(value).ok().and_then(|value| value.trim().parse().ok());
    let pause = seconds.map_or(USUAL_PAUSE, Duration::from_secs);
    Some(pause.clamp(Duration::from_secs(1), LONGEST_PAUSE))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pause_is_as_long_as_is_asked_for() {
        let failure = |status, header: Option<&str>| {
            let mut response = Response::new(status, "");
            response.headers.extend(header.map(|value| ("Retry-After".to_owned(), value.into())));
            Failure::of(&response).pause.map(|pause| pause.as_secs())
        };
        assert_eq!(failure(503, None), None);
        assert_eq!(failure(429, None), Some(60));
        assert_eq!(failure(503, Some("7")), Some(7));
        assert_eq!(failure(503, Some("Fri, 31 Dec 1999 23:59:59 GMT")), Some(60));
        assert_eq!(failure(429, Some("999999")), Some(3600));
    }
}

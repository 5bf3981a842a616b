//! An errand on its way to the gateways.
//!
//! What came to nothing is left for the job's next attempt, which the server makes later each time. What the time was too short for,
//! or a gateway wants to have later, becomes a job of its own: neither is a failure.

mod left;
mod pause;

use std::time::{Duration, Instant};

use talaria_sdk::{kv, log, metrics};

use self::left::Left;
use crate::clock;
use crate::content::{Notice, Push};
use crate::devices::{self, Address, Device};
use crate::errand::{Errand, Recipients};
use crate::gateways::{Answer, Gateway, Gateways};
use crate::settings::Settings;
use crate::store;

/// What is left of the call's time when its last request has timed out. One may need a token first, which is a request, too.
const MARGIN: Duration = Duration::from_secs(2);

/// What became of the devices of one gateway.
#[derive(Default)]
struct Outcome {
    /// To be told after `pause`.
    later: Vec<Address>,
    pause: Duration,
    /// To be told in another attempt.
    failed: Vec<Address>,
    reason: Option<String>,
}

/// # Errors
///
/// When another attempt is needed.
pub(crate) fn run(
    settings: &Settings,
    gateways: &mut Gateways,
    job: i64,
    errand: Errand,
    until: Instant,
) -> Result<(), String> {
    let Errand { notice, to } = errand;
    let left = Left::read(job)?;
    let found = find(left.devices.clone().map_or(to, Recipients::Devices)).map_err(store::failed)?;
    let push = notice.push(settings)?;
    if clock::now_ms() / 1000 >= push.expires {
        let _ = metrics::add("expired_total", &[], found.len() as u64);
        return left.forget();
    }
    let (mut failed, mut reasons) = (Vec::new(), Vec::new());
    for (gateway, devices) in gateways.share_out(found) {
        let name = gateway.name();
        let outcome = tell(gateway, &push, &devices, settings.timeout(), until);
        failed.extend(outcome.failed);
        reasons.extend(outcome.reason.map(|reason| format!("{name}: {reason}")));
        if outcome.later.is_empty() {
            continue;
        }
        if let Err(error) = Errand::enqueue_rest(&push.notice, &outcome.later, outcome.pause) {
            failed.extend(outcome.later);
            reasons.push(format!("{name}: the rest cannot be kept for later: {error:?}"));
        }
    }
    if reasons.is_empty() {
        return left.forget();
    }
    left.write(&failed)?;
    Err(reasons.join("; "))
}

fn find(to: Recipients) -> Result<Vec<Device>, kv::Error> {
    let mut found = Vec::new();
    match to {
        Recipients::Users(users) => {
            for user in users {
                found.extend(devices::of_user(user)?);
            }
        }
        Recipients::Devices(addresses) => {
            for address in addresses {
                found.extend(devices::find(&address)?);
            }
        }
    }
    Ok(found)
}

fn tell(gateway: &mut dyn Gateway, push: &Push, devices: &[Device], timeout: Duration, until: Instant) -> Outcome {
    let mut outcome = Outcome::default();
    let addresses = |devices: &[Device]| devices.iter().map(|device| device.address.clone()).collect::<Vec<_>>();
    match pause::left(gateway.name()) {
        Ok(None) => {}
        Ok(Some(pause)) => return Outcome { later: addresses(devices), pause, ..outcome },
        Err(reason) => return Outcome { failed: addresses(devices), reason: Some(reason), ..outcome },
    }
    let labels = [("gateway", gateway.name())];
    let count = |counter, by: usize| {
        let _ = metrics::add(counter, &labels, by as u64);
    };
    let mut rest = devices;
    while !rest.is_empty() {
        // A call that is cut off would look like a crash, and all devices would be told again. A token may be wanted, too.
        if Instant::now() + 2 * timeout + MARGIN > until {
            outcome.later.extend(addresses(rest));
            break;
        }
        let (batch, after) = rest.split_at(gateway.batch(rest).clamp(1, rest.len()));
        match gateway.post(push, batch) {
            Ok(answers) => {
                for (device, answer) in batch.iter().zip(answers) {
                    note(&mut outcome, device, answer, &push.notice, &count);
                }
            }
            Err(failure) => {
                count("failed_total", batch.len());
                // Those that it failed with are the last next time, so that they do not keep the others waiting for ever.
                let left = addresses(&[after, batch].concat());
                if let Some(pause) = failure.pause {
                    log::warn(format!("{} wants a pause of {pause:?}: {}", gateway.name(), failure.reason));
                    if let Err(error) = pause::begin(gateway.name(), pause) {
                        log::warn(format!("other jobs do not learn of it: {error}"));
                    }
                    outcome.later.extend(left);
                    outcome.pause = pause;
                } else {
                    outcome.failed.extend(left);
                    outcome.reason = Some(failure.reason);
                }
                break;
            }
        }
        rest = after;
    }
    outcome
}

fn note(outcome: &mut Outcome, device: &Device, answer: Answer, notice: &Notice, count: &impl Fn(&'static str, usize)) {
    match answer {
        Answer::Taken => count("sent_total", 1),
        Answer::Gone => {
            count("gone_total", 1);
            if let Err(error) = devices::remove(&device.address) {
                log::warn(format!("a device that is gone cannot be forgotten: {error:?}"));
            }
        }
        Answer::Refused(reason) => {
            count("refused_total", 1);
            let Address { user, id } = &device.address;
            log::warn(format!("device {id} of user {user} is not told of message {}: {reason}", notice.message));
        }
        Answer::Busy(reason) => {
            count("failed_total", 1);
            outcome.failed.push(device.address.clone());
            outcome.reason = Some(reason);
        }
    }
}

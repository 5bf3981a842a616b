//! An errand on its way to the gateways.
//!
//! What is left becomes a job of its own for later, whether the time was too short or a gateway has failed. A gateway that fails is
//! left in peace by itself: to the server an error would mean that the plugin fails, and the other gateways would wait as well. Only
//! what the store does not take is left for the job's next attempt.

mod left;
mod pause;

use std::time::{Duration, Instant};

use talaria_sdk::{kv, log, metrics};

use self::left::Left;
use self::pause::Pause;
use crate::content::{Notice, Push};
use crate::devices::{self, Address, Device};
use crate::errand::{Errand, Recipients};
use crate::gateways::{Answer, Gateway, Gateways};
use crate::settings::Settings;
use crate::{clock, gone, store};

/// What is left of the call's time when its last request has timed out. One may need a token first, which is a request, too.
const MARGIN: Duration = Duration::from_secs(2);
/// As many as the server makes for a job that fails.
const ATTEMPTS: u32 = 12;

/// What became of the devices of one gateway.
#[derive(Default)]
struct Outcome {
    /// Not tried, or wanted later by the gateway: no attempt has failed.
    later: Vec<Address>,
    /// Tried in vain.
    failed: Vec<Address>,
    /// Why the last of them was.
    reason: String,
    /// For how long the gateway is left in peace.
    pause: Duration,
}

/// # Errors
///
/// When the store fails; another attempt is needed then.
pub(crate) fn run(
    settings: &Settings,
    gateways: &mut Gateways,
    job: i64,
    errand: Errand,
    until: Instant,
) -> Result<(), String> {
    let Errand { notice, to, attempts } = errand;
    let left = Left::read(job)?;
    if gone::is_gone(notice.message).map_err(store::failed)? {
        return left.forget();
    }
    let found = find(left.devices.clone().map_or(to, Recipients::Devices)).map_err(store::failed)?;
    let push = notice.push(settings)?;
    if clock::now_ms() / 1000 >= push.expires {
        let _ = metrics::add("expired_total", &[], found.len() as u64);
        return left.forget();
    }
    // Before anybody is told, so that nobody is told again when the store fails.
    let pauses = gateways.share_out(found).into_iter().map(|share| Ok((Pause::read(share.0.name())?, share)));
    let mut unkept = Vec::new();
    let mut reasons = Vec::new();
    for (mut pause, (gateway, devices)) in pauses.collect::<Result<Vec<_>, String>>()? {
        let name = gateway.name();
        let outcome = tell(gateway, &mut pause, &push, &devices, settings.timeout(), until);
        for (devices, attempts, after) in rests(name, outcome, attempts, &push.notice) {
            if let Err(error) = Errand::enqueue_rest(&push.notice, &devices, attempts, after) {
                unkept.extend(devices);
                reasons.push(format!("{name}: the rest cannot be kept for later: {error:?}"));
            }
        }
    }
    if reasons.is_empty() {
        return left.forget();
    }
    left.write(&unkept)?;
    Err(reasons.join("; "))
}

/// What is to be told later, the attempts that have failed for it, and after how long.
fn rests(gateway: &str, outcome: Outcome, attempts: u32, notice: &Notice) -> Vec<(Vec<Address>, u32, Duration)> {
    let Outcome { later, mut failed, reason, pause } = outcome;
    let made = attempts.saturating_add(1);
    if made >= ATTEMPTS && !failed.is_empty() {
        let _ = metrics::add("given_up_total", &[("gateway", gateway)], failed.len() as u64);
        let (message, count) = (notice.message, failed.len());
        log::error(format!("{gateway}: message {message} is given up for {count} devices: {reason}"));
        failed.clear();
    }
    let mut rests = vec![(later, attempts, pause), (failed, made, pause::growing(made).max(pause))];
    rests.retain(|(devices, ..)| !devices.is_empty());
    rests
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

fn tell(
    gateway: &mut dyn Gateway,
    pause: &mut Pause,
    push: &Push,
    devices: &[Device],
    timeout: Duration,
    until: Instant,
) -> Outcome {
    let mut outcome = Outcome::default();
    let addresses = |devices: &[Device]| devices.iter().map(|device| device.address.clone()).collect::<Vec<_>>();
    if let Some(pause) = pause.left() {
        return Outcome { later: addresses(devices), pause, ..outcome };
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
                pause.end();
                for (device, answer) in batch.iter().zip(answers) {
                    note(&mut outcome, device, answer, &push.notice, &count);
                }
            }
            Err(failure) => {
                count("failed_total", batch.len());
                outcome.pause = pause.begin(failure.pause);
                log::warn(format!("{} is left in peace for {:?}: {}", gateway.name(), outcome.pause, failure.reason));
                // Those that it failed with are the last next time, so that they do not keep the others waiting for ever.
                let left = addresses(&[after, batch].concat());
                let rest = if failure.pause.is_some() { &mut outcome.later } else { &mut outcome.failed };
                rest.extend(left);
                outcome.reason = failure.reason;
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
            outcome.reason = reason;
        }
    }
}

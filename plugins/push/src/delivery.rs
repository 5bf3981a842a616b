//! An errand on its way to the gateways.
//!
//! What is left becomes a job of its own for later, whether the time was too short or a gateway has failed. A gateway
//! that fails is left in peace by itself: to the server an error would mean that the plugin fails, and the other
//! gateways would wait as well. Only what the store does not take is left for the job's next attempt, and what was
//! tried in vain too often for whoever has the job run again.

mod left;
mod pause;

use std::time::{Duration, Instant};

use talaria_sdk::job_run::Failure;
use talaria_sdk::{kv, log, metrics};

use self::left::Left;
use self::pause::Pause;
use crate::content::{Notice, Push};
use crate::devices::{self, Address, Device};
use crate::errand::{Errand, Recipients};
use crate::gateways::{Answer, Gateway, Gateways};
use crate::settings::Settings;
use crate::{clock, gone, store};

/// What is left of the call's time when its last request has timed out. One may need a token first, which is a request,
/// too.
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
/// When the store fails, and another attempt is needed; or when devices are given up.
pub(crate) fn run(
    settings: &Settings,
    gateways: &mut Gateways,
    job: i64,
    errand: Errand,
    until: Instant,
) -> Result<(), Failure> {
    let Errand { notice, to, attempts } = errand;
    let left = Left::read(job)?;
    if gone::is_gone(notice.message).map_err(store::failed)? {
        return Ok(left.forget()?);
    }
    let found = find(left.devices.clone().map_or(to, Recipients::Devices)).map_err(store::failed)?;
    let push = notice.push(settings)?;
    if clock::now_ms() / 1000 >= push.expires {
        let _ = metrics::add("expired_total", &[], found.len() as u64);
        return Ok(left.forget()?);
    }
    // Before anybody is told, so that nobody is told again when the store fails.
    let pauses = gateways.share_out(found).into_iter().map(|share| Ok((Pause::read(share.0.name())?, share)));
    let (mut rest, mut unkept, mut given_up) = (Vec::new(), Vec::new(), Vec::new());
    for (mut pause, (gateway, devices)) in pauses.collect::<Result<Vec<_>, String>>()? {
        let name = gateway.name();
        let outcome = tell(gateway, &mut pause, &push, &devices, settings.timeout(), until);
        let Rests { later, over } = rests(outcome, attempts);
        for (devices, attempts, after) in later {
            if let Err(error) = Errand::enqueue_rest(&push.notice, &devices, attempts, after) {
                unkept.push(format!("{name}: the rest cannot be kept for later: {error:?}"));
                rest.extend(devices);
            }
        }
        if let Some((devices, reason)) = over {
            let _ = metrics::add("given_up_total", &[("gateway", name)], devices.len() as u64);
            let (message, count) = (push.notice.message, devices.len());
            given_up.push(format!("{name}: message {message} is given up for {count} devices: {reason}"));
            rest.extend(devices);
        }
    }
    if rest.is_empty() {
        return Ok(left.forget()?);
    }
    left.write(&rest)?;
    // The next attempt is also one for those that were given up.
    Err(if unkept.is_empty() { Failure::ForGood(given_up.join("; ")) } else { Failure::Again(unkept.join("; ")) })
}

/// What is left of a gateway's devices.
struct Rests {
    /// What is to be told later, the attempts that have failed for it, and after how long.
    later: Vec<(Vec<Address>, u32, Duration)>,
    /// What was tried as often as it may be, and why that failed.
    over: Option<(Vec<Address>, String)>,
}

fn rests(outcome: Outcome, attempts: u32) -> Rests {
    let Outcome { later, failed, reason, pause } = outcome;
    let made = attempts.saturating_add(1);
    let (failed, over) = if made < ATTEMPTS { (failed, Vec::new()) } else { (Vec::new(), failed) };
    let mut later = vec![(later, attempts, pause), (failed, made, pause::growing(made).max(pause))];
    later.retain(|(devices, ..)| !devices.is_empty());
    Rests { later, over: (!over.is_empty()).then_some((over, reason)) }
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
        // A call that is cut off would look like a crash, and all devices would be told again. A token may be wanted,
        // too.
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
                // Those that it failed with are the last next time, so that they do not keep the others waiting for
                // ever.
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

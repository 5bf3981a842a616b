//! The load against a server of a hundred lines that keeps everything in memory.

mod server;

use std::time::Duration;

use server::{Faults, Stub};

use super::{Correctness, Load, fleet};
use crate::{run, server::Transport};

const USERS: usize = 5;
const RATE: f64 = 2000.0;

/// Half a second of load on a server with such faults.
fn load(faults: Faults) -> Correctness {
    // What is lost is waited for in vain.
    let drain = Duration::from_secs(if faults.loses.is_some() { 1 } else { 20 });
    run::block_on(async {
        let stub = Stub::start(faults).await?;
        let (fleet, _) = fleet::log_in(&stub.server, Transport::Tcp, 0..USERS).await?;
        let mut load = Load::new(fleet, 80)?;
        tokio::select! {
            stopped = load.drive(RATE) => stopped.map(|never| match never {})?,
            () = tokio::time::sleep(Duration::from_millis(500)) => {}
        }
        load.drain(drain).await;
        let since = load.since;
        let tally = load.end().await;
        let mut correctness = tally.correctness();
        correctness.stored = Some(super::history::check(&stub.server, Transport::Tcp, &tally, since).await?);
        Ok(correctness)
    })
    .unwrap()
}

#[test]
fn a_faultless_server_is_found_faultless() {
    let correctness = load(Faults::default());
    assert!(correctness.holds(), "{correctness}");
    assert!(correctness.accepted > 100, "{correctness}");
    assert_eq!(correctness.stored.unwrap().found, correctness.accepted);
}

#[test]
fn a_lost_delivery_is_found() {
    let correctness = load(Faults { loses: Some(100), ..Faults::default() });
    assert!(!correctness.holds() && correctness.lost == 1, "{correctness}");
    assert_eq!(correctness.stored.unwrap().missing, 0);
}

#[test]
fn a_message_that_is_not_stored_is_found() {
    let correctness = load(Faults { forgets: Some(100), ..Faults::default() });
    assert!(!correctness.holds() && correctness.lost == 0, "{correctness}");
    assert_eq!(correctness.stored.unwrap().missing, 1);
}

#[test]
fn a_refusal_is_told_and_no_fault() {
    let correctness = load(Faults { refuses: Some(100), ..Faults::default() });
    assert!(correctness.holds(), "{correctness}");
    assert_eq!(correctness.refused.get(&5000), Some(&1));
}

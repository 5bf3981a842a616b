//! The transfers that may be under way: so many in all, and of these so many for one address, so that nobody takes them all.

use std::{collections::HashMap, net::IpAddr, sync::Arc};

use parking_lot::Mutex;

use super::Refusal;
use crate::model::network;

/// The turns that there are.
#[derive(Debug)]
pub(super) struct Turns {
    most: usize,
    most_per_address: usize,
    taken: Mutex<Taken>,
}

#[derive(Debug, Default)]
struct Taken {
    all: usize,
    /// Of addresses that have any.
    by_address: HashMap<IpAddr, usize>,
}

impl Turns {
    pub(super) fn new(most: usize, most_per_address: usize) -> Arc<Self> {
        Arc::new(Self { most, most_per_address, taken: Mutex::default() })
    }

    /// A turn for this address, if there is one.
    pub(super) fn take(self: &Arc<Self>, address: IpAddr) -> Result<Turn, Refusal> {
        let address = network(address);
        let mut taken = self.taken.lock();
        let own = taken.by_address.get(&address).copied().unwrap_or_default();
        // First, as it says what its client can do about it.
        if own >= self.most_per_address {
            return Err(Refusal::TooMany);
        }
        if taken.all >= self.most {
            return Err(Refusal::Busy);
        }
        taken.all += 1;
        taken.by_address.insert(address, own + 1);
        metrics::gauge!("talaria_objects_transfers").increment(1.0);
        Ok(Turn { turns: Arc::clone(self), address })
    }
}

/// One of the transfers that there may be at a time, until it is dropped.
#[derive(Debug)]
pub(super) struct Turn {
    turns: Arc<Turns>,
    address: IpAddr,
}

impl Drop for Turn {
    fn drop(&mut self) {
        let mut taken = self.turns.taken.lock();
        taken.all -= 1;
        if let Some(own) = taken.by_address.get_mut(&self.address) {
            *own -= 1;
            if *own == 0 {
                taken.by_address.remove(&self.address);
            }
        }
        metrics::gauge!("talaria_objects_transfers").decrement(1.0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_takes_all_turns() {
        let turns = Turns::new(3, 2);
        let take = |address: &str| turns.take(address.parse().unwrap());
        let (one, two) = (take("2001:db8::1").unwrap(), take("2001:db8::2").unwrap());
        assert_eq!(take("2001:db8::3").unwrap_err(), Refusal::TooMany, "it is the same network");
        let three = take("10.0.0.1").unwrap();
        assert_eq!(take("::ffff:10.0.0.1").unwrap_err(), Refusal::Busy);
        drop(one);
        let four = take("::ffff:10.0.0.1").unwrap();
        assert_eq!(take("10.0.0.1").unwrap_err(), Refusal::TooMany, "it is the same");
        drop((two, three, four));
        assert!(turns.taken.lock().by_address.is_empty());
    }
}

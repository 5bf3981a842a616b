//! How much a client may ask for, and how many may come.

use std::{
    collections::HashMap,
    net::IpAddr,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use parking_lot::Mutex;
use tokio::time::Instant;

use crate::{
    config::{GatewayConfig, RateLimit},
    model::network,
};

/// A bucket of tokens that fills up evenly.
#[derive(Clone, Copy, Debug)]
pub(crate) struct TokenBucket {
    tokens: f32,
    filled: Instant,
}

impl TokenBucket {
    /// A full one.
    pub(crate) fn new(rate: RateLimit, now: Instant) -> Self {
        Self { tokens: rate.burst as f32, filled: now }
    }

    /// Takes a token, if there is one.
    pub(crate) fn take(&mut self, rate: RateLimit, now: Instant) -> bool {
        self.fill(rate, now);
        let has_one = self.tokens >= 1.0;
        if has_one {
            self.tokens -= 1.0;
        }
        has_one
    }

    fn fill(&mut self, rate: RateLimit, now: Instant) {
        let gained = now.duration_since(self.filled).as_secs_f64() * rate.per_second;
        self.tokens = (f64::from(self.tokens) + gained).min(f64::from(rate.burst)) as f32;
        self.filled = now;
    }

    fn is_full(&mut self, rate: RateLimit, now: Instant) -> bool {
        self.fill(rate, now);
        self.tokens >= rate.burst as f32
    }
}

/// Counts connections, and watches the addresses of those that have not logged in.
pub(crate) struct Admission {
    connections: AtomicUsize,
    max_connections: usize,
    max_per_address: usize,
    rate: RateLimit,
    addresses: Mutex<Addresses>,
}

struct Addresses {
    known: HashMap<IpAddr, Address>,
    /// Addresses that mean nothing any more are dropped when there are so many.
    sweep_at: usize,
}

struct Address {
    unauthenticated: usize,
    bucket: TokenBucket,
}

/// The right to be connected; given back when dropped.
pub(crate) struct Admitted {
    admission: Arc<Admission>,
    address: IpAddr,
    is_authenticated: bool,
}

const MIN_SWEEP: usize = 1024;

impl Admission {
    pub(crate) fn new(config: &GatewayConfig) -> Arc<Self> {
        Arc::new(Self {
            connections: AtomicUsize::new(0),
            max_connections: config.max_connections,
            max_per_address: config.max_unauthenticated_per_address,
            rate: config.address_rate,
            addresses: Mutex::new(Addresses { known: HashMap::new(), sweep_at: MIN_SWEEP }),
        })
    }

    /// Lets a new connection in, or not.
    pub(crate) fn admit(self: &Arc<Self>, address: IpAddr, now: Instant) -> Option<Admitted> {
        let address = network(address);
        if self.connections.fetch_add(1, Ordering::Relaxed) >= self.max_connections {
            self.connections.fetch_sub(1, Ordering::Relaxed);
            return None;
        }
        let mut addresses = self.addresses.lock();
        if addresses.known.len() >= addresses.sweep_at {
            addresses.known.retain(|_, it| it.unauthenticated > 0 || !it.bucket.is_full(self.rate, now));
            addresses.sweep_at = (2 * addresses.known.len()).max(MIN_SWEEP);
        }
        let new = || Address { unauthenticated: 0, bucket: TokenBucket::new(self.rate, now) };
        let entry = addresses.known.entry(address).or_insert_with(new);
        if entry.unauthenticated >= self.max_per_address {
            self.connections.fetch_sub(1, Ordering::Relaxed);
            return None;
        }
        entry.unauthenticated += 1;
        Some(Admitted { admission: Arc::clone(self), address, is_authenticated: false })
    }
}

impl Admitted {
    /// Takes a token of the address, for a request that belongs to no session.
    pub(crate) fn take(&self, now: Instant) -> bool {
        let mut addresses = self.admission.addresses.lock();
        addresses.known.get_mut(&self.address).is_none_or(|it| it.bucket.take(self.admission.rate, now))
    }

    /// The connection has logged in and counts no more among the strangers of its address.
    pub(crate) fn authenticate(&mut self) {
        if !std::mem::replace(&mut self.is_authenticated, true)
            && let Some(entry) = self.admission.addresses.lock().known.get_mut(&self.address)
        {
            entry.unauthenticated -= 1;
        }
    }
}

impl Drop for Admitted {
    fn drop(&mut self) {
        self.authenticate();
        self.admission.connections.fetch_sub(1, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn admission(max_connections: usize, max_unauthenticated_per_address: usize) -> Arc<Admission> {
        let address_rate = RateLimit { burst: 2, per_second: 1.0 };
        let config =
            GatewayConfig { max_connections, max_unauthenticated_per_address, address_rate, ..Default::default() };
        Admission::new(&config)
    }

    fn address(last: u8) -> IpAddr {
        [10, 0, 0, last].into()
    }

    #[test]
    fn a_bucket_gives_its_burst_and_then_its_rate() {
        let rate = RateLimit { burst: 3, per_second: 2.0 };
        let start = Instant::now();
        let mut bucket = TokenBucket::new(rate, start);
        let taken = |bucket: &mut TokenBucket, at| (0..10).filter(|_| bucket.take(rate, at)).count();
        assert_eq!(taken(&mut bucket, start), 3);
        assert_eq!(taken(&mut bucket, start + Duration::from_millis(499)), 0);
        assert_eq!(taken(&mut bucket, start + Duration::from_secs(1)), 2);
        assert_eq!(taken(&mut bucket, start + Duration::from_secs(60)), 3);
    }

    #[test]
    fn connections_are_counted_until_they_are_dropped() {
        let (admission, now) = (admission(2, 10), Instant::now());
        let first = admission.admit(address(1), now);
        let second = admission.admit(address(2), now);
        assert!(first.is_some() && second.is_some());
        assert!(admission.admit(address(3), now).is_none());
        drop(first);
        assert!(admission.admit(address(3), now).is_some());
    }

    #[test]
    fn strangers_of_an_address_are_counted_until_they_log_in() {
        let (admission, now) = (admission(10, 1), Instant::now());
        let mut first = admission.admit(address(1), now).unwrap();
        assert!(admission.admit(address(1), now).is_none());
        assert!(admission.admit(address(2), now).is_some());
        first.authenticate();
        let second = admission.admit(address(1), now);
        assert!(second.is_some());
        drop((first, second));
        assert!(admission.admit(address(1), now).is_some());
    }

    #[test]
    fn the_tokens_of_an_address_are_shared() {
        let (admission, now) = (admission(10, 10), Instant::now());
        let first = admission.admit("2001:db8::1".parse().unwrap(), now).unwrap();
        let second = admission.admit("2001:db8::2".parse().unwrap(), now).unwrap();
        assert!(first.take(now) && second.take(now));
        assert!(!first.take(now) && !second.take(now));
    }

    #[test]
    fn addresses_are_forgotten() {
        let (admission, now) = (admission(10_000, 10), Instant::now());
        for host in 0..5 * MIN_SWEEP as u32 {
            admission.admit(std::net::Ipv4Addr::from_bits(host).into(), now);
        }
        assert!(admission.addresses.lock().known.len() <= MIN_SWEEP);
    }
}

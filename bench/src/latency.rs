//! Times as histograms with three significant digits, and what is told of them.

use std::time::Duration;

use hdrhistogram::Histogram;
use serde::{Serialize, Serializer};

/// Beyond that everything counts as that.
const LONGEST: Duration = Duration::from_secs(120);

/// Times that were measured one by one.
#[derive(Clone, Debug)]
pub(crate) struct Times(Histogram<u64>);

/// What a report says of [`Times`], in microseconds.
#[derive(Clone, Copy, PartialEq, Debug, Default, Serialize)]
pub(crate) struct Summary {
    pub(crate) count: u64,
    pub(crate) mean: f64,
    pub(crate) p50: f64,
    pub(crate) p90: f64,
    pub(crate) p99: f64,
    pub(crate) p999: f64,
    pub(crate) max: f64,
}

impl Times {
    pub(crate) fn new() -> Self {
        let longest = u64::try_from(LONGEST.as_nanos()).expect("minutes fit into 64 bits of nanoseconds");
        Self(Histogram::new_with_bounds(100, longest, 3).expect("the bounds are in order"))
    }

    /// A time in nanoseconds.
    pub(crate) fn record_nanos(&mut self, nanoseconds: u64) {
        self.0.saturating_record(nanoseconds);
    }

    pub(crate) fn record(&mut self, time: Duration) {
        self.record_nanos(u64::try_from(time.as_nanos()).unwrap_or(u64::MAX));
    }

    /// The time that this share of all does not exceed.
    pub(crate) fn quantile(&self, share: f64) -> Duration {
        Duration::from_nanos(self.0.value_at_quantile(share))
    }

    pub(crate) fn summary(&self) -> Summary {
        if self.0.is_empty() {
            return Summary::default();
        }
        let at = |share| micros(self.quantile(share));
        Summary {
            count: self.0.len(),
            mean: self.0.mean() / 1000.0,
            p50: at(0.5),
            p90: at(0.9),
            p99: at(0.99),
            p999: at(0.999),
            max: micros(Duration::from_nanos(self.0.max())),
        }
    }
}

impl Serialize for Times {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.summary().serialize(serializer)
    }
}

/// In microseconds.
pub(crate) fn micros(time: Duration) -> f64 {
    time.as_secs_f64() * 1e6
}

/// Microseconds for people: three digits that count.
pub(crate) fn readable(micros: f64) -> String {
    match micros {
        ..1000.0 => format!("{} µs", digits(micros)),
        ..1e6 => format!("{} ms", digits(micros / 1e3)),
        _ => format!("{} s", digits(micros / 1e6)),
    }
}

/// A number with the three digits that count.
pub(crate) fn digits(number: f64) -> String {
    match number.abs() {
        ..10.0 => format!("{number:.2}"),
        ..100.0 => format!("{number:.1}"),
        _ => format!("{number:.0}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_up() {
        let mut times = Times::new();
        assert_eq!(times.summary(), Summary::default());
        for milliseconds in 1..=100 {
            times.record(Duration::from_millis(milliseconds));
        }
        times.record(Duration::from_secs(100_000));
        let summary = times.summary();
        assert_eq!(summary.count, 101);
        assert!((summary.p50 - 51_000.0).abs() < 100.0, "{summary:?}");
        assert!((summary.max - 120e6).abs() < 1e5, "{summary:?}");
    }

    #[test]
    fn writes_for_people() {
        assert_eq!(readable(5.234), "5.23 µs");
        assert_eq!(readable(52.34), "52.3 µs");
        assert_eq!(readable(5234.0), "5.23 ms");
        assert_eq!(readable(5_234_000.0), "5.23 s");
    }
}

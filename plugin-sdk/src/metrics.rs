//! Capability: metrics of the plugin's own, beside the server's. `words_found` of the plugin `antispam` becomes
//! `plugin_words_found{plugin="antispam"}`, with the plugin's labels after it.
//!
//! In a native unit test the values can be read with [`testing`].

#[cfg(target_family = "wasm")]
use crate::bindings::capabilities::talaria::plugin::metrics as host;
#[cfg(not(target_family = "wasm"))]
use testing as host;

pub use crate::bindings::capabilities::talaria::plugin::metrics::Error;

/// The names of labels and their values.
pub type Labels<'a> = &'a [(&'a str, &'a str)];

/// Adds to a counter. The name of a counter ends in `_total` by custom.
///
/// # Errors
///
/// Every [`Error`] there is. A metric is seldom worth a failure, so `let _ =` is in order.
pub fn add(counter: &str, labels: Labels<'_>, by: u64) -> Result<(), Error> {
    host::add(counter, &owned(labels), by)
}

/// Sets a gauge.
///
/// # Errors
///
/// As of [`add`].
pub fn set(gauge: &str, labels: Labels<'_>, value: f64) -> Result<(), Error> {
    host::set(gauge, &owned(labels), value)
}

/// Puts a value into a histogram, whose buckets are made for seconds: from 10 microseconds to 10 seconds.
///
/// # Errors
///
/// As of [`add`].
pub fn observe(histogram: &str, labels: Labels<'_>, value: f64) -> Result<(), Error> {
    host::observe(histogram, &owned(labels), value)
}

fn owned(labels: Labels<'_>) -> Vec<(String, String)> {
    labels.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

/// Metrics in the memory of the test's thread.
#[cfg(not(target_family = "wasm"))]
pub mod testing {
    use std::cell::RefCell;
    use std::collections::BTreeMap;

    use super::{Error, Labels, owned};

    type Series = (String, Vec<(String, String)>);

    thread_local! {
        static VALUES: RefCell<BTreeMap<Series, Vec<f64>>> = const { RefCell::new(BTreeMap::new()) };
    }

    /// What a counter was raised by, the values of a gauge, or those in a histogram, in order.
    pub fn values(metric: &str, labels: Labels<'_>) -> Vec<f64> {
        VALUES.with_borrow(|values| values.get(&(metric.to_owned(), owned(labels))).cloned().unwrap_or_default())
    }

    #[expect(clippy::cast_precision_loss, reason = "counts of a test are small")]
    pub(super) fn add(counter: &str, labels: &[(String, String)], by: u64) -> Result<(), Error> {
        set(counter, labels, by as f64)
    }

    pub(super) fn set(gauge: &str, labels: &[(String, String)], value: f64) -> Result<(), Error> {
        let series = (gauge.to_owned(), labels.to_vec());
        VALUES.with_borrow_mut(|values| values.entry(series).or_default().push(value));
        Ok(())
    }

    pub(super) fn observe(histogram: &str, labels: &[(String, String)], value: f64) -> Result<(), Error> {
        set(histogram, labels, value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_double_keeps_values_by_series() {
        add("words_total", &[("kind", "rude")], 2).unwrap();
        add("words_total", &[("kind", "rude")], 1).unwrap();
        set("depth", &[], 0.5).unwrap();
        assert_eq!(testing::values("words_total", &[("kind", "rude")]), [2.0, 1.0]);
        assert_eq!(testing::values("depth", &[]), [0.5]);
        assert_eq!(testing::values("words_total", &[]), [] as [f64; 0]);
    }
}

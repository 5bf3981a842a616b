//! `metrics`: counters, gauges and histograms of the plugin's own. A series is never forgotten, so their number is
//! bounded.

use std::{
    collections::{HashMap, hash_map::Entry},
    sync::Arc,
};

use metrics::{Counter, Gauge, Histogram, Label};
use parking_lot::Mutex;

use crate::dispatch::wasm::{GuestState, wit::metrics as wit};

/// Series of one plugin.
const SERIES: usize = 200;
const NAME_BYTES: usize = 64;
const LABELS: usize = 8;
const LABEL_BYTES: usize = 128;
/// What the exposition of a histogram adds to its name.
const OF_HISTOGRAMS: [&str; 3] = ["_bucket", "_count", "_sum"];

type Labels = Vec<(String, String)>;

/// The metrics of all plugins.
#[derive(Default)]
pub(super) struct Metrics(Mutex<Known>);

#[derive(Default)]
struct Known {
    /// By name, because one name has one kind in what is exposed, whichever plugin it comes from.
    kinds: HashMap<String, Kind>,
    plugins: HashMap<Arc<str>, HashMap<(String, Labels), Series>>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Counter,
    Gauge,
    Histogram,
}

#[derive(Clone)]
enum Series {
    Counter(Counter),
    Gauge(Gauge),
    Histogram(Histogram),
}

impl wit::Host for GuestState {
    fn add(&mut self, counter: String, labels: Labels, by: u64) -> Result<(), wit::Error> {
        if let Series::Counter(counter) = self.series(counter, labels, Kind::Counter)? {
            counter.increment(by);
        }
        Ok(())
    }

    fn set(&mut self, gauge: String, labels: Labels, value: f64) -> Result<(), wit::Error> {
        if let Series::Gauge(gauge) = self.series(gauge, labels, Kind::Gauge)? {
            gauge.set(value);
        }
        Ok(())
    }

    fn observe(&mut self, histogram: String, labels: Labels, value: f64) -> Result<(), wit::Error> {
        if let Series::Histogram(histogram) = self.series(histogram, labels, Kind::Histogram)? {
            histogram.record(value);
        }
        Ok(())
    }
}

impl GuestState {
    fn series(&self, name: String, labels: Labels, kind: Kind) -> Result<Series, wit::Error> {
        self.services.metrics.series(&self.plugin, name, labels, kind)
    }
}

impl Metrics {
    /// A series that is there, or a new one; always of this kind.
    fn series(&self, plugin: &Arc<str>, name: String, mut labels: Labels, kind: Kind) -> Result<Series, wit::Error> {
        labels.sort_unstable();
        let Known { kinds, plugins } = &mut *self.0.lock();
        if kinds.get(&name).is_some_and(|known| *known != kind) {
            return Err(wit::Error::OtherKind);
        }
        let own = plugins.entry(Arc::clone(plugin)).or_default();
        let count = own.len();
        match own.entry((name, labels)) {
            Entry::Occupied(known) => Ok(known.get().clone()),
            Entry::Vacant(new) => {
                let (name, labels) = new.key();
                check(name, labels)?;
                if count >= SERIES {
                    return Err(wit::Error::TooManySeries);
                }
                kinds.insert(name.clone(), kind);
                let series = Series::register(plugin, name, labels, kind);
                Ok(new.insert(series).clone())
            }
        }
    }
}

impl Series {
    fn register(plugin: &str, name: &str, labels: &Labels, kind: Kind) -> Self {
        let name = format!("plugin_{name}");
        let own = Label::new("plugin", plugin.to_owned());
        let labels: Vec<_> = std::iter::once(own)
            .chain(labels.iter().map(|(name, value)| Label::new(name.clone(), value.clone())))
            .collect();
        match kind {
            Kind::Counter => Self::Counter(metrics::counter!(name, labels)),
            Kind::Gauge => Self::Gauge(metrics::gauge!(name, labels)),
            Kind::Histogram => Self::Histogram(metrics::histogram!(name, labels)),
        }
    }
}

/// `labels` are sorted.
fn check(name: &str, labels: &Labels) -> Result<(), wit::Error> {
    let is_once = labels.windows(2).all(|pair| pair[0].0 != pair[1].0);
    let are_labels = labels.iter().all(|(name, value)| is_name(name) && name != "plugin" && value.len() <= LABEL_BYTES);
    let is_free = !OF_HISTOGRAMS.iter().any(|suffix| name.ends_with(suffix));
    let is_valid = is_name(name) && is_free && labels.len() <= LABELS && is_once && are_labels;
    if is_valid { Ok(()) } else { Err(wit::Error::Invalid) }
}

fn is_name(name: &str) -> bool {
    (1..=NAME_BYTES).contains(&name.len())
        && name.starts_with(|first: char| first.is_ascii_lowercase())
        && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(pairs: &[(&str, &str)]) -> Labels {
        pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    }

    #[test]
    fn names_and_labels_fit_the_exposition() {
        assert!(check("words_found_total", &labels(&[("kind", "any thing"), ("language", "")])).is_ok());
        for name in ["", "Words", "9_words", "_words", "words-found", "words_count", &"w".repeat(65)] {
            assert!(check(name, &Labels::new()).is_err(), "{name}");
        }
        for pairs in [&[("plugin", "another")][..], &[("a", "1"), ("a", "2")], &[("a", &"x".repeat(129))]] {
            assert!(check("words", &labels(pairs)).is_err(), "{pairs:?}");
        }
    }

    #[test]
    fn the_series_of_a_plugin_are_bounded() {
        let metrics = Metrics::default();
        let (one, two): (Arc<str>, Arc<str>) = ("one".into(), "two".into());
        let series = |plugin, n: usize| {
            metrics.series(plugin, "things".into(), labels(&[("n", &n.to_string())]), Kind::Counter).map(drop)
        };
        assert!((0..SERIES).all(|n| series(&one, n).is_ok()));
        assert!(matches!(series(&one, SERIES), Err(wit::Error::TooManySeries)));
        assert!(series(&one, 0).is_ok() && series(&two, 0).is_ok());
        let gauge = metrics.series(&two, "things".into(), Labels::new(), Kind::Gauge);
        assert!(matches!(gauge, Err(wit::Error::OtherKind)));
    }
}

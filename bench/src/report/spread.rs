//! Some measurements of the same thing as one.

use crate::latency::{digits, readable};

/// The median, and the range around it.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(super) struct Spread {
    pub(super) median: f64,
    lowest: f64,
    highest: f64,
}

impl Spread {
    /// `None` when nothing was measured.
    pub(super) fn of(numbers: impl IntoIterator<Item = f64>) -> Option<Self> {
        let mut numbers: Vec<f64> = numbers.into_iter().collect();
        numbers.sort_by(f64::total_cmp);
        let (lowest, highest) = (*numbers.first()?, *numbers.last()?);
        let middle = numbers.len() / 2;
        let median =
            if numbers.len() % 2 == 1 { numbers[middle] } else { f64::midpoint(numbers[middle - 1], numbers[middle]) };
        Some(Self { median, lowest, highest })
    }

    /// As a ratio of two things.
    pub(super) fn times(&self) -> String {
        format!("{} × ({}–{})", digits(self.median), digits(self.lowest), digits(self.highest))
    }

    /// As microseconds.
    pub(super) fn time(&self) -> String {
        format!("{} ({}–{})", readable(self.median), readable(self.lowest), readable(self.highest))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn is_median_and_range() {
        let odd = Spread::of([3.0, 1.0, 2.0]).unwrap();
        assert_eq!((odd.median, odd.lowest, odd.highest), (2.0, 1.0, 3.0));
        assert_eq!(Spread::of([4.0, 1.0]).unwrap().median, 2.5);
        assert_eq!(Spread::of([]), None);
        assert_eq!(odd.times(), "2.00 × (1.00–3.00)");
        assert_eq!(odd.time(), "2.00 µs (1.00 µs–3.00 µs)");
    }
}

//! Versions of the lists that clients keep copies of.

use crate::model::Timestamp;

/// Whether a client's copy is current. Read the stored version before the list: a change in between then makes the
/// client ask once too often, never once too seldom.
pub(super) fn is_current(copy: Option<Timestamp>, stored: Option<Timestamp>) -> bool {
    match (copy, stored) {
        (_, None) => true,
        (Some(copy), Some(stored)) => copy >= stored,
        (None, Some(_)) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_copy_is_current_from_the_stored_date_on() {
        let at = |milliseconds| Some(Timestamp(milliseconds));
        assert!(!is_current(at(9), at(10)));
        assert!(is_current(at(10), at(10)));
        assert!(is_current(at(11), at(10)));
        assert!(!is_current(None, at(10)));
        assert!(is_current(at(9), None), "without a version there is no list");
        assert!(is_current(None, None));
    }
}

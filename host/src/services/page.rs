//! How much a query answers.

/// How many to answer when so many are asked for; `None` when that makes no sense.
pub(super) fn count(asked: Option<i32>, default: u32, max: u32) -> Option<u32> {
    match asked.map(u32::try_from) {
        None => Some(default.min(max)),
        Some(Ok(count @ 1..)) => Some(count.min(max)),
        Some(Ok(0) | Err(_)) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::count;

    #[test]
    fn what_is_asked_for_is_bounded() {
        assert_eq!(count(None, 20, 100), Some(20));
        assert_eq!(count(None, 20, 10), Some(10));
        assert_eq!(count(Some(7), 20, 100), Some(7));
        assert_eq!(count(Some(i32::MAX), 20, 100), Some(100));
        assert_eq!(count(Some(0), 20, 100), None);
        assert_eq!(count(Some(-1), 20, 100), None);
    }
}

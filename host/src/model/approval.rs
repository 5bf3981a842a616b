//! What requests that somebody else answers have in common: friend requests, invitations into groups, requests to join
//! them.

use super::Timestamp;

/// Where such a request stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum RequestStatus {
    Pending,
    Accepted,
    Declined,
    Ignored,
    /// Never stored: see [`Self::shown`].
    Expired,
    /// Taken back by who sent it.
    Canceled,
}

impl RequestStatus {
    /// What is said of a request at `now`: one that nobody answered in time has expired.
    #[must_use]
    pub fn shown(self, expiration: Option<Timestamp>, now: Timestamp) -> Self {
        match expiration {
            Some(end) if self == Self::Pending && end <= now => Self::Expired,
            _ => self,
        }
    }
}

/// What the one who is asked says to it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ResponseAction {
    Accept,
    Decline,
    Ignore,
}

impl ResponseAction {
    /// Where the request stands afterwards.
    #[must_use]
    pub const fn status(self) -> RequestStatus {
        match self {
            Self::Accept => RequestStatus::Accepted,
            Self::Decline => RequestStatus::Declined,
            Self::Ignore => RequestStatus::Ignored,
        }
    }
}

/// When a request made at `creation` expires; `None`, with a lifetime of 0 days, is never.
#[must_use]
pub fn expiration(creation: Timestamp, lifetime_days: u32) -> Option<Timestamp> {
    (lifetime_days > 0).then(|| creation.plus_days(lifetime_days))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_pending_expires() {
        let (end, before) = (Some(Timestamp(10)), Timestamp(9));
        assert_eq!(RequestStatus::Pending.shown(end, before), RequestStatus::Pending);
        assert_eq!(RequestStatus::Pending.shown(end, Timestamp(10)), RequestStatus::Expired);
        assert_eq!(RequestStatus::Pending.shown(None, Timestamp(i64::MAX)), RequestStatus::Pending);
        for status in [RequestStatus::Accepted, RequestStatus::Declined, RequestStatus::Canceled] {
            assert_eq!(status.shown(end, Timestamp(11)), status);
        }
    }

    #[test]
    fn a_lifetime_of_no_days_has_no_end() {
        assert_eq!(expiration(Timestamp(5), 0), None);
        assert_eq!(expiration(Timestamp(5), 2), Some(Timestamp(5 + 2 * 86_400_000)));
        assert_eq!(expiration(Timestamp(i64::MAX), u32::MAX), Some(Timestamp(i64::MAX)));
    }
}

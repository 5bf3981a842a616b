//! Settings that clients keep for their users.

use std::collections::BTreeMap;

use crate::model::{Timestamp, Value};

/// Set settings of the requester.
#[derive(Clone, PartialEq, Debug)]
pub struct UpdateUserSettings {
    pub settings: BTreeMap<String, Value>,
    pub attributes: Vec<Value>,
}

/// Remove settings of the requester.
#[derive(Clone, PartialEq, Debug)]
pub struct DeleteUserSettings {
    /// Empty: all that may be removed.
    pub names: Vec<String>,
    pub attributes: Vec<Value>,
}

/// Read settings of the requester.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct QueryUserSettings {
    /// Empty: all.
    pub names: Vec<String>,
    /// Only if they changed at this date or later.
    pub changed_since: Option<Timestamp>,
}

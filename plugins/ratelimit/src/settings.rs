//! What the configuration may say.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;
use talaria_sdk::Denial;

use crate::buckets::Limit;

/// Every key may be left out; what has no limit is not limited.
#[derive(Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Settings {
    /// Of a user, wherever they go.
    pub(crate) messages: Option<Limit>,
    /// Of a user in one group.
    pub(crate) group_messages: Option<Limit>,
    /// Of all members of one group together.
    pub(crate) groups: Option<Limit>,
    /// Of a user, by the names of their kinds.
    pub(crate) requests: BTreeMap<String, Limit>,
    /// Of a user, whatever their kind.
    pub(crate) all_requests: Option<Limit>,
    /// Users who have no limit.
    pub(crate) exempt: BTreeSet<i64>,
    pub(crate) code: u32,
    pub(crate) text: String,
    pub(crate) max_buckets: usize,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            messages: Some(Limit { per_second: 5.0, burst: 20.0 }),
            group_messages: None,
            groups: None,
            requests: BTreeMap::new(),
            all_requests: None,
            exempt: BTreeSet::new(),
            // The protocol's code for requests that come too often.
            code: 1101,
            text: "Too many requests; slow down".to_owned(),
            max_buckets: 100_000,
        }
    }
}

impl Settings {
    /// Whether the numbers make sense; the error names the key.
    pub(crate) fn validate(&self) -> Result<(), String> {
        let named = [
            ("messages", self.messages),
            ("group_messages", self.group_messages),
            ("groups", self.groups),
            ("all_requests", self.all_requests),
        ];
        for (name, limit) in named {
            check(name, limit)?;
        }
        for (kind, limit) in &self.requests {
            let is_name =
                kind.ends_with("_request") && kind.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_');
            if !is_name {
                return Err(format!(
                    "requests: {kind:?} is no kind of request; they are named like create_message_request"
                ));
            }
            check(&format!("requests.{kind}"), Some(*limit))?;
        }
        if !matches!(self.code, 1100..=9999 | 20_000..=29_999) {
            return Err(format!("code: {} is neither a failure of the protocol nor from 20000 to 29999", self.code));
        }
        if !(2..=400_000).contains(&self.max_buckets) {
            return Err("max_buckets: from 2 to 400000".to_owned());
        }
        Ok(())
    }

    pub(crate) fn denial(&self) -> Denial {
        Denial::new(self.code, &self.text)
    }
}

fn check(name: &str, limit: Option<Limit>) -> Result<(), String> {
    let Some(Limit { per_second, burst }) = limit else { return Ok(()) };
    if !(per_second > 0.0 && per_second.is_finite()) {
        return Err(format!("{name}.per_second: more than 0 is wanted"));
    }
    if !(burst >= 1.0 && burst.is_finite()) {
        return Err(format!("{name}.burst: at least 1 is wanted"));
    }
    Ok(())
}

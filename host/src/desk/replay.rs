//! What was recorded in a server, tried on the plugin that is on the desk.

use std::collections::BTreeMap;

use serde_json::Value;

use super::{Desk, DeskError, RecordedCall, Recording};
use crate::{
    dispatch::wasm::{RepeatError, Repeated},
    model::Timestamp,
};

/// What became of a recording.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Replay {
    /// The version that was recorded last, and the one that was tried.
    pub versions: (String, String),
    /// In the order of the recording.
    pub tried: Vec<Tried>,
    /// Calls that were not made, by their hooks: the component does not handle them.
    pub unhandled: BTreeMap<String, usize>,
    /// Calls that whoever recorded has lost.
    pub missed: u64,
}

/// A call that was made again.
#[derive(Clone, PartialEq, Debug)]
pub struct Tried {
    /// Of the recording.
    pub line: usize,
    pub recorded: RecordedCall,
    pub comparison: Comparison,
    pub micros: u64,
}

/// How the answer compares with the recorded one.
#[derive(Clone, PartialEq, Debug)]
pub enum Comparison {
    Same,
    Different {
        /// `None` when the recorded call failed.
        then: Option<Value>,
        now: Value,
    },
    /// The call failed, or could not be made.
    Failed(String),
}

impl Desk {
    /// Calls each recorded hook with the recorded arguments, at the recorded time.
    ///
    /// # Errors
    ///
    /// When the plugin is gone.
    pub async fn replay(&self, recording: &Recording) -> Result<Replay, DeskError> {
        let status = self.plugins.list().await.into_iter().find(|plugin| plugin.manifest.name == self.name);
        let now = status.map(|status| status.manifest.version).unwrap_or_default();
        let then = recording.calls.last().map(|(_, call)| call.version.clone()).unwrap_or_default();
        let mut replay = Replay { versions: (then, now), missed: recording.missed, ..Replay::default() };
        for (line, call) in &recording.calls {
            self.clock.set(Timestamp(call.date));
            let (comparison, micros) = match self.plugins.repeat(&self.name, call).await? {
                Ok(repeated) => (judge(&repeated), u64::try_from(repeated.took.as_micros()).unwrap_or(u64::MAX)),
                Err(RepeatError::Unhandled(hook)) => {
                    *replay.unhandled.entry(hook).or_default() += 1;
                    continue;
                }
                Err(mismatch @ RepeatError::Mismatch(_)) => (Comparison::Failed(mismatch.to_string()), 0),
            };
            replay.tried.push(Tried { line: *line, recorded: call.clone(), comparison, micros });
        }
        Ok(replay)
    }
}

fn judge(repeated: &Repeated) -> Comparison {
    match (&repeated.recorded, &repeated.answer) {
        (_, Err(fault)) => Comparison::Failed(format!("{}: {fault}", fault.kind())),
        (Some(then), Ok(now)) if then == now => Comparison::Same,
        (then, Ok(now)) => Comparison::Different { then: then.clone(), now: now.clone() },
    }
}

impl Replay {
    /// Whether something was tried, and all of it answered the same.
    #[must_use]
    pub fn is_same(&self) -> bool {
        !self.tried.is_empty() && self.tried.iter().all(|tried| tried.comparison == Comparison::Same)
    }

    /// How many calls answered the same, something else, and failed.
    #[must_use]
    pub fn counts(&self) -> (usize, usize, usize) {
        let count = |is: fn(&Comparison) -> bool| self.tried.iter().filter(|tried| is(&tried.comparison)).count();
        (
            count(|comparison| *comparison == Comparison::Same),
            count(|comparison| matches!(comparison, Comparison::Different { .. })),
            count(|comparison| matches!(comparison, Comparison::Failed(_))),
        )
    }
}

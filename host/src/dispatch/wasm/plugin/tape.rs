//! A call on its way into a recording. One place for all hooks: their arguments and answers are written by their types.

use std::time::Instant;

use serde::Serialize;
use serde_json::Value;

use super::Plugin;
use crate::{
    dispatch::{
        recordings::{FORMAT, RecordedCall, RecordedFault, mask},
        wasm::{
            Fault, Hook,
            values::{Signature, normalize},
        },
    },
    model::Timestamp,
};

/// What is known so far of a call that is recorded.
pub(in crate::dispatch::wasm) struct Tape {
    date: Timestamp,
    /// A JSON array.
    arguments: String,
    begun: Instant,
    micros: u64,
    /// JSON.
    answer: Option<String>,
}

impl Tape {
    fn begin(date: Timestamp, arguments: String) -> Self {
        Self { date, arguments, begun: Instant::now(), micros: 0, answer: None }
    }

    /// The guest has answered, or failed.
    #[cold]
    pub(in crate::dispatch::wasm) fn note<R: Serialize>(&mut self, result: Option<&wasmtime::Result<R>>) {
        self.micros = u64::try_from(self.begun.elapsed().as_micros()).unwrap_or(u64::MAX);
        self.answer = result.and_then(|result| result.as_ref().ok()).and_then(|it| serde_json::to_string(it).ok());
    }
}

impl Plugin {
    /// Whether somebody records calls of this hook.
    #[inline]
    pub(in crate::dispatch::wasm) fn is_recorded(&self, hook: Hook) -> bool {
        self.runtime.services.recordings.want(&self.name, hook)
    }

    /// For a call that somebody records.
    pub(in crate::dispatch::wasm) fn tape<A: Serialize>(&self, arguments: &A) -> Option<Box<Tape>> {
        let arguments = serde_json::to_string(arguments).ok()?;
        Some(Box::new(Tape::begin(self.runtime.services.clock.now(), arguments)))
    }

    /// Tells those who record of a call that is over. What the guest answered is its answer, even an error.
    #[cold]
    pub(in crate::dispatch::wasm) fn record(&self, hook: Hook, tape: &Tape, fault: Option<&Fault>) {
        let Some(signature) = Signature::find(self.pre.component(), hook) else { return };
        let value = |json: &str| serde_json::from_str(json).unwrap_or(Value::Null);
        let mut arguments = signature.name_arguments(&value(&tape.arguments));
        let mut answer = tape.answer.as_deref().map(|json| normalize(&value(json), &signature.result));
        mask(&mut arguments, answer.as_mut());
        let fault = fault.filter(|_| answer.is_none());
        let call = RecordedCall {
            format: FORMAT,
            date: tape.date.0,
            plugin: self.name.to_string(),
            version: self.manifest.version.clone(),
            hook: hook.name().to_owned(),
            arguments,
            answer,
            fault: fault.map(|fault| RecordedFault { kind: fault.kind().to_owned(), text: fault.to_string() }),
            micros: tape.micros,
        };
        self.runtime.services.recordings.enter(hook, &call);
    }
}

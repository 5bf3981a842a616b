//! A call on its way into a recording. One place for all hooks: their arguments and answers are written by their types.

use std::{io, time::Instant};

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

/// Bytes of JSON that the arguments of a recorded call may have, and its answer: a byte of a body takes up to four.
/// Larger ones would hold up a thread that serves others.
const RECORDED: usize = 512 << 10;

/// What is known so far of a call that is recorded.
pub(in crate::dispatch::wasm) struct Tape {
    date: Timestamp,
    /// A JSON array.
    arguments: Json,
    begun: Instant,
    micros: u64,
    answer: Option<Json>,
}

/// More than what is recorded.
#[derive(PartialEq, Eq, Debug)]
struct TooLarge;

type Json = Result<Vec<u8>, TooLarge>;

impl Tape {
    fn begin(date: Timestamp, arguments: Json) -> Self {
        Self { date, arguments, begun: Instant::now(), micros: 0, answer: None }
    }

    /// The guest has answered, or failed.
    #[cold]
    pub(in crate::dispatch::wasm) fn note<R: Serialize>(&mut self, result: Option<&wasmtime::Result<R>>) {
        self.micros = u64::try_from(self.begun.elapsed().as_micros()).unwrap_or(u64::MAX);
        self.answer = result.and_then(|result| result.as_ref().ok()).map(json);
    }
}

impl Plugin {
    /// Whether somebody records calls of this hook.
    #[inline]
    pub(in crate::dispatch::wasm) fn is_recorded(&self, hook: Hook) -> bool {
        self.runtime.services.recordings.want(&self.name, hook)
    }

    /// For a call that somebody records.
    pub(in crate::dispatch::wasm) fn tape<A: Serialize>(&self, arguments: &A) -> Box<Tape> {
        Box::new(Tape::begin(self.runtime.services.clock.now(), json(arguments)))
    }

    /// Tells those who record of a call that is over. What the guest answered is its answer, even an error.
    #[cold]
    pub(in crate::dispatch::wasm) fn record(&self, hook: Hook, tape: &Tape, fault: Option<&Fault>) {
        let Some(signature) = Signature::find(self.pre.component(), hook) else { return };
        let answer = tape.answer.as_ref().map(Result::as_ref).transpose();
        let (Ok(arguments), Ok(answer)) = (&tape.arguments, answer) else {
            return self.runtime.services.recordings.miss(&self.name, hook);
        };
        let value = |json: &[u8]| serde_json::from_slice(json).unwrap_or(Value::Null);
        let mut arguments = signature.name_arguments(&value(arguments));
        let mut answer = answer.map(|json| normalize(&value(json), &signature.result));
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

/// No more is ever written than what is recorded.
fn json<T: Serialize>(value: &T) -> Json {
    let mut json = Bounded(Vec::new());
    // What plugins are asked and answer can be written as JSON: nothing else fails.
    serde_json::to_writer(&mut json, value).map_err(|_| TooLarge)?;
    Ok(json.0)
}

/// Takes [`RECORDED`] bytes.
struct Bounded(Vec<u8>);

impl io::Write for Bounded {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if bytes.len() > RECORDED - self.0.len() {
            return Err(io::ErrorKind::FileTooLarge.into());
        }
        self.0.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_too_large_is_not_recorded() {
        assert_eq!(json(&(1, "a")).unwrap(), br#"[1,"a"]"#);
        assert_eq!(json(&"x".repeat(RECORDED - 2)).map(|json| json.len()), Ok(RECORDED));
        assert_eq!(json(&"x".repeat(RECORDED - 1)), Err(TooLarge));
        assert_eq!(json(&vec![255_u8; RECORDED / 2]), Err(TooLarge), "bytes are numbers");
    }
}

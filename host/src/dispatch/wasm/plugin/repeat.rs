//! Having a plugin answer once more what was recorded, by the type of the component's own function.

use std::time::{Duration, Instant};

use serde_json::Value;
use wasmtime::component::Val;

use super::Plugin;
use crate::{
    dispatch::{
        recordings::{RecordedCall, mask},
        wasm::{
            Fault, Hook,
            call::{Call, within},
            instance::Instance,
            values::{Mismatch, Signature, normalize, to_json},
        },
    },
    model::Context,
};

/// What a plugin made of a recorded call.
#[derive(Clone, Debug)]
pub struct Repeated {
    pub answer: Result<Value, Fault>,
    /// The recorded answer, as it is of the component's type.
    pub recorded: Option<Value>,
    /// How long the guest ran. Values are passed another way than in a server, which takes a little longer.
    pub took: Duration,
}

/// Why a recorded call could not be made.
#[derive(Clone, Debug, thiserror::Error)]
pub enum RepeatError {
    #[error("the component does not handle `{0}`")]
    Unhandled(String),
    #[error("what was recorded is nothing that the component takes: {0}")]
    Mismatch(#[from] Mismatch),
}

impl Plugin {
    /// Makes a recorded call.
    ///
    /// # Errors
    ///
    /// When there is no such function, or it takes something else.
    pub async fn repeat(&self, recorded: &RecordedCall) -> Result<Repeated, RepeatError> {
        let unhandled = || RepeatError::Unhandled(recorded.hook.clone());
        let hook =
            Hook::find(&recorded.hook).filter(|hook| self.manifest.hooks.contains(hook)).ok_or_else(unhandled)?;
        let signature = Signature::find(self.pre.component(), hook).ok_or_else(unhandled)?;
        let arguments = signature.arguments(&recorded.arguments)?;
        let hop = recorded.arguments.get("ctx").and_then(|context| context["hop"].as_u64());
        let context = Context { hop: hop.and_then(|hop| u8::try_from(hop).ok()).unwrap_or(0), ..Context::admin() };
        let (answer, took) = match Call::begin(self, hook, &context).await {
            Ok(call) => invoke(call, &signature, &arguments).await,
            Err(fault) => (Err(fault), Duration::ZERO),
        };
        let mut answer = answer.map(|answer| to_json(&answer));
        mask(&mut recorded.arguments.clone(), answer.as_mut().ok());
        let recorded = recorded.answer.as_ref().map(|answer| normalize(answer, &signature.result));
        Ok(Repeated { answer, recorded, took })
    }
}

async fn invoke(mut call: Call<'_>, signature: &Signature, arguments: &[Val]) -> (Result<Val, Fault>, Duration) {
    let (limit, began) = (call.limit(), Instant::now());
    call.instance.widen_to_values();
    let Instance { store, exports, .. } = &mut *call.instance;
    let interface = exports.get_export_index(&mut *store, None, &signature.interface);
    let function =
        interface.and_then(|interface| exports.get_export_index(&mut *store, Some(&interface), &signature.function));
    let result = match function.and_then(|function| exports.get_func(&mut *store, function)) {
        Some(function) => {
            let mut results = [Val::Bool(false)];
            let done = within(limit, function.call_async(&mut *store, arguments, &mut results)).await;
            let [result] = results;
            done.map(|done| done.map(|()| result))
        }
        None => Some(Err(wasmtime::Error::msg("the plugin does not handle this hook"))),
    };
    let took = began.elapsed();
    call.instance.narrow();
    (call.finish(result), took)
}

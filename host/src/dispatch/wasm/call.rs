//! One call of one guest: taking a warm instance, keeping the deadline, and giving back only what is sound.

use std::{
    future::Future,
    pin::pin,
    task::Poll,
    time::{Duration, Instant},
};

use serde::Serialize;
use tokio::sync::SemaphorePermit;

use super::{
    Fault, Hook, Plugin,
    instance::Instance,
    plugin::{Meter, RECYCLE_CALLS, Tape, Trial},
};
use crate::model::Context;

/// Log lines that a guest may write in one call.
const LOG_LINES: u32 = 100;
/// One in so many calls of an instance is timed, and each that waited for one: the clock and the histogram cost a tenth
/// of a short call.
const TIMED_CALLS: u32 = 8;
/// How long a call waits for a new instance to start.
const COLD_START: Duration = Duration::from_secs(1);

/// A call that is under way. Dropping it without [`Self::finish`] drops the instance, because a guest that was left in
/// the middle of a call is not sound.
pub(super) struct Call<'plugin> {
    plugin: &'plugin Plugin,
    hook: Hook,
    pub(super) instance: Box<Instance>,
    trial: Option<Trial<'plugin>>,
    _permit: SemaphorePermit<'plugin>,
    /// Of the calls that are timed.
    started: Option<Instant>,
    limit: Duration,
    pub(super) meter: Meter<'plugin>,
    /// Of one that is recorded.
    tape: Option<Box<Tape>>,
}

impl<'plugin> Call<'plugin> {
    /// Waits for an instance no longer than the call may take. Makes no call when the breaker is open.
    pub(super) async fn begin(plugin: &'plugin Plugin, hook: Hook, context: &Context) -> Result<Self, Fault> {
        loop {
            let latest = plugin.latest();
            if !std::ptr::eq(latest, plugin) && !latest.manifest.hooks.contains(&hook) {
                return Err(Fault::Replaced);
            }
            // Without a call, it was replaced while this waited for its turn.
            if let Some(call) = Self::begin_on(latest, hook, context).await? {
                return Ok(call);
            }
        }
    }

    /// `None` when another version has taken over the calls of this one.
    async fn begin_on(plugin: &'plugin Plugin, hook: Hook, context: &Context) -> Result<Option<Self>, Fault> {
        let trial = plugin.admit(hook)?;
        let limit = plugin.settings(hook).deadline;
        // A call that meets a warm instance at once, as nearly all do, needs no clock.
        let mut waiting = None;
        let permit = match plugin.permits.try_acquire() {
            Ok(permit) => permit,
            Err(_) => {
                let since = *waiting.insert(Instant::now());
                match within(limit, plugin.permits.acquire()).await {
                    Some(Ok(permit)) => permit,
                    Some(Err(_)) => return Ok(None),
                    None => return Err(plugin.record_fault(hook, Some(since), trial, Fault::Saturated)),
                }
            }
        };
        let warm = plugin.warm.lock().pop();
        let mut instance = match warm {
            Some(mut instance) => {
                if plugin.is_to_renew(&mut instance) {
                    instance = Box::pin(plugin.renew(instance)).await;
                }
                instance
            }
            None => {
                let since = *waiting.get_or_insert_with(Instant::now);
                // A start that is cut short at the deadline would be cut short at the next call again, and so for ever:
                // after a trap and in a burst a call may take a little longer instead.
                // Boxed: it is rare, and would make every request's future several times as large.
                match within(COLD_START, Box::pin(plugin.start_instance())).await {
                    Some(Ok(instance)) => instance,
                    Some(Err(fault)) => return Err(plugin.record_fault(hook, Some(since), trial, fault)),
                    None => return Err(plugin.record_fault(hook, Some(since), trial, Fault::Timeout(COLD_START))),
                }
            }
        };
        let is_timed = instance.calls.is_multiple_of(TIMED_CALLS);
        let started = waiting.or_else(|| is_timed.then(Instant::now));
        // The first one stands for itself: of an instance that fails there is no other.
        let weight = if instance.calls == 0 { 1 } else { TIMED_CALLS };
        let meter = Meter::new(plugin, if is_timed { weight } else { 0 });
        instance.arm(Some((hook, context.hop)), limit, LOG_LINES);
        instance.store.data_mut().is_in_shadow = plugin.is_in_shadow();
        Ok(Some(Self { plugin, hook, instance, trial, _permit: permit, started, limit, meter, tape: None }))
    }

    /// How long the guest has from here on.
    pub(super) const fn limit(&self) -> Duration {
        self.limit
    }

    /// Whether somebody records it.
    #[inline]
    pub(super) fn is_recorded(&self) -> bool {
        self.plugin.is_recorded(self.hook)
    }

    /// For who records it. In between lies the guest's own time.
    #[cold]
    pub(super) fn note_arguments<A: Serialize>(&mut self, arguments: &A) {
        self.tape = Some(self.plugin.tape(arguments));
    }

    /// See [`Self::note_arguments`].
    #[inline]
    pub(super) fn note_result<R: Serialize>(&mut self, result: Option<&wasmtime::Result<R>>) {
        if let Some(tape) = &mut self.tape {
            tape.note(result);
        }
    }

    /// Ends the call: a sound instance becomes warm again, any other is dropped.
    pub(super) fn finish<R>(self, result: Option<wasmtime::Result<R>>) -> Result<R, Fault> {
        let fault = match result {
            Some(Ok(result)) => {
                self.end_tape(None);
                keep(self.plugin, self.instance);
                self.plugin.record_success(self.hook, self.started, self.trial);
                return Ok(result);
            }
            Some(Err(error)) => {
                Fault::from_error(&error, self.limit, self.instance.memory_exceeded(), &self.instance.last_words())
            }
            None => Fault::Timeout(self.limit),
        };
        self.end_tape(Some(&fault));
        Err(self.plugin.record_fault(self.hook, self.started, self.trial, fault))
    }

    /// The same for a guest that may answer an error, which is the failure of a sound instance.
    pub(super) fn finish_fallible<R>(self, result: Option<wasmtime::Result<Result<R, String>>>) -> Result<R, Fault> {
        match result {
            Some(Ok(Ok(done))) => self.finish(Some(Ok(done))),
            Some(Ok(Err(cause))) => {
                self.end_tape(None);
                keep(self.plugin, self.instance);
                Err(self.plugin.record_fault(self.hook, self.started, self.trial, Fault::refused(&cause)))
            }
            Some(Err(error)) => self.finish(Some(Err(error))),
            None => self.finish(None),
        }
    }

    fn end_tape(&self, fault: Option<&Fault>) {
        if let Some(tape) = &self.tape {
            self.plugin.record(self.hook, tape, fault);
        }
    }
}

fn keep(plugin: &Plugin, mut instance: Box<Instance>) {
    if plugin.is_serial() {
        // What it knows is nowhere else: it stays until it can hand it over.
        return plugin.warm.lock().push(instance);
    }
    let worn = instance.calls > RECYCLE_CALLS || instance.is_heavy(plugin.memory_mark());
    if !worn {
        let mut warm = plugin.warm.lock();
        if warm.len() < plugin.warm_limit() {
            warm.push(instance);
        }
    }
}

/// Runs a guest's call for at most `limit`; `None` when it takes longer. Most calls never wait, so the timer is made
/// only for those that do.
pub(super) async fn within<F: Future>(limit: Duration, call: F) -> Option<F::Output> {
    let mut call = pin!(call);
    match futures_util::poll!(call.as_mut()) {
        Poll::Ready(result) => Some(result),
        Poll::Pending => tokio::time::timeout(limit, call).await.ok(),
    }
}

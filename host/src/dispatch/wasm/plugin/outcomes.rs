//! What became of calls, counted and logged.

use std::{sync::atomic::Ordering, time::Instant};

use super::Plugin;
use crate::dispatch::wasm::{Fault, Hook, Manifest};

pub(super) struct Metrics {
    hook: Hook,
    calls: metrics::Counter,
    seconds: metrics::Histogram,
}

impl Metrics {
    /// A hook that the plugin does not handle has no series.
    pub(super) fn of(manifest: &Manifest, hook: Hook) -> Self {
        if !manifest.hooks.contains(&hook) {
            return Self { hook, calls: metrics::Counter::noop(), seconds: metrics::Histogram::noop() };
        }
        let labels = [("plugin", manifest.name.clone()), ("hook", hook.name().to_owned())];
        Self {
            hook,
            calls: metrics::counter!("talaria_plugin_calls_total", &labels),
            seconds: metrics::histogram!("talaria_plugin_call_seconds", &labels),
        }
    }
}

impl Plugin {
    /// Counts a call, and enters its time when its start is given.
    pub(in crate::dispatch::wasm) fn record_success(&self, hook: Hook, started: Option<Instant>) {
        let metrics = &self.calls[hook as usize];
        metrics.calls.increment(1);
        if let Some(started) = started {
            metrics.seconds.record(started.elapsed().as_secs_f64());
        }
    }

    /// The guest ran to its end, but its answer is of no use.
    pub(in crate::dispatch) fn refuse_answer(&self, hook: Hook, cause: &str) {
        self.record_fault(hook, None, Fault::Refused(cause.to_owned()));
    }

    pub(in crate::dispatch::wasm) fn record_fault(&self, hook: Hook, started: Option<Instant>, fault: Fault) -> Fault {
        self.record_success(hook, started);
        if let (Fault::Timeout(limit), None) = (&fault, started) {
            self.calls[hook as usize].seconds.record(limit.as_secs_f64());
        }
        self.faults.fetch_add(1, Ordering::Relaxed);
        let hook = self.calls[hook as usize].hook;
        metrics::counter!("talaria_plugin_faults_total", "plugin" => self.manifest.name.clone(), "hook" => hook.name(), "kind" => fault.kind()).increment(1);
        let (plugin, version) = (&*self.name, &*self.manifest.version);
        tracing::warn!(plugin, version, %hook, kind = fault.kind(), "a plugin failed: {fault}");
        if let Fault::Trap { frames, .. } = &fault {
            tracing::debug!(plugin, version, %hook, "it was in\n{frames}");
        }
        fault
    }
}

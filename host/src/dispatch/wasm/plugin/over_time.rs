//! The time that a plugin's calls take. Where the guest runs, a thread is held: what a call waits for costs nothing.

use std::{
    future::poll_fn,
    pin::Pin,
    task::Poll,
    time::{Duration, Instant},
};

use futures_util::poll;

use super::Plugin;
use crate::dispatch::{
    logs::{LogLevel, LogSource},
    wasm::{Fault, Hook},
};

/// A guest lets others have its thread after two ticks at most. What takes longer was the machine, not the guest.
const LONGEST_TURN: Duration = Duration::from_millis(100);

/// Measures one call, and enters its time when it is dropped. Of a call that is over at once only one in so many is
/// measured, for all of them, as the clock would cost a tenth of it; each that goes on is measured from then on.
pub(in crate::dispatch::wasm) struct Meter<'plugin> {
    plugin: &'plugin Plugin,
    /// How many calls the first turn stands for.
    weight: u32,
    spent: Duration,
}

impl<'plugin> Meter<'plugin> {
    /// With a weight of 0 the first turn is not measured.
    pub(in crate::dispatch::wasm) const fn new(plugin: &'plugin Plugin, weight: u32) -> Self {
        Self { plugin, weight, spent: Duration::ZERO }
    }

    /// Runs a guest for at most `limit`; `None` when it takes longer. Most calls never wait, so the timer is made only
    /// for those that do.
    ///
    /// `call` is borrowed, as a future that is taken by value would be stored twice.
    pub(in crate::dispatch::wasm) async fn run<F: Future>(
        &mut self,
        limit: Duration,
        mut call: Pin<&mut F>,
    ) -> Option<F::Output> {
        let began = (self.weight > 0).then(Instant::now);
        let polled = poll!(call.as_mut());
        if let Some(began) = began {
            self.spent += began.elapsed().min(LONGEST_TURN) * self.weight;
        }
        if let Poll::Ready(result) = polled {
            return Some(result);
        }
        let turns = poll_fn(|context| {
            let began = Instant::now();
            let polled = call.as_mut().poll(context);
            self.spent += began.elapsed().min(LONGEST_TURN);
            polled
        });
        tokio::time::timeout(limit, turns).await.ok()
    }
}

impl Drop for Meter<'_> {
    fn drop(&mut self) {
        if !self.spent.is_zero() {
            self.plugin.spend(self.spent);
        }
    }
}

impl Plugin {
    #[cold]
    fn spend(&self, spent: Duration) {
        if self.account.cpu.spend(spent, Instant::now()) {
            let percent = self.account.quota().cpu_percent;
            let text =
                format!("its calls took more than {percent} % of a core (plugins.cpu_percent), and it has to rest");
            self.log.enter(LogLevel::Warn, LogSource::Fault, None, &text);
            tracing::warn!(plugin = &*self.name, version = &*self.manifest.version, "the plugin rests: {text}");
        }
    }

    /// Counts a call that is not made. It is no failure of the guest, so the breaker stays as it is.
    #[cold]
    pub(super) fn refuse_over_time(&self, hook: Hook, retry: Duration) -> Fault {
        let fault = Fault::OverTime { retry };
        self.skip(hook);
        metrics::counter!("talaria_plugin_faults_total", "plugin" => self.manifest.name.clone(), "hook" => hook.name(), "kind" => fault.kind()).increment(1);
        fault
    }
}

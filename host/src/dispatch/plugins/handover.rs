//! What a serial plugin knows goes over to the version that replaces it, while its calls wait.

use std::sync::Arc;

use super::{Error, Plugins, State, activate::Candidate, mode};
use crate::dispatch::wasm::{Pause, Plugin};

/// The version that runs waits, and the one that is to come has its state. Dropped, the version goes on.
pub(super) struct Handover {
    pause: Pause,
    /// Bytes.
    state: Option<usize>,
}

impl Plugins {
    /// Lets the calls of a serial version wait and gives its state to the candidate; `None` when nothing has to wait. A
    /// version that is in trouble is not asked twice: to be rid of it is worth more than what it knows.
    pub(super) async fn hand_over(&self, state: &State, candidate: &Candidate) -> Result<Option<Handover>, Error> {
        let next = &candidate.plugin;
        mode::check_serial(next, candidate.settings.mode)?;
        let running = state.installed.get(next.name()).and_then(|installed| installed.running.as_ref());
        let Some(running) = running.filter(|running| running.is_serial()) else { return Ok(None) };
        mode::check_serial(running, candidate.settings.mode)?;
        let mut pause = running.pause(self.settings.drain).await?;
        let state = match pause.hand_over(next).await {
            Ok(state) => state,
            Err(error) if candidate.is_proven && running.trouble().is_some() => {
                tracing::warn!(plugin = next.name(), "the version goes back without its state: {error}");
                None
            }
            Err(error) => return Err(error.into()),
        };
        if state.is_none() && running.is_handed_over() && !next.is_handed_over() {
            tracing::warn!(
                plugin = next.name(),
                version = next.manifest.version,
                "what the version before knew is dropped, as this one does not take it"
            );
        }
        Ok(Some(Handover { pause, state }))
    }
}

impl Handover {
    /// Lets the calls that wait go on with the new version.
    pub(super) fn end(self, next: &Arc<Plugin>) {
        let Self { pause, state } = self;
        let paused = pause.end(Arc::clone(next));
        metrics::histogram!("talaria_plugin_swap_pause_seconds", "plugin" => next.name().to_owned())
            .record(paused.as_secs_f64());
        tracing::info!(
            plugin = next.name(),
            version = next.manifest.version,
            state_bytes = state,
            pause_ms = paused.as_secs_f64() * 1_000.0,
            "the plugin's calls go on with the new version"
        );
    }
}

//! Running the jobs that plugins have left for later. They are in the store; what is run is claimed there, and is due
//! again when its end is never told.

mod runner;

use std::{
    collections::BTreeMap,
    sync::{Arc, Weak},
};

use parking_lot::Mutex;
use tokio::sync::Semaphore;
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use self::runner::Runner;
use crate::{
    clock::Clock,
    dispatch::wasm::{Hook, Plugin},
    model::job::JobCounts,
    store::{self, Store},
};

/// How jobs are run.
#[derive(Clone, Copy, Debug)]
pub struct JobSettings {
    /// Jobs of one plugin that are run at a time.
    pub concurrency: usize,
    /// After so many a job that fails is dead.
    pub attempts: u32,
    /// Dead jobs of a plugin that are kept.
    pub dead_kept: u32,
    /// This node, which no other runs as.
    pub node: u16,
}

impl Default for JobSettings {
    fn default() -> Self {
        Self { concurrency: 1, attempts: 12, dead_kept: 1000, node: 0 }
    }
}

/// All plugins that run jobs.
#[derive(Debug)]
pub(super) struct Jobs {
    tasks: TaskTracker,
    stop: CancellationToken,
    store: Arc<dyn Store>,
    clock: Clock,
    settings: JobSettings,
    /// By name: the version that is called, and what ends its task.
    running: Mutex<BTreeMap<String, (Weak<Plugin>, CancellationToken)>>,
    /// Those of one plugin are shared by its versions.
    permits: Mutex<BTreeMap<String, Arc<Semaphore>>>,
    counts: Mutex<BTreeMap<String, JobCounts>>,
}

impl Jobs {
    pub(super) fn new(store: Arc<dyn Store>, clock: Clock, tasks: TaskTracker, stop: CancellationToken) -> Self {
        let (running, permits, counts) = Default::default();
        Self { tasks, stop, store, clock, settings: JobSettings::default(), running, permits, counts }
    }

    /// What this node was running when it ended is to be run again.
    pub(super) async fn set(&mut self, settings: JobSettings) -> Result<(), store::Error> {
        self.settings = settings;
        let released = self.store.release_jobs(settings.node, self.clock.now()).await?;
        if released > 0 {
            tracing::info!(jobs = released, "jobs that were being run when the server ended are run again");
        }
        self.show().await
    }

    /// Gives these versions the jobs of their plugins, and stops giving any to others. What is being run ends.
    pub(super) fn follow(&self, plugins: &[&Arc<Plugin>]) {
        let mut running = self.running.lock();
        running.retain(|_, (version, end)| {
            let stays = plugins.iter().any(|plugin| std::ptr::eq(version.as_ptr(), Arc::as_ptr(plugin)));
            if !stays {
                end.cancel();
            }
            stays
        });
        for plugin in plugins.iter().filter(|plugin| plugin.manifest.hooks.contains(&Hook::JobRun)) {
            if !running.contains_key(plugin.name()) {
                let name = plugin.name().to_owned();
                let permits = Arc::clone(
                    self.permits
                        .lock()
                        .entry(name.clone())
                        .or_insert_with(|| Arc::new(Semaphore::new(self.settings.concurrency))),
                );
                let (version, end) = (Arc::downgrade(plugin), self.stop.child_token());
                let runner = Runner {
                    store: Arc::clone(&self.store),
                    clock: self.clock.clone(),
                    settings: self.settings,
                    tasks: self.tasks.clone(),
                    permits,
                    version: Weak::clone(&version),
                    name: name.as_str().into(),
                    end: end.clone(),
                };
                self.tasks.spawn(runner.run());
                running.insert(name, (version, end));
            }
        }
    }

    /// The jobs of a plugin, as they were a few seconds ago.
    pub(super) fn counts(&self, plugin: &str) -> JobCounts {
        self.counts.lock().get(plugin).copied().unwrap_or_default()
    }

    /// Counts anew, also for the metrics.
    pub(super) async fn show(&self) -> Result<(), store::Error> {
        let found: BTreeMap<_, _> = self.store.count_jobs().await?.into_iter().collect();
        let mut counts = self.counts.lock();
        for plugin in counts.keys().filter(|plugin| !found.contains_key(*plugin)) {
            show(plugin, JobCounts::default());
        }
        found.iter().for_each(|(plugin, counts)| show(plugin, *counts));
        *counts = found;
        Ok(())
    }
}

fn show(plugin: &str, counts: JobCounts) {
    #[expect(clippy::cast_precision_loss, reason = "a gauge shows no more")]
    let (waiting, dead) = (counts.waiting as f64, counts.dead as f64);
    metrics::gauge!("talaria_plugin_jobs_waiting", "plugin" => plugin.to_owned()).set(waiting);
    metrics::gauge!("talaria_plugin_jobs_dead", "plugin" => plugin.to_owned()).set(dead);
}

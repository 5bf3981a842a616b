//! The async runtime, built by hand: a command that waits for one answer needs no worker threads.

use anyhow::{Context, Result};
use tokio::runtime::{Builder, Runtime};

/// Runs a short command on this thread. What still blocks when it is done, such as reading a terminal, is left behind.
pub(super) fn block_on<T>(work: impl Future<Output = Result<T>>) -> Result<T> {
    let runtime = build(&mut Builder::new_current_thread())?;
    let outcome = runtime.block_on(work);
    runtime.shutdown_background();
    outcome
}

/// Runs a server on `workers` threads; 0: one per core.
pub(super) fn serve<T>(workers: usize, work: impl Future<Output = Result<T>>) -> Result<T> {
    let mut builder = Builder::new_multi_thread();
    if workers > 0 {
        builder.worker_threads(workers);
    }
    let runtime = build(builder.thread_name("talaria"))?;
    let outcome = runtime.block_on(work);
    runtime.shutdown_background();
    outcome
}

fn build(builder: &mut Builder) -> Result<Runtime> {
    builder.enable_all().build().context("the async runtime does not start")
}

//! Compiling components, and taking what was compiled before.

mod cache;

use std::{sync::Arc, time::Instant};

use wasmtime::{Engine, component::Component};

use super::{Manifest, Runtime};
use crate::memory;

pub(super) use cache::Cache;
pub use cache::CacheSettings;

impl Runtime {
    /// Compiles on a blocking thread, or takes what an earlier start compiled.
    pub(super) async fn compile(&self, manifest: &Manifest, bytes: Arc<[u8]>) -> wasmtime::Result<Component> {
        let _turn = self.compiling.acquire().await.map_err(|error| wasmtime::format_err!("{error}"))?;
        let (engine, cache, sha256) = (self.engine.clone(), self.cache.clone(), manifest.sha256.clone());
        let compiling = tokio::task::spawn_blocking(move || obtain(&engine, cache.as_deref(), &sha256, &bytes));
        compiling.await.map_err(|error| wasmtime::format_err!("the compiler ended unexpectedly: {error}"))?
    }
}

fn obtain(engine: &Engine, cache: Option<&Cache>, sha256: &str, bytes: &[u8]) -> wasmtime::Result<Component> {
    let started = Instant::now();
    if let Some(component) = cache.and_then(|cache| cache.find(engine, sha256)) {
        tracing::debug!(sha256, ms = started.elapsed().as_millis(), "component taken from the cache");
        return Ok(component);
    }
    let mut component = compile_apart(engine, bytes)?;
    tracing::debug!(sha256, ms = started.elapsed().as_millis(), "component compiled");
    // Mapped from the file its pages are shared and can be dropped; what was compiled stays in memory.
    if let Some(cache) = cache
        && cache.keep(sha256, &component)
        && let Some(mapped) = cache.find(engine, sha256)
    {
        component = mapped;
    }
    memory::give_back();
    Ok(component)
}

/// Compiles on threads of its own, which have ended when it returns: a thread that lives on keeps what the compiler
/// took, tens of megabytes.
fn compile_apart(engine: &Engine, bytes: &[u8]) -> wasmtime::Result<Component> {
    rayon::ThreadPoolBuilder::new()
        .thread_name(|number| format!("plugin-compile-{number}"))
        .build_scoped(rayon::ThreadBuilder::run, |threads| threads.install(|| Component::from_binary(engine, bytes)))?
}

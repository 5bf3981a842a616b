//! Compiling components, and keeping what was compiled for the next start.

use std::{
    fs,
    hash::{DefaultHasher, Hash, Hasher},
    io::Write,
    path::{Path, PathBuf},
    sync::Arc,
};

use wasmtime::{Engine, component::Component};

use super::{Manifest, Runtime};
use crate::memory;

impl Runtime {
    /// Compiles on a blocking thread, or takes what an earlier start compiled.
    pub(super) async fn compile(&self, manifest: &Manifest, bytes: Arc<[u8]>) -> wasmtime::Result<Component> {
        let _turn = self.compiling.acquire().await.map_err(|error| wasmtime::format_err!("{error}"))?;
        let engine = self.engine.clone();
        let cached = self.settings.cache.as_deref().map(|folder| cache_file(folder, &engine, manifest));
        let compiling = tokio::task::spawn_blocking(move || {
            if let Some(component) = cached.as_deref().and_then(|file| read(&engine, file)) {
                return Ok(component);
            }
            let mut component = compile_apart(&engine, &bytes)?;
            // Mapped from the file its pages are shared and can be dropped; what was compiled stays in memory.
            if let Some(file) = cached
                && write(&component, &file)
                && let Some(mapped) = read(&engine, &file)
            {
                component = mapped;
            }
            memory::give_back();
            Ok(component)
        });
        compiling.await.map_err(|error| wasmtime::format_err!("the compiler ended unexpectedly: {error}"))?
    }
}

/// Compiles on threads of its own, which have ended when it returns: a thread that lives on keeps what the compiler took,
/// tens of megabytes.
fn compile_apart(engine: &Engine, bytes: &[u8]) -> wasmtime::Result<Component> {
    rayon::ThreadPoolBuilder::new()
        .thread_name(|number| format!("plugin-compile-{number}"))
        .build_scoped(rayon::ThreadBuilder::run, |threads| threads.install(|| Component::from_binary(engine, bytes)))?
}

/// Named after everything that the compiled code depends on: the component, the compiler and its settings.
fn cache_file(folder: &Path, engine: &Engine, manifest: &Manifest) -> PathBuf {
    let mut hasher = DefaultHasher::new();
    engine.precompile_compatibility_hash().hash(&mut hasher);
    folder.join(format!("{}-{:016x}.cwasm", manifest.sha256, hasher.finish()))
}

fn read(engine: &Engine, file: &Path) -> Option<Component> {
    if !file.is_file() {
        return None;
    }
    #[expect(
        unsafe_code,
        reason = "the file was written by this server into a folder that only its user may write to, and wasmtime checks its version"
    )]
    let component = unsafe { Component::deserialize_file(engine, file) };
    component
        .inspect_err(|error| tracing::warn!(file = %file.display(), "the cached component does not load: {error:#}"))
        .ok()
}

/// A cache that cannot be written costs time at the next start, nothing else. Whether it was.
fn write(component: &Component, file: &Path) -> bool {
    let result = component.serialize().map_err(std::io::Error::other).and_then(|code| {
        let folder = file.parent().unwrap_or(Path::new("."));
        create_private(folder)?;
        // Renamed into place, so that a crash leaves no half-written file under the name.
        let mut temporary = tempfile_in(folder)?;
        temporary.1.write_all(&code)?;
        temporary.1.sync_all()?;
        fs::rename(&temporary.0, file)
    });
    if let Err(error) = &result {
        tracing::warn!(file = %file.display(), "the compiled component cannot be kept: {error}");
    }
    result.is_ok()
}

fn tempfile_in(folder: &Path) -> std::io::Result<(PathBuf, fs::File)> {
    let path = folder.join(format!(".{:016x}.tmp", rand::random::<u64>()));
    Ok((path.clone(), fs::File::create_new(path)?))
}

#[cfg(unix)]
fn create_private(folder: &Path) -> std::io::Result<()> {
    use std::os::unix::fs::DirBuilderExt;
    fs::DirBuilder::new().recursive(true).mode(0o700).create(folder)
}

#[cfg(not(unix))]
fn create_private(folder: &Path) -> std::io::Result<()> {
    fs::create_dir_all(folder)
}

//! Compiled components as files, so that a start does not compile again. An entry is two files, named after the
//! component and after the engine and its settings: the machine code as wasmtime wrote it, and a seal that tells what
//! the code must be. Whatever is not sealed so is compiled again.

mod entries;
mod folder;

use std::{
    fs::{self, File},
    hash::{DefaultHasher, Hash, Hasher},
    io::{self, Read},
    path::{Path, PathBuf},
    time::{Duration, SystemTime},
};

use sha2::{Digest, Sha256};
use wasmtime::{Engine, component::Component};

use crate::{clock::Clock, dispatch::wasm::manifest::hex};

const CODE: &str = "cwasm";
const SEAL: &str = "seal";

/// Where compiled components are kept.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CacheSettings {
    /// Of this server alone.
    pub folder: PathBuf,
    /// What the files may take together; those that were not used for longest go first.
    pub max_bytes: u64,
}

/// A folder into which this host alone writes.
#[derive(Debug)]
pub(in crate::dispatch::wasm) struct Cache {
    settings: CacheSettings,
    /// What compiled code depends on besides the component: wasmtime's version, the machine, the settings.
    engine: String,
    clock: Clock,
}

impl Cache {
    /// Makes the folder, or takes it over and deletes what cannot be used; an error when it cannot be kept private.
    pub(in crate::dispatch::wasm) fn open(settings: CacheSettings, engine: &Engine, clock: Clock) -> io::Result<Self> {
        folder::open_private(&settings.folder)?;
        let mut hasher = DefaultHasher::new();
        engine.precompile_compatibility_hash().hash(&mut hasher);
        let cache = Self { settings, engine: format!("{:016x}", hasher.finish()), clock };
        cache.delete_foreign()?;
        Ok(cache)
    }

    /// What an engine like this one made of the component.
    pub(super) fn find(&self, engine: &Engine, sha256: &str) -> Option<Component> {
        let (code, seal) = (self.file(sha256, CODE), self.file(sha256, SEAL));
        if !code.exists() {
            return None;
        }
        let component = self.check(sha256, &code, &seal).map_err(|error| error.to_string()).and_then(|()| {
            #[expect(unsafe_code, reason = "wasmtime has no other way to load what it compiled before")]
            // SAFETY: the file must hold what wasmtime wrote, and nobody may change it while it is mapped.
            // It does: only this host's user can write into the folder (`open_private`), and of what is there the seal
            // names code that `Component::serialize` gave this very host, checked by its hash just now, for an engine
            // of the same version and settings, which are in the name and which wasmtime checks once more. And it does
            // not change: entries are replaced by renaming and deleted as a whole, which leaves what is mapped alone.
            unsafe { Component::deserialize_file(engine, &code) }.map_err(|error| format!("{error:#}"))
        });
        match component {
            Ok(component) => {
                self.touch(&seal);
                Some(component)
            }
            Err(error) => {
                tracing::warn!(file = %code.display(), "a compiled component is not used: {error}");
                entries::delete(&code);
                None
            }
        }
    }

    /// Keeps what was compiled. Whether it could: a cache that cannot be written costs time at the next start, nothing
    /// else.
    pub(super) fn keep(&self, sha256: &str, component: &Component) -> bool {
        let kept = component.serialize().map_err(io::Error::other).and_then(|code| self.write(sha256, &code));
        kept.inspect_err(|error| tracing::warn!(sha256, "the compiled component cannot be kept: {error}"))
            .unwrap_or(false)
    }

    /// Makes room first. False when the code alone is too large.
    fn write(&self, sha256: &str, code: &[u8]) -> io::Result<bool> {
        let Some(room) = self.settings.max_bytes.checked_sub(code.len() as u64) else { return Ok(false) };
        let (code_file, seal_file) = (self.file(sha256, CODE), self.file(sha256, SEAL));
        entries::delete(&code_file);
        entries::prune(&self.settings.folder, room)?;
        let seal = self.seal(sha256, code.len() as u64, &hex(&Sha256::digest(code)));
        folder::write(&code_file, code)?;
        // Last, so that what is sealed is whole.
        folder::write(&seal_file, seal.as_bytes())?;
        Ok(true)
    }

    /// An error unless the seal is of this code.
    fn check(&self, sha256: &str, code: &Path, seal: &Path) -> io::Result<()> {
        let found = fs::read_to_string(seal)?;
        let (length, hash) = hash(File::open(code)?)?;
        if found == self.seal(sha256, length, &hash) { Ok(()) } else { Err(io::Error::other("its seal is broken")) }
    }

    fn seal(&self, sha256: &str, length: u64, hash: &str) -> String {
        let engine = &self.engine;
        format!("talaria compiled component 1\ncomponent {sha256}\nengine {engine}\nlength {length}\nsha256 {hash}\n")
    }

    fn file(&self, sha256: &str, extension: &str) -> PathBuf {
        self.settings.folder.join(format!("{sha256}-{}.{extension}", self.engine))
    }

    /// Remembers that the entry was used.
    fn touch(&self, seal: &Path) {
        let millis = u64::try_from(self.clock.now().0).unwrap_or_default();
        let time = SystemTime::UNIX_EPOCH + Duration::from_millis(millis);
        let touched = File::options().append(true).open(seal).and_then(|file| file.set_modified(time));
        if let Err(error) = touched {
            tracing::debug!(file = %seal.display(), "the time of use is not kept: {error}");
        }
    }

    /// Deletes what other versions and settings made, what was half written, and what is none of ours: nothing here can
    /// use it.
    fn delete_foreign(&self) -> io::Result<()> {
        let ending = format!("-{}", self.engine);
        for file in entries::files(&self.settings.folder)? {
            let stem = file.file_stem().unwrap_or_default().to_string_lossy();
            let known = file.extension().is_some_and(|extension| extension == CODE || extension == SEAL);
            if !(known && stem.ends_with(&ending)) {
                fs::remove_file(&file)?;
            }
        }
        entries::prune(&self.settings.folder, self.settings.max_bytes)
    }
}

/// Length and SHA-256 of what is read.
fn hash(mut code: impl Read) -> io::Result<(u64, String)> {
    let (mut hasher, mut length, mut buffer) = (Sha256::new(), 0, vec![0; 1 << 16]);
    loop {
        let read = code.read(&mut buffer)?;
        if read == 0 {
            return Ok((length, hex(&hasher.finalize())));
        }
        hasher.update(&buffer[..read]);
        length += read as u64;
    }
}

#[cfg(test)]
mod tests;

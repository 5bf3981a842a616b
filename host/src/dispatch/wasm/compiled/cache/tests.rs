//! Entries that are good, and all that are not.

use tempfile::TempDir;

use super::*;
use crate::model::Timestamp;

/// The smallest component there is.
const EMPTY: &[u8] = b"\0asm\x0d\0\x01\0";
const NOW: Timestamp = Timestamp(1_800_000_000_000);

struct Bench {
    engine: Engine,
    clock: Clock,
    data: TempDir,
}

impl Bench {
    fn new() -> Self {
        Self { engine: Engine::default(), clock: Clock::fake(NOW), data: tempfile::tempdir().unwrap() }
    }

    fn folder(&self) -> PathBuf {
        self.data.path().join("compiled")
    }

    fn open(&self) -> Cache {
        self.open_limited(u64::MAX)
    }

    fn open_limited(&self, max_bytes: u64) -> Cache {
        Cache::open(CacheSettings { folder: self.folder(), max_bytes }, &self.engine, self.clock.clone()).unwrap()
    }

    fn component(&self) -> Component {
        Component::from_binary(&self.engine, EMPTY).unwrap()
    }

    fn names(&self) -> Vec<String> {
        let mut names: Vec<_> = entries::files(&self.folder()).unwrap().iter().map(|file| name(file)).collect();
        names.sort_unstable();
        names
    }
}

fn name(file: &Path) -> String {
    file.file_name().unwrap().to_string_lossy().into_owned()
}

#[test]
fn what_was_kept_is_found_also_after_a_restart() {
    let bench = Bench::new();
    let cache = bench.open();
    assert!(cache.find(&bench.engine, "aa").is_none());
    assert!(cache.keep("aa", &bench.component()));
    assert!(cache.find(&bench.engine, "aa").is_some());
    assert!(bench.open().find(&bench.engine, "aa").is_some());
    assert_eq!(bench.names().len(), 2, "nothing is left over: {:?}", bench.names());
}

#[test]
fn whatever_is_wrong_with_an_entry_it_is_not_loaded_but_deleted() {
    let bench = Bench::new();
    let cache = bench.open();
    let (code, seal) = (cache.file("aa", CODE), cache.file("aa", SEAL));
    let spoils: [(&str, &dyn Fn()); 5] = [
        ("a bit is flipped", &|| {
            let mut bytes = fs::read(&code).unwrap();
            let middle = bytes.len() / 2;
            bytes[middle] ^= 1;
            fs::write(&code, bytes).unwrap();
        }),
        ("the end is missing", &|| {
            let bytes = fs::read(&code).unwrap();
            fs::write(&code, &bytes[..bytes.len() - 1]).unwrap();
        }),
        ("there is no seal", &|| fs::remove_file(&seal).unwrap()),
        ("the seal is of another component", &|| {
            cache.keep("bb", &bench.component());
            fs::copy(cache.file("bb", SEAL), &seal).unwrap();
        }),
        ("the code is none, though sealed", &|| {
            let none = b"no machine code";
            fs::write(&code, none).unwrap();
            fs::write(&seal, cache.seal("aa", none.len() as u64, &hex(&Sha256::digest(none)))).unwrap();
        }),
    ];
    for (what, spoil) in spoils {
        assert!(cache.keep("aa", &bench.component()), "{what}");
        spoil();
        assert!(cache.find(&bench.engine, "aa").is_none(), "{what}");
        assert!(!code.exists() && !seal.exists(), "{what}");
    }
}

#[test]
fn what_another_engine_made_goes_at_the_start() {
    let bench = Bench::new();
    assert!(bench.open().keep("aa", &bench.component()));
    fs::write(bench.folder().join(".0123.tmp"), b"half").unwrap();
    let other = Engine::new(wasmtime::Config::new().epoch_interruption(true)).unwrap();
    let settings = CacheSettings { folder: bench.folder(), max_bytes: u64::MAX };
    let cache = Cache::open(settings, &other, bench.clock.clone()).unwrap();
    assert!(cache.find(&other, "aa").is_none());
    assert_eq!(bench.names(), Vec::<String>::new());
}

#[test]
fn the_folder_takes_no_more_than_it_may_and_keeps_what_is_used() {
    let bench = Bench::new();
    let length = bench.component().serialize().unwrap().len() as u64;
    let cache = bench.open_limited(length * 3);
    for sha256 in ["aa", "bb", "cc"] {
        assert!(cache.keep(sha256, &bench.component()));
        bench.clock.advance(1_000);
        assert!(cache.find(&bench.engine, sha256).is_some());
    }
    bench.clock.advance(1_000);
    assert!(cache.find(&bench.engine, "aa").is_some());
    assert!(cache.keep("dd", &bench.component()));
    let is_there = |sha256: &str| cache.file(sha256, CODE).exists();
    assert_eq!(["aa", "bb", "cc", "dd"].map(is_there), [true, false, true, true]);
    let smaller = bench.open_limited(length - 1);
    assert_eq!(bench.names(), Vec::<String>::new(), "a smaller limit holds at once");
    assert!(!smaller.keep("aa", &bench.component()), "one that is too large alone is not kept");
}

#[cfg(unix)]
#[test]
fn a_folder_that_was_open_to_others_is_closed_and_emptied() {
    use std::os::unix::fs::PermissionsExt;
    let mode = |folder: &Path| fs::metadata(folder).unwrap().permissions().mode() & 0o777;
    let bench = Bench::new();
    assert!(bench.open().keep("aa", &bench.component()));
    assert_eq!(mode(&bench.folder()), 0o700);
    fs::set_permissions(bench.folder(), fs::Permissions::from_mode(0o770)).unwrap();
    assert!(bench.open().find(&bench.engine, "aa").is_none(), "anybody may have written it");
    assert_eq!(mode(&bench.folder()), 0o700);
}

//! What a very long row of traps leaves behind. Memory is measured in a process that does nothing else: this test
//! binary runs itself.

use std::{
    fs,
    process::Command,
    sync::{Arc, Weak},
    time::{Duration, Instant},
};

use talaria::{
    clock::Clock,
    config,
    dispatch::{
        Deeds, Hooks, Passage,
        hostcalls::HostServices,
        plugins::{InstallOptions, Plugins, PluginsSettings},
        wasm::{BreakerSettings, Runtime, RuntimeSettings},
    },
    model::{
        Context, UserId,
        message::{Draft, Target},
    },
    store::{
        Store,
        embedded::{EmbeddedStore, Options},
    },
};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use crate::support::{component, skipped};

const ALONE: &str = "TALARIA_TEST_TRAPS_ALONE";
/// Until pools and caches have their size.
const WARM_UP: u64 = 5_000;
const TRAPS: u64 = 100_000;
/// Bytes. One that stayed of each trap would be seen; 1 KiB would be 100 MB.
const TOLERATED: u64 = 8 << 20;

#[test]
fn a_hundred_thousand_traps_leave_nothing_behind() {
    if resident().is_none() {
        return skipped("this system does not tell what memory a process has");
    }
    let program = std::env::current_exe().expect("the tests are a program");
    let alone =
        Command::new(program).args(["--exact", "plugins::traps::alone", "--nocapture"]).env(ALONE, "1").output();
    let alone = alone.expect("the tests run");
    let said = String::from_utf8_lossy(&alone.stdout);
    assert!(alone.status.success(), "{said}{}", String::from_utf8_lossy(&alone.stderr));
    println!("{}", said.lines().find(|line| line.contains("traps took")).expect("it says what was measured"));
}

/// Does nothing unless the test above runs it.
#[tokio::test]
async fn alone() {
    if std::env::var_os(ALONE).is_none() {
        return;
    }
    let data = tempfile::tempdir().expect("there is a place for temporary files");
    let (hooks, _plugins) = hooks(data.path()).await;
    trap(&hooks, WARM_UP).await;
    let before = resident().expect("it was told before");
    let started = Instant::now();
    trap(&hooks, TRAPS).await;
    let grown = resident().expect("it was told before").saturating_sub(before);
    let each = started.elapsed() / u32::try_from(TRAPS).expect("it is not that many");
    println!("{TRAPS} traps took {} KiB on top of {} KiB, and {each:?} each", grown >> 10, before >> 10);
    assert!(grown < TOLERATED, "{grown} bytes more after {TRAPS} traps");
}

/// The hooks of a server with a plugin that panics on every message, and that is called nevertheless.
async fn hooks(data: &std::path::Path) -> (Arc<Hooks>, Arc<Plugins>) {
    let clock = Clock::system();
    let store = EmbeddedStore::open(data, Options::default(), clock.clone()).expect("the store opens");
    let store: Arc<dyn Store> = Arc::new(store);
    let (tasks, stop) = (TaskTracker::new(), CancellationToken::new());
    let deeds = Deeds::new(Weak::new(), tasks.clone(), stop.clone());
    let services = HostServices::new(Arc::clone(&store), clock.clone(), 0, deeds, &config::Plugins::default());
    let never = BreakerSettings { failures: usize::MAX, window: Duration::ZERO, ..BreakerSettings::default() };
    let settings = RuntimeSettings { breaker: never, ..RuntimeSettings::default() };
    let runtime = Arc::new(Runtime::new(settings, services).expect("the engine starts"));
    let hooks = Hooks::open(Arc::clone(&store), clock.clone(), tasks.clone(), stop.clone());
    let hooks = Arc::new(hooks.await.expect("the outbox is readable"));
    let settings = PluginsSettings {
        directory: data.join("plugins"),
        grant_all: true,
        max_file_bytes: 64 << 20,
        drain: Duration::from_secs(1),
        versions: data.join("versions"),
        versions_kept: 1,
        probation: Duration::ZERO,
        ..PluginsSettings::default()
    };
    let plugins = Plugins::start(settings, runtime, Arc::clone(&hooks), store, clock, tasks, stop);
    let plugins = plugins.await.expect("the plugins start");
    plugins
        .install(without_lines(component("panics")).into(), InstallOptions::default())
        .await
        .expect("it is installed");
    (hooks, plugins)
}

/// The same component with its debug sections under names that nobody knows: to find the lines of a trap takes
/// milliseconds, which is as it should be once, and too long here.
fn without_lines(mut component: Vec<u8>) -> Vec<u8> {
    let name = b".debug_";
    for at in 0..component.len() - name.len() {
        if component[at..].starts_with(name) {
            component[at + 1] = b'x';
        }
    }
    component
}

async fn trap(hooks: &Hooks, count: u64) {
    let mut draft = Draft {
        target: Target::User(UserId(2)),
        text: Some("x".repeat(200)),
        records: Vec::new(),
        burn_after: None,
        delivery_date: None,
        previous: None,
        forwarded_from: None,
        attributes: Vec::new(),
        hop: 0,
    };
    for _ in 0..count {
        let verdict = hooks.message_before_send(&Context::admin(), UserId(1), &mut draft, None).await;
        assert_eq!(verdict, Passage::Continue, "by default a filter that fails is skipped");
    }
}

/// Bytes of memory that this process has.
fn resident() -> Option<u64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let kibibytes = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?.trim().strip_suffix(" kB")?;
    Some(kibibytes.parse::<u64>().ok()? << 10)
}

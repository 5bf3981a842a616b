//! What the hook before a message costs, the instance's way out of the pool and back included: with no plugin, with one
//! whose scope does not admit the message, with one that does nothing, and with one that looks for a hundred words. The
//! text has 200 bytes. `cargo xtask plugins` builds the plugins; one that is missing is left out, with a line that says
//! so.

use std::{
    hint::black_box,
    net::Ipv4Addr,
    path::{Path, PathBuf},
    sync::{Arc, Weak},
    time::{Duration, Instant},
};

use criterion::{Criterion, criterion_group, criterion_main};
use serde_json::{Value, json};
use talaria::{
    clock::Clock,
    dispatch::{
        Deeds, Hooks, Passage,
        hostcalls::HostServices,
        plugins::{InstallOptions, Plugins, PluginsSettings},
        wasm::{Runtime, RuntimeSettings},
    },
    model::{
        Context, Origin, SessionId, UserId,
        message::{Draft, Target},
        session::DeviceType,
    },
    store::{
        Store,
        embedded::{EmbeddedStore, Options},
    },
};
use tempfile::TempDir;
use tokio_util::{sync::CancellationToken, task::TaskTracker};

const SENDER: UserId = UserId(1);
const WORDS: usize = 100;

/// The hooks of a server, and what they need to stay alive.
struct Server {
    hooks: Arc<Hooks>,
    plugins: Arc<Plugins>,
    _data: TempDir,
}

async fn server() -> Server {
    let data = tempfile::tempdir().expect("a directory");
    let store: Arc<dyn Store> =
        Arc::new(EmbeddedStore::open(data.path(), Options::default(), Clock::system()).expect("the store opens"));
    let (tasks, stop) = (TaskTracker::new(), CancellationToken::new());
    let deeds = Deeds::new(Weak::new(), tasks.clone(), stop.clone());
    let services =
        HostServices::new(Arc::clone(&store), Clock::system(), 0, deeds, &talaria::config::Plugins::default());
    let settings = RuntimeSettings { warm_instances: 4, ..RuntimeSettings::default() };
    let runtime = Arc::new(Runtime::new(settings, services).expect("the engine starts"));
    let hooks = Hooks::open(Arc::clone(&store), Clock::system(), tasks.clone(), stop.clone());
    let hooks = Arc::new(hooks.await.expect("the cursors are read"));
    let settings = PluginsSettings {
        directory: data.path().join("plugins"),
        grant_all: true,
        max_file_bytes: 64 << 20,
        drain: Duration::from_secs(1),
        versions: data.path().join("versions"),
        versions_kept: 5,
        probation: Duration::from_secs(60),
        ..PluginsSettings::default()
    };
    let plugins = Plugins::start(settings, runtime, Arc::clone(&hooks), store, Clock::system(), tasks, stop);
    Server { hooks, plugins: plugins.await.expect("the plugins start"), _data: data }
}

fn draft() -> Draft {
    let text = "The answer to your question is in the second part of the letter. ".repeat(4);
    Draft {
        target: Target::User(UserId(2)),
        text: Some(text[..200].to_owned()),
        records: Vec::new(),
        burn_after: None,
        delivery_date: None,
        previous: None,
        forwarded_from: None,
        attributes: Vec::new(),
        hop: 0,
    }
}

/// As a client's request brings it.
fn context() -> Context {
    Context {
        origin: Origin::Client,
        actor: SENDER,
        session: Some(SessionId(1)),
        device: Some(DeviceType::Desktop),
        ip: Some(Ipv4Addr::LOCALHOST.into()),
        wire: None,
        hop: 0,
    }
}

/// The time of `count` calls one after the other.
async fn time(hooks: &Hooks, count: u64) -> Duration {
    let (context, mut draft) = (context(), draft());
    let start = Instant::now();
    for _ in 0..count {
        let verdict = hooks.message_before_send(black_box(&context), SENDER, &mut draft, None).await;
        assert_eq!(black_box(verdict), Passage::Continue);
    }
    start.elapsed()
}

fn component(name: &str) -> Option<Vec<u8>> {
    let target = std::env::var_os("CARGO_TARGET_DIR").map(PathBuf::from);
    let target = target.unwrap_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../target"));
    let file = target.join("plugins").join(name).with_extension("wasm");
    let bytes = std::fs::read(&file);
    if let Err(error) = &bytes {
        println!("SKIPPED {name}: {}: {error}", file.display());
    }
    bytes.ok()
}

/// Letters only, unlike any word of the text.
fn words() -> Vec<String> {
    let letter = |number: usize| char::from(b'a' + u8::try_from(number % 10).expect("less than ten"));
    (0..WORDS).map(|number| format!("spam{}{}word", letter(number / 10), letter(number))).collect()
}

fn message_before_send(criterion: &mut Criterion) {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let mut group = criterion.benchmark_group("message before send");
    let cases: [(&str, Option<(&str, Value)>); 4] = [
        ("no plugin", None),
        ("narrow, which does not want it", Some(("narrow", json!({})))),
        ("noop", Some(("noop", json!({})))),
        ("antispam, 100 words", Some(("antispam", json!({ "words": words() })))),
    ];
    for (name, plugin) in cases {
        let server = runtime.block_on(server());
        if let Some((plugin, config)) = plugin {
            let Some(bytes) = component(plugin) else { continue };
            let grants = ["kv", "log"].map(str::to_owned).to_vec();
            let options = InstallOptions { config: Some(config), grants, mode: None };
            runtime.block_on(server.plugins.install(bytes.into(), options)).expect("the plugin starts");
        }
        group.bench_function(name, |bencher| {
            bencher.to_async(&runtime).iter_custom(|count| time(&server.hooks, count));
        });
        runtime.block_on(server.plugins.shut_down());
    }
    group.finish();
}

criterion_group!(benches, message_before_send);
criterion_main!(benches);

//! The server as a whole: every room is built here, once, and given what it needs of the others.

mod guards;

pub use guards::forget_plugin;

use std::{collections::BTreeMap, io, net::SocketAddr, sync::Arc, time::Duration};

use anyhow::{Context as _, Result, anyhow};
use tokio::{runtime::Handle, sync::watch, task::JoinHandle, time};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use crate::{
    admin::{Admin, Rooms, Token},
    clock::Clock,
    config::{self, Config},
    dispatch::{
        Bus, Deeds, Deliver, Hooks, JobSettings,
        hostcalls::HostServices,
        plugins::{Plugins, PluginsSettings},
        wasm::{BreakerSettings, CacheSettings, Runtime, RuntimeSettings},
    },
    gateway::{self, Gateway, Registry},
    http::{Doors, Http, Objects, Patience, Proxies, Routes},
    objects::{self, Opened},
    services::{Services, seed},
    store::{
        Store,
        embedded::{CacheSizes, EmbeddedStore, Options},
    },
    telemetry::Metrics,
};

/// This node's number. There is one node.
const NODE: u16 = 0;
const UPKEEP: Duration = Duration::from_secs(5);
/// When the first run comes, unless the interval is shorter: after the start, when there is most to do.
const FIRST_PURGE: Duration = Duration::from_secs(10);

/// Where a running server listens.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Addresses {
    pub ws: Option<SocketAddr>,
    pub tcp: Option<SocketAddr>,
    pub admin: SocketAddr,
    /// Of the routes of plugins.
    pub http: Option<SocketAddr>,
}

/// A running server.
pub struct App {
    addresses: Addresses,
    bus: Arc<Bus>,
    store: Arc<EmbeddedStore>,
    plugins: Arc<Plugins>,
    gateway: JoinHandle<()>,
    ready: watch::Sender<bool>,
    tasks: TaskTracker,
    /// Ends the gateway.
    stop_clients: CancellationToken,
    /// Ends everything else.
    stop: CancellationToken,
    stop_limit: Duration,
}

impl App {
    /// Starts everything; the server takes clients when it returns. What fails early is cheap: the addresses are taken
    /// before plugins are compiled.
    pub async fn start(config: Config, metrics: Metrics) -> Result<Self> {
        config.validate()?;
        let clock = Clock::system();
        let embedded = open_store(&config, clock.clone()).await?;
        let store: Arc<dyn Store> = Arc::clone(&embedded) as Arc<dyn Store>;
        let token = Token::load(config.admin.token.as_ref(), &config.admin_token_file())?;
        let admin = Admin::bind(&config.admin, &config.plugins)
            .await
            .map_err(|cause| cannot_listen("admin", config.admin.listen, &cause))?;

        let http = bind_http(&config.http).await?;

        let services = Arc::new(Services::open(Arc::clone(&store), clock.clone(), NODE, &config).await?);
        if config.dev {
            seed::seed(&services, &*store).await.context("cannot add the users to try things with")?;
        }
        let (tasks, stop, stop_clients) = (TaskTracker::new(), CancellationToken::new(), CancellationToken::new());
        let hooks = Hooks::open(Arc::clone(&store), clock.clone(), tasks.clone(), stop.clone()).await?;
        let hooks = Arc::new(hooks.with_jobs(job_settings(&config.plugins)).await?);
        let registry = Registry::new(&config.gateway, clock.clone());
        let bus =
            Arc::new(Bus::new(Arc::clone(&services), Arc::clone(&hooks), Arc::clone(&registry) as Arc<dyn Deliver>));
        let gateway =
            Gateway::bind(config.gateway.clone(), Arc::clone(&bus) as _, registry, clock.clone()).map_err(|error| {
                match error {
                    gateway::Error::Listen { address, source } => {
                        let name = if config.gateway.ws == address.into() { "ws" } else { "tcp" };
                        cannot_listen(name, address, &source)
                    }
                    gateway::Error::Tls(error) => error.into(),
                }
            })?;
        let addresses = Addresses {
            ws: gateway.websocket_address(),
            tcp: gateway.tcp_address(),
            admin: admin.address()?,
            http: http.as_ref().map(Http::address).transpose()?,
        };

        let deeds = Deeds::new(Arc::downgrade(&bus), tasks.clone(), stop.clone());
        let objects = open_objects(&config, addresses.http, clock.clone()).await?;
        let host = HostServices::new(Arc::clone(&store), clock.clone(), NODE, deeds, &config.plugins);
        let host = host.with_objects(objects.store, config.dev);
        let runtime = Arc::new(Runtime::new(runtime_settings(&config), host)?);
        let settings = plugins_settings(&config);
        let plugins =
            Plugins::start(settings, runtime, Arc::clone(&hooks), store, clock, tasks.clone(), stop.clone()).await?;
        guards::check(&plugins, &config).await?;
        plugins.tell_of_absent().await;
        plugins.watch();
        bus.starting(NODE);

        let (ready, is_ready) = watch::channel(false);
        let routes = Arc::new(Routes::new(Arc::clone(&bus), config.http.clone(), tasks.clone()));
        if let Some(http) = http {
            let doors = Doors {
                routes: Arc::clone(&routes),
                objects: objects.disk.map(|disk| Objects::new(disk, &config.objects)),
                patience: Patience::new(&config.objects),
                proxies: Proxies::new(&config.http),
                plugins: Handle::current(),
            };
            let (workers, until) = (config.server.worker_threads, stop_clients.clone());
            tasks.spawn(async move {
                if let Err(error) = http.run(doors, workers, until).await {
                    tracing::error!("the listener for HTTP ended: {error}");
                }
            });
        }
        let rooms = Rooms {
            routes,
            bus: Arc::clone(&bus),
            services: Arc::clone(&services),
            plugins: Arc::clone(&plugins),
            metrics: metrics.clone(),
            token,
            ready: is_ready,
            tasks: tasks.clone(),
        };
        let until = stop.clone();
        tasks.spawn(async move {
            if let Err(error) = admin.run(rooms, until).await {
                tracing::error!("the admin interface ended: {error}");
            }
        });
        tasks.spawn(upkeep(metrics, Arc::clone(&hooks), Arc::clone(&bus), Arc::clone(&plugins), stop.clone()));
        let interval = Duration::from_secs(config.server.purge_interval_seconds);
        tasks.spawn(purge(
            Purge { bus: Arc::clone(&bus), services, hooks, plugins: config.plugins.clone() },
            interval,
            stop.clone(),
        ));
        let gateway = tasks.spawn(gateway.run(stop_clients.clone()));
        ready.send_replace(true);
        bus.ready(NODE);
        let stop_limit = Duration::from_secs(config.server.stop_seconds);
        Ok(Self { addresses, bus, store: embedded, plugins, gateway, ready, tasks, stop_clients, stop, stop_limit })
    }

    /// The addresses, with the ports that the system chose.
    #[must_use]
    pub const fn addresses(&self) -> Addresses {
        self.addresses
    }

    /// Stops in good order: clients are told, what is under way ends, and the store is closed.
    pub async fn stop(self) {
        self.ready.send_replace(false);
        self.bus.stopping(NODE);
        self.stop_clients.cancel();
        let drained = time::timeout(self.stop_limit, async {
            if let Err(error) = self.gateway.await {
                tracing::error!("the gateway ended badly: {error}");
            }
            // Observers first finish what is queued for them, which takes their plugins.
            self.stop.cancel();
            self.tasks.close();
            self.tasks.wait().await;
            self.plugins.shut_down().await;
        });
        if drained.await.is_err() {
            tracing::warn!("not everything ended within {} s; it is cut off", self.stop_limit.as_secs());
            self.stop.cancel();
        }
        self.store.close().await;
    }
}

/// Opening reads and may migrate, so it gets a thread that may block.
async fn open_store(config: &Config, clock: Clock) -> Result<Arc<EmbeddedStore>> {
    let (data, options) =
        (config.server.data.clone(), Options { search: config.messages.search, ..store_options(&config.store) });
    let open = tokio::task::spawn_blocking(move || EmbeddedStore::open(&data, options, clock));
    Ok(Arc::new(open.await.context("opening the store failed")??))
}

/// Clears up what was left, so it gets a thread that may block.
async fn open_objects(config: &Config, listener: Option<SocketAddr>, clock: Clock) -> Result<Opened> {
    let (settings, data) = (config.objects.clone(), config.server.data.clone());
    let open = tokio::task::spawn_blocking(move || objects::open(&settings, &data, listener, clock));
    Ok(open.await.context("opening the store of objects failed")??)
}

fn store_options(settings: &config::Store) -> Options {
    let sizes = CacheSizes::default();
    let total = sizes.users + sizes.relationships + sizes.groups + sizes.members + sizes.member_ids + sizes.kv;
    // The proportions that the store was tuned with.
    let share = |size: u64| size * settings.cache_mib * 1024 * 1024 / total;
    Options {
        readers: settings.readers,
        write_queue: settings.write_queue,
        batch: settings.batch,
        caches: CacheSizes {
            users: share(sizes.users),
            relationships: share(sizes.relationships),
            groups: share(sizes.groups),
            members: share(sizes.members),
            member_ids: share(sizes.member_ids),
            kv: share(sizes.kv),
        },
        ..Options::default()
    }
}

fn runtime_settings(config: &Config) -> RuntimeSettings {
    RuntimeSettings {
        memory_limit: config.plugins.memory_bytes,
        max_instances: config.plugins.max_instances,
        warm_instances: config.plugins.warm_instances,
        cache: compiled(config),
        breaker: BreakerSettings {
            failures: config.plugins.breaker_failures,
            window: Duration::from_secs(config.plugins.breaker_window_seconds),
            pause: Duration::from_secs(config.plugins.breaker_pause_seconds),
            max_pause: Duration::from_secs(config.plugins.breaker_max_pause_seconds),
        },
        tolerated_failures: config.plugins.probation_failures,
        essential: config.plugins.essential.iter().cloned().collect(),
        serial: serial(&config.plugins),
    }
}

/// What the operator says of plugins' instances.
fn serial(config: &config::Plugins) -> BTreeMap<String, bool> {
    let is_serial = |instances| instances == config::PluginInstances::Serial;
    config.instances.iter().map(|(name, instances)| (name.clone(), is_serial(*instances))).collect()
}

fn job_settings(plugins: &config::Plugins) -> JobSettings {
    JobSettings {
        // The other half is for those who wait for an answer.
        concurrency: plugins.jobs_at_a_time.min(plugins.max_instances.div_ceil(2)),
        attempts: plugins.jobs_attempts,
        dead_kept: plugins.jobs_dead_kept,
        node: NODE,
    }
}

/// Compiled components, which this host wrote and can make again.
fn compiled(config: &Config) -> Option<CacheSettings> {
    let max_bytes = config.plugins.compiled_max_bytes;
    (max_bytes > 0).then(|| CacheSettings { folder: config.server.data.join("compiled"), max_bytes })
}

fn plugins_settings(config: &Config) -> PluginsSettings {
    PluginsSettings {
        directory: config.plugin_directory(),
        grant_all: config.dev,
        grants: config.plugins.grants.clone(),
        trusted_keys: config.plugins.trusted_keys.clone(),
        http: config.plugins.http.clone(),
        max_file_bytes: config.plugins.max_file_bytes as u64,
        drain: Duration::from_secs(config.plugins.drain_seconds),
        versions: config.plugin_versions(),
        versions_kept: config.plugins.versions_kept,
        probation: Duration::from_secs(config.plugins.probation_seconds),
    }
}

async fn bind_http(config: &config::Http) -> Result<Option<Http>> {
    match config.listen.get() {
        None => Ok(None),
        Some(address) => {
            let bound = Http::bind(address, config).await;
            Ok(Some(bound.map_err(|cause| cannot_listen("http", address, &cause))?))
        }
    }
}

fn cannot_listen(listener: &str, address: SocketAddr, cause: &io::Error) -> anyhow::Error {
    let reason = match cause.kind() {
        io::ErrorKind::AddrInUse => "another program has this port; stop that one, or".to_owned(),
        io::ErrorKind::AddrNotAvailable => "this machine has no such address;".to_owned(),
        io::ErrorKind::PermissionDenied => "this user may not take this port;".to_owned(),
        _ => format!("{cause};"),
    };
    anyhow!("cannot listen on {address} ({listener}): {reason} choose another with --{listener}")
}

async fn upkeep(metrics: Metrics, hooks: Arc<Hooks>, bus: Arc<Bus>, plugins: Arc<Plugins>, stop: CancellationToken) {
    let mut interval = time::interval(UPKEEP);
    loop {
        tokio::select! {
            _ = interval.tick() => metrics.upkeep(),
            () = stop.cancelled() => return,
        }
        if let Err(error) = hooks.show_lag().await {
            tracing::warn!(%error, "how far plugins are behind cannot be told");
        }
        if let Err(error) = bus.discard_overdue().await {
            tracing::error!(%error, "messages that were held for long enough cannot be discarded");
        }
        if let Err(error) = plugins.show_quotas().await {
            tracing::warn!(%error, "what plugins keep cannot be told");
        }
    }
}

/// Everything that is deleted once it is old enough, and the settings that say when.
struct Purge {
    bus: Arc<Bus>,
    services: Arc<Services>,
    hooks: Arc<Hooks>,
    plugins: config::Plugins,
}

impl Purge {
    async fn run(&self) -> Result<usize, crate::store::Error> {
        let before = |hours: u32| self.services.now().plus_millis(-i64::from(hours) * 60 * 60 * 1000);
        let (replay, wait) = (before(self.plugins.replay_hours), before(self.plugins.wait_hours));
        Ok(self.bus.purge().await? + self.hooks.purge_events(replay, wait).await?)
    }
}

/// Deletes what has had its time. A run that takes longer than the interval delays the next.
async fn purge(expired: Purge, interval: Duration, stop: CancellationToken) {
    let mut ticks = time::interval_at(time::Instant::now() + interval.min(FIRST_PURGE), interval);
    ticks.set_missed_tick_behavior(time::MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            _ = ticks.tick() => {}
            () = stop.cancelled() => return,
        }
        // Cut off between two writes, it goes on after the next start.
        let purged = tokio::select! {
            purged = expired.run() => purged,
            () = stop.cancelled() => return,
        };
        match purged {
            Ok(0) => {}
            Ok(records) => tracing::debug!(records, "deleted what was too old"),
            Err(error) => tracing::error!(%error, "what is too old could not be deleted"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        model::{
            FriendRequestId, Timestamp, UserId,
            approval::RequestStatus,
            friend_request::{FriendRequest, FriendRequestLimits},
        },
        store::FriendRequestStore as _,
    };

    async fn start(config: Config) -> Result<App> {
        App::start(config, Metrics::detached().unwrap()).await
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn a_server_starts_says_it_is_ready_and_stops() {
        let data = tempfile::tempdir().unwrap();
        let app = start(Config::for_test(data.path())).await.unwrap();
        let addresses = app.addresses();
        assert_ne!(addresses.ws.unwrap().port(), 0);
        assert_ne!(addresses.tcp.unwrap().port(), 0);
        let ready = reqwest::get(format!("http://{}/readyz", addresses.admin)).await.unwrap();
        assert_eq!(ready.status(), 200);
        assert!(data.path().join("admin.token").is_file());
        app.stop().await;
        // Everything was let go: the same directory opens again.
        start(Config::for_test(data.path())).await.unwrap().stop().await;
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn what_is_too_old_is_deleted_while_the_server_runs() {
        let data = tempfile::tempdir().unwrap();
        let mut config = Config::for_test(data.path());
        config.server.purge_interval_seconds = 1;
        config.friend_requests.purge_after_days = 1;
        let app = start(config).await.unwrap();
        let id = FriendRequestId(1);
        let long_ago = FriendRequest {
            id,
            requester: UserId(1),
            recipient: UserId(2),
            content: String::new(),
            status: RequestStatus::Pending,
            reason: None,
            creation_date: Timestamp(0),
            expiration_date: Some(Timestamp(1)),
            settlement_date: None,
        };
        let limits = FriendRequestLimits { allow_resend: false, max_pending: 9, max_settled: 9 };
        app.store.insert_friend_request(long_ago, limits).await.unwrap();
        let is_there = async || app.store.find_friend_request(id).await.unwrap().is_some();
        assert!(is_there().await);
        let gone = async {
            while is_there().await {
                time::sleep(Duration::from_millis(50)).await;
            }
        };
        time::timeout(Duration::from_secs(10), gone).await.unwrap();
        app.stop().await;
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn what_keeps_a_server_from_starting_is_said_with_the_way_out() {
        let data = tempfile::tempdir().unwrap();
        let app = start(Config::for_test(data.path())).await.unwrap();
        let error = start(Config::for_test(data.path())).await.err().unwrap().to_string();
        assert!(error.contains("in use by another process"), "{error}");

        let other = tempfile::tempdir().unwrap();
        let mut config = Config::for_test(other.path());
        config.gateway.ws = app.addresses().ws.unwrap().into();
        let error = start(config).await.err().unwrap().to_string();
        assert!(error.contains("(ws): another program has this port") && error.contains("--ws"), "{error}");
        app.stop().await;
    }
}

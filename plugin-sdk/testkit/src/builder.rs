//! What a test says before the plugin starts.

use std::{
    path::PathBuf,
    sync::{Arc, Weak},
    time::Duration,
};

use anyhow::{Context as _, Result};
use serde_json::Value;
use talaria::{
    clock::Clock,
    config::{Config, PluginHttp, Secret},
    dispatch::{
        Bus, Deeds, Deliver, Hooks,
        hostcalls::{Capability, HostServices, HttpScript, ScriptedRequest, ScriptedResponse},
        plugins::{InstallOptions, Plugins, PluginsSettings},
        wasm::{Manifest, Runtime, RuntimeSettings},
    },
    model::Timestamp,
    services::{Services, seed},
    store::{
        Store,
        embedded::{EmbeddedStore, Options},
    },
};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use crate::{TestPlugin, component::Source, recorder::Recorder};

/// 2026-01-01, unless the test says otherwise.
const NOW: i64 = 1_767_225_600_000;
const DRAIN: Duration = Duration::from_secs(5);

/// A plugin that is to start.
pub struct Builder {
    source: Source,
    config: Option<Value>,
    now: i64,
    account: Option<i64>,
    secrets: Vec<(String, String)>,
    hosts: Vec<String>,
    script: Option<Script>,
    grants: Option<Vec<String>>,
}

type Answer = Box<dyn Fn(ScriptedRequest) -> Option<ScriptedResponse> + Send + Sync>;

struct Script(Answer);

impl HttpScript for Script {
    fn answer(&self, request: ScriptedRequest) -> Option<ScriptedResponse> {
        (self.0)(request)
    }
}

impl Builder {
    pub(crate) fn new(source: Source) -> Self {
        Self {
            source,
            config: None,
            now: NOW,
            account: None,
            secrets: Vec::new(),
            hosts: Vec::new(),
            script: None,
            grants: None,
        }
    }

    /// The plugin's configuration, a JSON object; `{}` unless it is given.
    #[must_use]
    pub fn config(mut self, config: Value) -> Self {
        self.config = Some(config);
        self
    }

    /// What the clock says, in milliseconds since 1970. It stands still until [`TestPlugin::advance`].
    #[must_use]
    pub const fn clock(mut self, now: i64) -> Self {
        self.now = now;
        self
    }

    /// The user as whom the plugin sends messages; one of 1 to 100.
    #[must_use]
    pub const fn account(mut self, user: i64) -> Self {
        self.account = Some(user);
        self
    }

    #[must_use]
    pub fn secret(mut self, name: &str, value: &str) -> Self {
        self.secrets.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Answers the plugin's requests to these hosts, as `plugins.http` names them. Other hosts are refused; a request that
    /// is answered `None` finds nobody there.
    #[must_use]
    pub fn http(
        mut self,
        hosts: &[&str],
        answer: impl Fn(ScriptedRequest) -> Option<ScriptedResponse> + Send + Sync + 'static,
    ) -> Self {
        self.hosts = hosts.iter().map(|host| (*host).to_owned()).collect();
        self.script = Some(Script(Box::new(answer)));
        self
    }

    /// Grants these capabilities and no others, as an operator would who looks closely. Everything is granted otherwise.
    #[must_use]
    pub fn grants(mut self, grants: &[&str]) -> Self {
        self.grants = Some(grants.iter().map(|grant| (*grant).to_owned()).collect());
        self
    }

    /// Starts the plugin, by the steps of an installation.
    ///
    /// # Errors
    ///
    /// When the component is not there or does not start; the text is the one that an operator would see.
    pub async fn start(self) -> Result<TestPlugin> {
        let bytes = self.source.read()?;
        let manifest = Manifest::read(&bytes, u64::MAX)?;
        let data = tempfile::tempdir().context("there is no place for temporary files")?;
        let mut config = Config::for_test(data.path());
        let name = &manifest.name;
        let secrets = self.secrets.into_iter().map(|(name, value)| (name, Secret::new(value)));
        config.plugins.secrets.insert(name.clone(), secrets.collect());
        config.plugins.http.insert(name.clone(), PluginHttp { private_hosts: self.hosts, ..PluginHttp::default() });
        config.plugins.accounts.extend(self.account.map(|account| (name.clone(), account)));

        let clock = Clock::fake(Timestamp(self.now));
        let embedded = Arc::new(EmbeddedStore::open(data.path(), Options::default(), clock.clone())?);
        let store: Arc<dyn Store> = Arc::clone(&embedded) as Arc<dyn Store>;
        let services = Arc::new(Services::open(Arc::clone(&store), clock.clone(), 0, &config).await?);
        seed::seed(&services, &*store).await.context("the users cannot be added")?;
        let (tasks, stop) = (TaskTracker::new(), CancellationToken::new());
        let hooks = Arc::new(Hooks::open(Arc::clone(&store), clock.clone(), tasks.clone(), stop.clone()).await?);
        let recorder = Arc::new(Recorder::default());
        let deliver = Arc::clone(&recorder) as Arc<dyn Deliver>;
        let bus = Arc::new(Bus::new(services, Arc::clone(&hooks), deliver));
        let deeds = Deeds::new(Weak::clone(&Arc::downgrade(&bus)), tasks.clone(), stop.clone());
        let mut host = HostServices::new(Arc::clone(&store), clock.clone(), 0, deeds, &config.plugins);
        if let Some(script) = self.script {
            host = host.with_http(Arc::new(script));
        }
        let runtime = Arc::new(Runtime::new(RuntimeSettings::default(), host)?);
        let settings = PluginsSettings {
            directory: data.path().join("plugins"),
            max_file_bytes: u64::MAX,
            drain: DRAIN,
            versions: data.path().join("versions"),
            versions_kept: 2,
            ..PluginsSettings::default()
        };
        let plugins =
            Plugins::start(settings, runtime, Arc::clone(&hooks), store, clock.clone(), tasks.clone(), stop.clone());
        let plugins = plugins.await?;
        let everything = || Capability::ALL.map(|capability| capability.name().to_owned()).to_vec();
        let grants = self.grants.unwrap_or_else(everything);
        let options = InstallOptions { config: self.config, grants, mode: None };
        plugins.install(bytes.into(), options).await?;
        let name = manifest.name;
        Ok(TestPlugin { name, hooks, bus, plugins, store: embedded, clock, recorder, tasks, stop, data })
    }
}

impl Builder {
    /// Of a component that lies there.
    pub(crate) fn of_file(file: impl Into<PathBuf>) -> Self {
        Self::new(Source::File(file.into()))
    }
}

//! What a test says before the plugin starts.

use std::{path::PathBuf, sync::Arc};

use anyhow::Result;
use serde_json::Value;
use talaria::{
    config::{self, PluginHttp, Secret},
    desk::{Desk, DeskSettings},
    dispatch::{
        hostcalls::{HttpScript, ScriptedRequest, ScriptedResponse},
        wasm::Manifest,
    },
    model::Timestamp,
};

use crate::{TestPlugin, component::Source};

/// 2026-01-01, unless the test says otherwise.
const NOW: i64 = 1_767_225_600_000;

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

    /// Answers the plugin's requests to these hosts, as `plugins.http` names them. Other hosts are refused; a request
    /// that is answered `None` finds nobody there.
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

    /// Grants these capabilities and no others, as an operator would who looks closely. Everything is granted
    /// otherwise.
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
        let component = self.source.read()?;
        let name = Manifest::read(&component, u64::MAX)?.name;
        let mut plugins = config::Plugins::default();
        let secrets = self.secrets.into_iter().map(|(name, value)| (name, Secret::new(value)));
        plugins.secrets.insert(name.clone(), secrets.collect());
        plugins.http.insert(name.clone(), PluginHttp { private_hosts: self.hosts, ..PluginHttp::default() });
        plugins.accounts.extend(self.account.map(|account| (name, account)));
        let settings = DeskSettings {
            component,
            configuration: self.config,
            plugins,
            now: Timestamp(self.now),
            script: self.script.map(|script| Arc::new(script) as Arc<dyn HttpScript>),
            grants: self.grants,
            ..DeskSettings::default()
        };
        Ok(TestPlugin { desk: Desk::open(settings).await? })
    }
}

impl Builder {
    /// Of a component that lies there.
    pub(crate) fn of_file(file: impl Into<PathBuf>) -> Self {
        Self::new(Source::File(file.into()))
    }
}

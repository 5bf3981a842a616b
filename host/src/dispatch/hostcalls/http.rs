//! `http`: requests to the hosts that the operator names.

mod access;
mod address;
mod bounds;
mod exchange;
mod request;
mod script;
mod wasi;

use std::{collections::BTreeMap, sync::Arc, time::Duration};

pub use self::script::{HttpScript, ScriptedRequest, ScriptedResponse};
pub(in crate::dispatch) use self::wasi::WasiRequests;
use self::{access::Access, exchange::Exchange, request::Outgoing};
use crate::{
    config,
    dispatch::{
        logs::LogWriter,
        quotas::Account,
        wasm::{GuestState, wit::http as wit},
    },
};

/// Of a request, and of what it is answered.
const BODY_BYTES: usize = 1 << 20;
/// Bytes of a host that are told.
const HOST_SHOWN: usize = 128;
const DEFAULT_TIMEOUT: Duration = Duration::from_secs(10);
const MAX_TIMEOUT: Duration = Duration::from_secs(30);

/// What plugins may reach, by their names.
pub(super) struct Http {
    plugins: BTreeMap<String, Access>,
    exchange: Exchange,
    /// Answers in the place of the network.
    script: Option<Arc<dyn HttpScript>>,
}

impl Http {
    pub(super) fn new(plugins: &BTreeMap<String, config::PluginHttp>) -> Self {
        let plugins = plugins.iter().map(|(name, allowed)| (name.clone(), Access::new(allowed))).collect();
        Self { plugins, exchange: Exchange::default(), script: None }
    }

    pub(super) fn answered_by(self, script: Arc<dyn HttpScript>) -> Self {
        Self { script: Some(script), ..self }
    }

    /// Sends what the plugin may send, and counts it.
    async fn send(&self, sender: &Sender<'_>, request: wit::Request) -> Result<wit::Response, wit::Error> {
        let (plugin, Sender { account, log, .. }) = (sender.plugin, sender);
        let sent = request.url.len() + size(&request.headers) + request.body.len();
        let answer = if account.take_http(sent) {
            self.try_send(sender, request).await
        } else {
            account.refuse("http_bytes_per_minute", log);
            Err(wit::Error::Busy)
        };
        match &answer {
            Ok(answer) => account.charge_http(size(&answer.headers) + answer.body.len()),
            // As much of it came.
            Err(wit::Error::TooLarge) if sent <= BODY_BYTES => account.charge_http(BODY_BYTES),
            Err(_) => {}
        }
        let outcome = match &answer {
            Ok(_) => "answered",
            Err(wit::Error::NotAllowed | wit::Error::PrivateAddress) => "refused",
            Err(_) => "failed",
        };
        metrics::counter!("talaria_plugin_http_requests_total", "plugin" => plugin.to_owned(), "outcome" => outcome)
            .increment(1);
        answer
    }

    async fn try_send(&self, sender: &Sender<'_>, request: wit::Request) -> Result<wit::Response, wit::Error> {
        let Sender { plugin, account, log } = sender;
        let timeout = request.timeout_ms.map_or(DEFAULT_TIMEOUT, |limit| Duration::from_millis(limit.into()));
        let scripted = self.script.as_ref().map(|script| (script, ScriptedRequest::of(&request)));
        let outgoing = Outgoing::read(request)?;
        let access = self.plugins.get(*plugin);
        let reach = access.and_then(|access| access.reach(&outgoing.host, outgoing.port, outgoing.is_secure));
        let Some((access, reach)) = access.zip(reach) else {
            let excerpt = &outgoing.host[..outgoing.host.floor_char_boundary(HOST_SHOWN)];
            account.tell("http.hosts", log, || {
                format!("a request to {excerpt} is refused: plugins.http.{plugin} does not name this host and port")
            });
            return Err(wit::Error::NotAllowed);
        };
        let _turn = access.turns.try_acquire().map_err(|_| wit::Error::Busy)?;
        if let Some((script, asked)) = scripted {
            return script::answer(&**script, asked);
        }
        let exchange = self.exchange.run(plugin, outgoing, reach);
        tokio::time::timeout(timeout.min(MAX_TIMEOUT), exchange).await.unwrap_or(Err(wit::Error::Timeout))
    }
}

/// Who sends.
struct Sender<'call> {
    plugin: &'call str,
    account: &'call Account,
    log: &'call LogWriter,
}

impl wit::Host for GuestState {
    async fn send(&mut self, request: wit::Request) -> Result<wit::Response, wit::Error> {
        let sender = Sender { plugin: &self.plugin, account: &self.account, log: &self.log };
        self.services.http.send(&sender, request).await
    }
}

fn size<V: AsRef<[u8]>>(headers: &[(String, V)]) -> usize {
    headers.iter().map(|(name, value)| name.len() + value.as_ref().len()).sum()
}

//! What plugins may ask the server for, one file a capability: limit, call, guest error. Whether a plugin may import a
//! capability at all is decided before it is loaded (`plugins::grants`).

mod directory;
mod error;
mod http;
mod jobs;
mod kv;
mod log;
mod messages;
mod metrics;
mod moderation;
mod objects;
mod resources;
mod secrets;
mod sessions;

use std::{collections::BTreeMap, fmt, sync::Arc};

use serde::{Serialize, Serializer};

pub(super) use self::http::WasiRequests;
pub use self::http::{HttpScript, ScriptedRequest, ScriptedResponse};
use super::{Deeds, logs::Logs, outages::Outage, quotas::Quotas, recordings::Recordings};
use crate::{
    clock::Clock,
    config,
    model::{UserId, job::JobQuota},
    objects::ObjectStore,
    store::Store,
};

/// What the capabilities work on.
pub struct HostServices {
    pub(super) store: Arc<dyn Store>,
    pub(super) clock: Clock,
    /// This node's number.
    pub(super) node: u16,
    pub(super) deeds: Deeds,
    /// What plugins say.
    pub(super) logs: Logs,
    /// What is recorded of plugins.
    pub(super) recordings: Arc<Recordings>,
    /// The users that plugins act as, by the names of the plugins.
    accounts: BTreeMap<String, UserId>,
    secrets: BTreeMap<String, BTreeMap<String, config::Secret>>,
    /// What plugins use up.
    pub(super) quotas: Quotas,
    metrics: metrics::Metrics,
    http: http::Http,
    job_quota: JobQuota,
    objects: objects::Objects,
    /// Who may come to the routes of plugins, by their names, where the operator has decided that.
    pub(super) routes: BTreeMap<String, BTreeMap<String, config::RouteAccess>>,
}

impl HostServices {
    /// With what the operator gives plugins by name.
    #[must_use]
    pub fn new(store: Arc<dyn Store>, clock: Clock, node: u16, deeds: Deeds, config: &config::Plugins) -> Self {
        let accounts = config.accounts.iter().map(|(plugin, id)| (plugin.clone(), UserId(*id))).collect();
        Self {
            logs: Logs::new(clock.clone()),
            quotas: Quotas::new(clock.clone(), config),
            recordings: Arc::default(),
            objects: objects::Objects::new(&config.buckets, clock.clone()),
            store,
            clock,
            node,
            deeds,
            accounts,
            secrets: config.secrets.clone(),
            metrics: metrics::Metrics::default(),
            http: http::Http::new(&config.http),
            routes: config.routes.clone(),
            job_quota: JobQuota { jobs: config.jobs_waiting.into(), bytes: config.jobs_waiting_bytes.into() },
        }
    }
}

impl HostServices {
    /// With a place for objects; without one, plugins are told that it is away. `every_bucket`: each plugin may use
    /// all.
    #[must_use]
    pub fn with_objects(mut self, store: Arc<dyn ObjectStore>, every_bucket: bool) -> Self {
        self.objects = self.objects.kept_in(store, every_bucket);
        self
    }

    /// Of the store of objects, as this plugin finds it.
    pub(super) fn outage(&self, plugin: &str) -> Option<Outage> {
        self.objects.outage(plugin)
    }

    /// Lets a test answer what plugins ask the network for.
    #[must_use]
    pub fn with_http(mut self, script: Arc<dyn HttpScript>) -> Self {
        self.http = self.http.answered_by(script);
        self
    }
}

/// Every capability: its variant, the name of its WIT interface, and what granting it means, in words that follow "the
/// plugin asks for permission to".
macro_rules! capabilities {
    ($($capability:ident, $name:literal, $meaning:literal;)+) => {
        /// An interface that a plugin may import, once it is granted.
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
        pub enum Capability {
            $($capability,)+
        }

        impl Capability {
            /// All of them, by name.
            pub const ALL: [Self; [$($name),+].len()] = [$(Self::$capability),+];

            /// The name of its WIT interface, which is also the name of the grant.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$capability => $name,)+
                }
            }

            /// What granting it means, in a sentence for the operator.
            #[must_use]
            pub const fn meaning(self) -> &'static str {
                match self {
                    $(Self::$capability => $meaning,)+
                }
            }
        }
    };
}

capabilities! {
    Directory, "directory", "look up users, groups, their members and relationships, whoever may see them";
    Http, "http", "send requests to the hosts that plugins.http names";
    Jobs, "jobs", "leave work for later in the server's store";
    Kv, "kv", "keep data of its own in the server's store";
    Log, "log", "write lines to the server's log";
    Messages, "messages", "send, change and read messages as its own account, the user named in plugins.accounts";
    MessagesAsAny, "messages-as-any", "send, change and read messages as ANY user";
    Metrics, "metrics", "show metrics of its own beside the server's";
    Moderation, "moderation", "release and discard the messages that it held back itself";
    Objects, "objects", "keep files in the buckets that plugins.buckets names, and let clients move them";
    Resources, "resources", "tell other plugins of resources that were uploaded and deleted";
    Secrets, "secrets", "read the secrets that plugins.secrets gives it";
    Sessions, "sessions", "see who is online, end sessions, and push news to those online";
}

impl Capability {
    /// The capability with this [`Self::name`].
    #[must_use]
    pub fn find(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|capability| capability.name() == name)
    }
}

impl fmt::Display for Capability {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl Serialize for Capability {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}

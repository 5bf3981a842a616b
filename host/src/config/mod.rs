//! Settings: one struct a file, each with its defaults and `validate`. They come from defaults, a TOML file,
//! environment variables and flags, each overriding the one before; unknown keys are refused, with the nearest known
//! one named.

mod address;
mod admin;
mod allowed;
mod conversations;
mod enrolment;
mod error;
mod example;
mod friend_requests;
mod gateway;
mod groups;
mod http;
mod keys;
mod load;
mod location;
mod log;
mod messages;
mod network;
mod notifications;
mod objects;
mod plugins;
mod quotas;
mod relationships;
mod s3;
mod secret;
mod server;
mod simultaneous_logins;
mod store;
mod tls;
mod users;

pub use address::Address;
pub use admin::Admin;
pub use allowed::{AllowedSetting, Pattern, SettingType};
pub use conversations::Conversations;
pub use enrolment::{Invitations, JoinQuestions, JoinRequests};
pub use error::Error;
pub use example::example;
pub use friend_requests::FriendRequests;
pub use gateway::{GatewayConfig, RateLimit};
pub use groups::Groups;
pub use http::{Http, RouteAccess};
pub use load::{Flag, Layers, VARIABLE_PREFIX};
pub use location::UserLocation;
pub use log::{Log, LogFormat};
pub use messages::Messages;
pub use network::Network;
pub use notifications::Notifications;
pub use objects::{ObjectBackend, Objects};
pub use plugins::{PluginHttp, PluginInstances, Plugins};
pub use quotas::{PluginQuotas, Quota};
pub use relationships::Relationships;
pub use s3::S3;
use schemars::JsonSchema;
pub use secret::Secret;
use serde::{Deserialize, Serialize};
pub use server::Server;
pub use simultaneous_logins::{LoginConflict, SimultaneousLogins};
pub use store::Store;
pub use tls::Tls;
pub use users::{PasswordHashing, UserRole, Users};

/// Everything an operator can set.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// The server as a whole.
    pub server: Server,
    /// Where clients connect, and what they may ask of a connection.
    pub gateway: GatewayConfig,
    /// Users, their profiles and passwords. Lengths count UTF-16 code units, as clients do; a maximum of 0 is no limit.
    pub users: Users,
    /// Relationships, and the groups that users sort them into.
    pub relationships: Relationships,
    /// Requests of users to become friends.
    pub friend_requests: FriendRequests,
    /// Groups.
    pub groups: Groups,
    /// Conversations: read dates, typing notices and settings.
    pub conversations: Conversations,
    /// Invitations into groups.
    pub invitations: Invitations,
    /// Requests to join groups.
    pub join_requests: JoinRequests,
    /// Questions to answer before joining groups.
    pub join_questions: JoinQuestions,
    /// Messages, and queries for them.
    pub messages: Messages,
    /// Who is told of what.
    pub notifications: Notifications,
    /// The embedded store.
    pub store: Store,
    /// The plugin platform.
    pub plugins: Plugins,
    /// The listener for the routes of plugins, and for objects on the disk.
    pub http: Http,
    /// Files that plugins keep, and that clients move.
    pub objects: Objects,
    /// The HTTP interface for operators.
    pub admin: Admin,
    /// The log, which goes to standard error.
    pub log: Log,
    /// Development: users and groups to try things with exist from the start, and every listener is on the loopback.
    /// Only the flag `--dev` sets this, so that no file makes a server with well-known passwords.
    #[serde(skip)]
    pub dev: bool,
}

impl Config {
    /// What `--dev` starts from.
    #[must_use]
    pub fn dev() -> Self {
        let (gateway, http) = (GatewayConfig::for_development(), Http::for_development());
        Self { gateway, http, dev: true, ..Self::default() }
    }

    /// Ports that the system chooses, on the loopback, and data in `data`.
    #[must_use]
    pub fn for_test(data: impl Into<std::path::PathBuf>) -> Self {
        Self {
            server: Server { data: data.into(), ..Server::default() },
            gateway: GatewayConfig::for_test(),
            users: Users::for_test(),
            http: Http::for_test(),
            admin: Admin::for_test(),
            ..Self::dev()
        }
    }

    /// Where plugins lie: as configured, or in the data directory.
    #[must_use]
    pub fn plugin_directory(&self) -> std::path::PathBuf {
        self.plugins.directory.clone().unwrap_or_else(|| self.server.data.join("plugins"))
    }

    /// Where versions of plugins are kept to go back to.
    #[must_use]
    pub fn plugin_versions(&self) -> std::path::PathBuf {
        self.server.data.join("versions")
    }

    /// Where the API token lies, unless it is configured.
    #[must_use]
    pub fn admin_token_file(&self) -> std::path::PathBuf {
        self.server.data.join("admin.token")
    }

    /// Why these settings cannot be used.
    pub fn validate(&self) -> Result<(), Error> {
        self.server.validate().map_err(Error::Invalid)?;
        self.gateway.validate().map_err(Error::Invalid)?;
        self.users.validate().map_err(Error::Invalid)?;
        self.relationships.validate().map_err(Error::Invalid)?;
        self.friend_requests.validate().map_err(Error::Invalid)?;
        self.groups.validate().map_err(Error::Invalid)?;
        self.conversations.validate().map_err(Error::Invalid)?;
        self.invitations.validate().map_err(Error::Invalid)?;
        self.join_requests.validate().map_err(Error::Invalid)?;
        self.join_questions.validate().map_err(Error::Invalid)?;
        self.http.validate().map_err(Error::Invalid)?;
        self.objects.validate().map_err(Error::Invalid)?;
        self.messages.validate().map_err(Error::Invalid)?;
        self.store.validate().map_err(Error::Invalid)?;
        self.plugins.validate().map_err(Error::Invalid)?;
        self.admin.validate().map_err(Error::Invalid)?;
        self.log.validate().map_err(Error::Invalid)?;
        if self.dev { self.validate_loopback() } else { Ok(()) }
    }

    /// The users of a development server have a password that everybody knows.
    fn validate_loopback(&self) -> Result<(), Error> {
        let listeners = [
            ("gateway.ws", self.gateway.ws.get()),
            ("gateway.tcp", self.gateway.tcp.get()),
            ("admin.listen", Some(self.admin.listen)),
            ("http.listen", self.http.listen.get()),
        ];
        let open = listeners.into_iter().filter_map(|(key, address)| Some((key, address?)));
        match open.into_iter().find(|(_, address)| !address.ip().is_loopback()) {
            None => Ok(()),
            Some((key, address)) => Err(Error::Invalid(format!(
                "{key} is {address}, but a development server listens on the loopback only; use 127.0.0.1, or leave \
                 --dev out"
            ))),
        }
    }
}

#[cfg(test)]
mod tests;

//! Writes plugins for the Talaria messaging engine.
//!
//! A plugin is a type with the attribute [`macro@plugin`] on its `impl` block. Each method is named after the hook it
//! handles: the hook `message.before-send` is the method `message_before_send`. The component that comes out exports
//! precisely those hooks and imports only the capabilities (such as [`kv`]) that the code calls.
//!
//! ```
//! use serde::Deserialize;
//! use talaria_sdk::message_before_send::{Draft, Verdict};
//! use talaria_sdk::{Config, Context, StartError};
//!
//! #[derive(Deserialize)]
//! #[serde(deny_unknown_fields)]
//! struct Settings {
//!     limit: usize,
//! }
//!
//! struct Brevity {
//!     limit: usize,
//! }
//!
//! #[talaria_sdk::plugin]
//! impl Brevity {
//!     fn start(config: Config) -> Result<Self, StartError> {
//!         let Settings { limit } = config.parse()?;
//!         if limit == 0 {
//!             return Err("`limit` must be at least 1".into());
//!         }
//!         Ok(Self { limit })
//!     }
//!
//!     fn message_before_send(&self, _ctx: &Context, draft: &Draft) -> Verdict {
//!         match &draft.text {
//!             Some(text) if text.chars().count() > self.limit => Verdict::deny(20_001, "Too long"),
//!             _ => Verdict::Continue,
//!         }
//!     }
//! }
//!
//! // Hooks are ordinary methods, so a unit test needs no server.
//! let plugin = Brevity { limit: 3 };
//! let verdict = plugin.message_before_send(&Context::default(), &Draft::from_text("hello"));
//! assert_eq!(verdict, Verdict::deny(20_001, "Too long"));
//! ```
//!
//! # Life of a plugin
//!
//! * `start` makes the instance from its configuration. Without one, the type's [`Default`] is taken.
//! * Hooks, `health` and `stop` take `&self`, `&mut self` or no receiver. An instance handles one call at a time, and a
//!   server may run several instances: state in memory is a cache, what must last belongs in [`kv`].
//! * With `fn snapshot(&self) -> Vec<u8>` and `fn restore(&mut self, state: &[u8]) -> Result<(), String>`, what the
//!   instance knows goes over to the next one, also of another version. There is one instance at a time then.
//! * A panic ends the instance. The server reports it with its text and line, and makes a new instance.
//!
//! # Hooks
//!
//! There is a module for each, with its types and the signature of its method.

pub mod bindings;
mod config;
pub mod directory;
mod hooks;
pub mod http;
#[doc(hidden)]
pub mod instance;
pub mod jobs;
pub mod kv;
pub mod log;
pub mod messages;
pub mod messages_as_any;
pub mod metrics;
pub mod moderation;
pub mod objects;
pub mod resources;
mod routes;
pub mod secrets;
pub mod sessions;
mod types;
mod verdicts;

#[cfg(feature = "json")]
pub use config::ConfigError;
pub use config::{Config, StartError};
pub use hooks::*;
pub use talaria_sdk_macros::plugin;
pub use types::{
    Access, Command, Context, Denial, Description, DeviceType, FailurePolicy, HookSettings, Instances, IpAddress,
    Message, OnlineStatus, Origin, Response, Role, Route, Scope, Target, Timer, Transport, Verdict,
};

//! Runs a plugin's component as a server does, for the plugin's own tests: the real engine with its limits and
//! deadlines, the real hooks, rules and store, with objects on the disk, in a directory that is gone afterwards. What
//! is false is the clock, which the test moves, and the network: a test answers the plugin's HTTP requests itself.
//!
//! ```no_run
//! use talaria_testkit::{BeforeSend, TestPlugin, to_user};
//!
//! # async fn test() -> anyhow::Result<()> {
//! let plugin = TestPlugin::builder("target/plugins/calm.wasm")
//!     .config(serde_json::json!({"refuse": true}))
//!     .start()
//!     .await?;
//! let verdict = plugin.message_before_send(1, to_user(2, "GOOD MORNING")).await;
//! assert_eq!(verdict, BeforeSend::deny(20_000, "Please do not shout"));
//! # Ok(())
//! # }
//! ```
//!
//! The users 1 to 100 exist, with the password `123`; 1 and 2 are friends, and 1 (the owner), 2 and 3 are in group 1. A
//! test needs `#[tokio::test(flavor = "multi_thread")]`.

mod builder;
mod component;
mod plugin;
mod types;

pub use builder::Builder;
pub use plugin::TestPlugin;
pub use talaria::{
    desk::{Comparison, RecordedCall, Recording, RecordingError, Replay, SentMessage, Tried},
    dispatch::{
        Authentication, Denial, HttpResponse, Verdict,
        hostcalls::{ScriptedRequest, ScriptedResponse},
        logs::{LogLevel, LogLine, LogSource},
        plugins::PluginStatus,
    },
    model::message::{Draft, Target},
    objects::Object,
};
pub use types::{BeforeSend, Refusal, to_group, to_user};

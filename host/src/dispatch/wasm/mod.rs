//! The WebAssembly side of plugins: compiling components, warm instances, and calls that cannot harm the caller.
//! Everything a guest does wrong ends as a [`Fault`] of that guest.

mod bindings;
mod call;
mod compiled;
pub(in crate::dispatch) mod convert;
mod engine;
mod fault;
mod guest;
mod hook;
mod instance;
mod limits;
mod manifest;
mod plugin;
mod signature;
mod stdio;
mod time;
mod values;

pub use compiled::CacheSettings;
pub use engine::{Runtime, RuntimeError, RuntimeSettings};
pub use fault::Fault;
pub use hook::{Class, Hook};
pub use manifest::{Manifest, ManifestError};
pub use plugin::{
    Arranged, BeforeFanout, BeforeSend, BreakerSettings, BreakerState, BreakerStatus, CommandInfo, Event,
    FailurePolicy, HandoverError, HookSettings, HttpRequest, HttpResponse, Judged, LoadError, Plugin, RepeatError,
    Repeated, Scope, Stored, Timer, Trouble, WouldHave,
};

pub use signature::{SignatureError, SigningKey};

pub(in crate::dispatch) use bindings::talaria::plugin as wit;
pub(in crate::dispatch) use guest::GuestState;
pub(in crate::dispatch) use manifest::is_name;
pub(in crate::dispatch) use plugin::{Exposure, Invocation, JobEnd, Pause, Tendency, Traits};

//! The path of every operation: hooks before, the service, hooks after, and what others are told. Wire formats and
//! sockets are the gateway's; rules are the services'.

mod bus;
mod deeds;
mod deliver;
mod error;
mod hooks;
pub mod hostcalls;
pub mod logs;
mod outages;
pub mod plugins;
mod quotas;
pub mod recordings;
pub mod wasm;

pub use bus::{Bus, Release, Route, RouteError};
pub use deeds::Deeds;
pub use deliver::Deliver;
pub use error::{
    ConversationsError, EnrolmentError, Error, GroupsError, MessagesError, RelationshipsError, SettingError,
    StoreError, UsersError,
};
pub use hooks::{Authentication, Denial, Hooks, JobSettings, Lag, Outcome, Passage, Verdict};
pub use outages::Outage;
pub use quotas::QuotaStatus;
pub use wasm::{HttpRequest, HttpResponse};

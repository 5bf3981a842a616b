//! Between the protocol's messages and the model: the only place that knows both, with one file a domain. What is
//! public is so for the benches.

mod command;
mod conversations;
mod enrolment;
mod enums;
mod friend_requests;
mod groups;
mod kind;
mod meetings;
mod messages;
mod notification;
mod provided;
mod reactions;
mod relationships;
mod relay;
mod reply;
mod request;
mod resources;
mod scalar;
mod settings;
#[cfg(test)]
mod tests;
mod users;
mod value;

pub use notification::notification;
pub(crate) use notification::{answer, closed, session_opened};
pub(crate) use reply::reply;
pub use request::{Rejected, request};

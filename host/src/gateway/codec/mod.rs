//! Between the protocol's messages and the model: the only place that knows both. What is public is so for the benches.

mod command;
mod enums;
mod kind;
mod notification;
mod relay;
mod reply;
mod request;
#[cfg(test)]
mod tests;
mod value;

pub use notification::notification;
pub(crate) use notification::{answer, closed, session_opened};
pub(crate) use reply::reply;
pub use request::{Rejected, request};

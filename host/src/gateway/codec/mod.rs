//! Between the protocol's messages and the model: the only place that knows both.

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

pub(crate) use notification::{answer, closed, notification, session_opened};
pub(crate) use reply::reply;
pub(crate) use request::{Rejected, request};

//! The rules: what each operation checks, stores and tells others. They answer a reply and the notification as values and
//! know neither plugins nor sockets. Siblings have an order (users < relationships < groups < messages): a right one may
//! use a left one, never back.

pub mod groups;
pub mod messages;
pub mod relationships;
pub mod users;

/// All services.
#[derive(Debug)]
pub struct Services {}

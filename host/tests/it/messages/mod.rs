//! Messages: sending, forwarding and reading them back.

mod group;
mod private;
mod query;

//! Messages: sending, forwarding, reading them back, editing and recalling.

mod group;
mod private;
mod query;
mod update;

//! Messages: sending, forwarding, reading them back, editing, recalling and
//! reacting to them.

mod group;
mod private;
mod query;
mod reactions;
mod sync;
mod update;

//! Messages: sending, forwarding, reading them back, editing, recalling and
//! reacting to them.

mod group;
mod private;
mod query;
mod reactions;
mod search;
mod sync;
mod update;

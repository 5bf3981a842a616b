//! The Talaria server: connections, sessions and stored facts, with every policy in plugins. `docs/ARCHITECTURE.md`
//! tells how the rooms fit together; `host/tests/tidy.rs` holds who may import whom.

pub mod admin;
pub mod app;
pub mod cli;
pub mod clock;
pub mod config;
pub mod desk;
pub mod dispatch;
pub mod gateway;
pub mod http;
mod memory;
pub mod model;
pub mod objects;
pub mod services;
mod side;
pub mod store;
pub mod telemetry;

//! Settings: one struct a file, with defaults and a check.

mod gateway;

pub use gateway::{GatewayConfig, RateLimit};

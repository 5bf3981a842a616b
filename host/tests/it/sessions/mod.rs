//! Sessions: logging in, being alone on a device, and the ways to end.

mod closing;
mod login;
mod tls;

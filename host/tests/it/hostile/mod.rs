//! What no client should send, and how little comes of it.

mod bytes;
mod http;
mod slow;
mod values;

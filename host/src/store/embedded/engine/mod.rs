//! What carries the entities: the data directory, the thread that writes, those that read, and the caches.

mod answers;
pub(super) mod cache;
mod failure;
mod migrations;
pub(super) mod open;
pub(super) mod options;
pub(super) mod readers;
pub(super) mod writer;

pub(super) use cache::{Caches, Stale, load};
pub(super) use readers::Readers;
pub(super) use writer::{Write, Writer};

//! Groups and their members.

mod changes;
mod members;

//! Groups and their members.

mod members;

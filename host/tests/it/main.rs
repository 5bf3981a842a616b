//! The integration tests: the whole server over real sockets, and the program as its users start it. The tree is the
//! protocol; `support` is the harness.

mod support;

mod admin;
mod conversations;
mod groups;
mod hostile;
mod messages;
mod objects;
mod permissions;
mod plugins;
mod process;
mod sessions;
mod storage;
mod users;

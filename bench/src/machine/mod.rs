//! What the operating system tells about processes and about itself. Everything is read from `/proc`; nothing is called
//! that the standard library does not have.

pub(crate) mod about;
pub(crate) mod cores;
pub(crate) mod cpu;
pub(crate) mod limits;
pub(crate) mod memory;

//! Messages that plugins hold back.

mod discard;
mod list;
mod release;

pub(super) use discard::discard;
pub(super) use list::list;
pub(super) use release::release;

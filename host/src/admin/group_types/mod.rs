//! `/v1/group-types`: the policies that groups follow.

mod delete;
mod list;
mod put;

pub(super) use delete::delete;
pub(super) use list::list;
pub(super) use put::put;

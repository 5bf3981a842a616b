//! Messages.

mod delete;

pub(super) use delete::delete_many;

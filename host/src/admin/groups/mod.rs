//! `/v1/groups`: adding groups with their members.

mod create;

pub(super) use create::create;

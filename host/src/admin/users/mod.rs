//! `/v1/users`: adding, deleting, setting passwords, giving roles, activating and deactivating.

mod active;
mod create;
mod delete;
mod password;
mod role;

pub(super) use active::set_active;
pub(super) use create::create;
pub(super) use delete::{delete, delete_many};
pub(super) use password::set_password;
pub(super) use role::set_role;

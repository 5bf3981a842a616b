//! `/v1/users`: adding, deleting and setting passwords.

mod create;
mod delete;
mod password;

pub(super) use create::create;
pub(super) use delete::{delete, delete_many};
pub(super) use password::set_password;

//! Settings: one struct a file, each with its defaults and `validate`. Unknown keys are refused.

mod groups;
mod messages;
mod services;
mod users;

pub use groups::Groups;
pub use messages::Messages;
pub use services::Services;
pub use users::{PasswordHashing, Users};

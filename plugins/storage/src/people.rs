//! Who may: what the server knows of users and groups, asked anew for each request.

use talaria_sdk::directory::{self, MemberRole};
use talaria_sdk::resources::Kind;

use crate::refusal::{Refusal, Result};

/// Whether a user lets another write to them: themselves, or one whom they hold a relationship to that is no block.
pub(crate) fn is_friend(of: i64, user: i64) -> Result<bool> {
    Ok(of == user || directory::find_relationship(of, user)?.is_some_and(|relationship| !relationship.blocked))
}

pub(crate) fn is_member(group: i64, user: i64) -> Result<bool> {
    Ok(directory::find_member(group, user)?.is_some())
}

/// Whether a user is the owner or a manager of a group.
pub(crate) fn manages(group: i64, user: i64) -> Result<bool> {
    let member = directory::find_member(group, user)?;
    Ok(member.is_some_and(|member| matches!(member.role, MemberRole::Owner | MemberRole::Manager)))
}

/// Whether there is the user, or the group, that a picture is of.
pub(crate) fn is_there(kind: Kind, id: i64) -> Result<bool> {
    Ok(match kind {
        Kind::GroupPicture => directory::find_group(id)?.is_some(),
        Kind::UserPicture | Kind::Attachment => directory::find_user(id)?.is_some(),
    })
}

/// Refuses with this code unless it is so.
pub(crate) fn require(holds: bool, code: u32, text: &str) -> Result<()> {
    if holds { Ok(()) } else { Err(Refusal::denied(code, text)) }
}

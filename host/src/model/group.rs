//! Groups, their types and members.

use serde::{Deserialize, Serialize};

use super::{GroupId, GroupTypeId, Timestamp, UserId};

/// A group as stored.
#[derive(Clone, PartialEq, Debug)]
pub struct Group {
    pub id: GroupId,
    pub type_id: GroupTypeId,
    pub creator: UserId,
    pub owner: UserId,
    pub name: String,
    pub intro: Option<String>,
    pub announcement: Option<String>,
    /// Points that answers to the join questions must reach.
    pub min_score: i32,
    pub creation_date: Timestamp,
    pub last_updated_date: Timestamp,
    /// Nobody may send before this date.
    pub mute_end_date: Option<Timestamp>,
    pub active: bool,
    pub deletion_date: Option<Timestamp>,
}

impl Group {
    /// Active and not deleted.
    #[must_use]
    pub fn is_active(&self) -> bool {
        self.active && self.deletion_date.is_none()
    }

    /// Whether nobody may send at `now`.
    #[must_use]
    pub fn is_muted(&self, now: Timestamp) -> bool {
        self.mute_end_date.is_some_and(|end| end > now)
    }
}

/// A group that the administrator adds.
#[derive(Clone, PartialEq, Debug)]
pub struct NewGroup {
    /// A fresh id when `None`.
    pub id: Option<GroupId>,
    pub type_id: GroupTypeId,
    /// Becomes a member, whether `members` has it or not.
    pub owner: UserId,
    pub name: String,
    pub intro: Option<String>,
    pub announcement: Option<String>,
    pub members: Vec<UserId>,
}

/// The policy that groups of a type follow.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct GroupType {
    pub id: GroupTypeId,
    pub name: String,
    /// Members at most.
    pub size_limit: u32,
    pub invitation: InvitationPolicy,
    pub join: JoinPolicy,
    pub guests_may_speak: bool,
    /// Whether members may edit what they sent.
    pub messages_editable: bool,
}

impl GroupType {
    /// The built-in type, with the reference's defaults: 500 members, who come by an invitation that they accept.
    #[must_use]
    pub fn built_in() -> Self {
        Self {
            id: GroupTypeId::DEFAULT,
            name: "DEFAULT".into(),
            size_limit: 500,
            invitation: InvitationPolicy { who: Inviter::Member, needs_approval: true },
            join: JoinPolicy::Invitation,
            guests_may_speak: false,
            messages_editable: true,
        }
    }
}

/// Who may bring others into a group, and whether these must agree.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct InvitationPolicy {
    pub who: Inviter,
    pub needs_approval: bool,
}

/// The least role that may invite.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Inviter {
    Anyone,
    Member,
    Manager,
    Owner,
}

/// How a user may join by their own wish.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum JoinPolicy {
    /// At once.
    Membership,
    Invitation,
    Question,
    Request,
}

/// A member's rank; the lesser in this order has the more power.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    Owner,
    Manager,
    #[default]
    Member,
    Guest,
    AnonymousGuest,
}

/// A member as stored.
#[derive(Clone, PartialEq, Debug)]
pub struct Member {
    pub group: GroupId,
    pub user: UserId,
    pub name: Option<String>,
    pub role: Role,
    pub join_date: Timestamp,
    /// The member may not send before this date.
    pub mute_end_date: Option<Timestamp>,
}

impl Member {
    /// Whether the member may not send at `now`.
    #[must_use]
    pub fn is_muted(&self, now: Timestamp) -> bool {
        self.mute_end_date.is_some_and(|end| end > now)
    }
}

/// A list that clients keep a copy of, with the date of its last change.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum GroupVersion {
    Members,
    BlockedUsers,
    Invitations,
    JoinRequests,
    Questions,
}

//! Groups, their types and members.

use serde::{Deserialize, Serialize};

use super::{
    GroupId, GroupTypeId, Timestamp, UserId,
    settings::{SettingsPatch, Values},
};

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
    /// What the operator defines beside the rest.
    pub attributes: Values,
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

/// Changes to a group; what is `None` stays.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct GroupPatch {
    pub type_id: Option<GroupTypeId>,
    pub name: Option<String>,
    pub intro: Option<String>,
    pub announcement: Option<String>,
    pub min_score: Option<i32>,
    /// `Some(None)` ends the muting.
    pub mute_end_date: Option<Option<Timestamp>>,
    pub attributes: SettingsPatch,
}

impl GroupPatch {
    /// Whether nothing would change.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// How many groups a user may own; `None` is no limit.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct OwnershipLimits {
    pub groups: Option<u32>,
    pub groups_of_type: Option<u32>,
}

impl OwnershipLimits {
    /// Whether a user who owns so many groups, and so many of the type, may own one more.
    #[must_use]
    pub fn allow(self, groups: u32, groups_of_type: u32) -> bool {
        self.groups.is_none_or(|max| groups < max) && self.groups_of_type.is_none_or(|max| groups_of_type < max)
    }
}

/// How many members a group may have, and how many groups each of them may be in.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct MemberLimits {
    pub size: u32,
    pub joined: u32,
}

/// What came of letting users into a group.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Admission {
    /// They are members now.
    Done,
    /// The group does not take them; of a new group, its owner may own no more.
    Refused,
    /// This user is in as many groups as one may be in.
    TooManyJoined(UserId),
}

/// The policy that groups of a type follow.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GroupType {
    #[serde(default)]
    pub id: GroupTypeId,
    pub name: String,
    /// Members at most.
    pub size_limit: u32,
    pub invitation: InvitationPolicy,
    pub join: JoinPolicy,
    /// Who may change what the group is.
    pub update_info: Permitted,
    /// Who may change the names of other members.
    pub update_members: Permitted,
    /// Whether members may change their own names.
    pub members_name_themselves: bool,
    /// Whether users who are no members may send messages.
    pub guests_may_speak: bool,
    /// Whether members say how far they have read.
    pub read_receipts: bool,
    /// Whether senders may edit their messages.
    pub messages_editable: bool,
}

#[cfg(test)]
impl GroupType {
    /// Type 0, with the reference's defaults: 500 members, who come by an invitation that they accept.
    #[must_use]
    pub fn built_in() -> Self {
        Self {
            id: GroupTypeId::DEFAULT,
            name: "DEFAULT".into(),
            size_limit: 500,
            invitation: InvitationPolicy { who: Permitted::Members, needs_approval: true },
            join: JoinPolicy::Invitation,
            update_info: Permitted::Managers,
            update_members: Permitted::Managers,
            members_name_themselves: true,
            guests_may_speak: false,
            read_receipts: true,
            messages_editable: true,
        }
    }
}

/// Who may bring others into a group, and whether these must agree.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct InvitationPolicy {
    pub who: Permitted,
    pub needs_approval: bool,
}

/// The least role that a policy asks for.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Permitted {
    /// Outsiders too.
    Anyone,
    Members,
    Managers,
    Owner,
}

impl Permitted {
    /// Whether a user of this role may, or one with none.
    #[must_use]
    pub fn permits(self, role: Option<Role>) -> bool {
        let least = match self {
            Self::Anyone => return true,
            Self::Members => Role::Member,
            Self::Managers => Role::Manager,
            Self::Owner => Role::Owner,
        };
        role.is_some_and(|role| role <= least)
    }
}

/// How a user may join by their own wish.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
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

impl Role {
    /// Whether it is the owner's or a manager's.
    #[must_use]
    pub fn manages(self) -> bool {
        self <= Self::Manager
    }
}

impl Member {
    /// Whether the member may not send at `now`.
    #[must_use]
    pub fn is_muted(&self, now: Timestamp) -> bool {
        self.mute_end_date.is_some_and(|end| end > now)
    }
}

/// Changes to a member; what is `None` stays.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct MemberPatch {
    pub name: Option<String>,
    pub role: Option<Role>,
    /// `Some(None)` ends the muting.
    pub mute_end_date: Option<Option<Timestamp>>,
}

impl MemberPatch {
    /// Whether nothing would change.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
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

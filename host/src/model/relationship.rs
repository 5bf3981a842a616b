//! One-sided relationships: what `owner` holds of `related`. Two of them, one each way, make a friendship.

use super::{RelationshipGroupIndex, Timestamp, UserId};

/// A relationship as stored.
#[derive(Clone, PartialEq, Debug)]
pub struct Relationship {
    pub owner: UserId,
    pub related: UserId,
    pub name: Option<String>,
    pub note: Option<String>,
    /// When the owner blocked the related user; `None` while not blocked.
    pub block_date: Option<Timestamp>,
    pub establishment_date: Timestamp,
}

impl Relationship {
    /// Whether the owner blocks the related user.
    #[must_use]
    pub fn is_blocked(&self) -> bool {
        self.block_date.is_some()
    }
}

/// A group that a user sorts relationships into; group 0 always exists.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RelationshipGroup {
    pub index: RelationshipGroupIndex,
    pub name: String,
}

/// Changes to a relationship; what is `None` stays.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct RelationshipPatch {
    pub name: Option<String>,
    pub note: Option<String>,
    /// `Some(true)` blocks, `Some(false)` unblocks.
    pub blocked: Option<bool>,
    pub regroup: Option<Regroup>,
}

/// A change of the relationship's groups.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Regroup {
    /// Also in this group.
    Add(RelationshipGroupIndex),
    /// Out of `from` and into `to`.
    Move { from: RelationshipGroupIndex, to: RelationshipGroupIndex },
}

/// Which relationships of an owner to list. An absent filter lets everything through, an empty list nothing.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct RelationshipFilter {
    pub related: Option<Vec<UserId>>,
    pub groups: Option<Vec<RelationshipGroupIndex>>,
    pub blocked: Option<bool>,
}

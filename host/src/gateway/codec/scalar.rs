//! Ids and dates between the protocol and the model.

use crate::model::{RelationshipGroupIndex, Timestamp, UserId};

pub(super) fn date(milliseconds: Option<i64>) -> Option<Timestamp> {
    milliseconds.map(Timestamp)
}

pub(super) fn millis(date: Option<Timestamp>) -> Option<i64> {
    date.map(|date| date.0)
}

pub(super) fn users(ids: Vec<i64>) -> Vec<UserId> {
    ids.into_iter().map(UserId).collect()
}

pub(super) fn user_ids(users: &[UserId]) -> Vec<i64> {
    users.iter().map(|user| user.0).collect()
}

pub(super) fn index(number: Option<i32>) -> Option<RelationshipGroupIndex> {
    number.map(RelationshipGroupIndex)
}

pub(super) fn number(index: Option<RelationshipGroupIndex>) -> Option<i32> {
    index.map(|index| index.0)
}

//! The picture of a user, or a group, that is deleted goes. What still comes by a form of it is removed by the looks at
//! that form, as it is of nobody.

use serde::{Deserialize, Serialize};
use talaria_sdk::resources::Kind;

use super::{What, Work};
use crate::refusal::Result;
use crate::{Storage, pictures};

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Picture {
    pub(super) kind: What,
    pub(super) id: i64,
    /// When the user or the group was deleted, in milliseconds since the Unix epoch.
    pub(super) date: i64,
}

/// Has the picture removed of whom, or what, was deleted at that time.
pub(crate) fn remove_picture(kind: Kind, id: i64, date: i64) -> Result<()> {
    Work::RemovePicture(Picture { kind: kind.into(), id, date }).leave(date)
}

impl Picture {
    pub(super) fn run(&self, storage: &Storage) -> Result<()> {
        pictures::remove_with_owner(storage, self.kind.kind(), self.id)
    }
}

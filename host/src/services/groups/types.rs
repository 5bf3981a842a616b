//! Group types, which the administrator makes.

use super::{Error, Groups};
use crate::{
    model::{GroupTypeId, group::GroupType},
    store,
};

impl Groups {
    /// All types, by id.
    pub async fn list_types(&self) -> Result<Vec<GroupType>, Error> {
        Ok(self.store.list_group_types().await?)
    }

    /// Adds a type or changes it. Groups of the type follow the new policy at once; those that are larger than its
    /// limit keep their members.
    pub async fn put_type(&self, group_type: GroupType) -> Result<(), Error> {
        if group_type.id.0 < 0 {
            return Err(Error::InvalidTypeId(group_type.id));
        }
        if group_type.size_limit == 0 {
            return Err(Error::NoMembersInType);
        }
        Ok(self.store.upsert_group_type(group_type).await?)
    }

    /// Removes a type that no group is of.
    pub async fn delete_type(&self, id: GroupTypeId) -> Result<(), Error> {
        if id == GroupTypeId::DEFAULT {
            return Err(Error::DefaultType);
        }
        match self.store.delete_group_type(id).await {
            Ok(true) => Ok(()),
            Ok(false) => Err(Error::NoSuchType(id)),
            Err(store::Error::Conflict) => Err(Error::TypeInUse),
            Err(error) => Err(error.into()),
        }
    }
}

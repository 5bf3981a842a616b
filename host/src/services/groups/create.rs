//! Founding a group.

use super::{Error, Groups};
use crate::{
    model::{
        GroupId, GroupTypeId, UserId,
        command::CreateGroup,
        group::{Admission, Group, Member, OwnershipLimits, Role},
        notification::Recipients,
        settings::Values,
    },
    store,
};

/// How many ids are tried for a new group.
const ID_ATTEMPTS: usize = 8;

impl Groups {
    /// An id that no group has had on this node, for an answer that pretends one was made.
    #[must_use]
    pub fn next_id(&self) -> GroupId {
        GroupId(self.ids.next(self.clock.now()))
    }

    /// Founds a group with the requester as its owner and only member, and answers its id.
    pub async fn create(&self, requester: UserId, request: &CreateGroup) -> Result<GroupId, Error> {
        let min_score = request.min_score.unwrap_or(0);
        if min_score < 0 {
            return Err(Error::NegativeScore);
        }
        let type_id = request.type_id.unwrap_or(GroupTypeId::DEFAULT);
        self.store.find_group_type(type_id).await?.ok_or(Error::UnknownType)?;
        let limits = self.ownership_limits(requester, type_id).await?;
        self.check_texts(Some(&request.name), request.intro.as_deref(), request.announcement.as_deref())?;
        let mut attributes = Values::new();
        self.attributes.check(&request.user_defined_attributes, &attributes)?.apply(&mut attributes);
        let now = self.clock.now();
        let group = Group {
            id: self.next_id(),
            type_id,
            creator: requester,
            owner: requester,
            name: request.name.clone(),
            intro: request.intro.clone(),
            announcement: request.announcement.clone(),
            min_score,
            creation_date: now,
            last_updated_date: now,
            mute_end_date: request.mute_end_date,
            active: self.config.activate_when_created,
            deletion_date: None,
            attributes,
        };
        let owner = Member {
            group: group.id,
            user: requester,
            name: None,
            role: Role::Owner,
            join_date: now,
            mute_end_date: None,
        };
        self.insert(group, owner, limits).await
    }

    /// Who hears of a group that was founded.
    #[must_use]
    pub fn told_of_creation(&self) -> Option<Recipients> {
        Recipients::own(self.notifications.group_created.own_devices)
    }

    /// Stores a new group. Takes a further id when its own is taken, as can happen after a restart with the clock set
    /// back.
    async fn insert(&self, mut group: Group, mut owner: Member, limits: OwnershipLimits) -> Result<GroupId, Error> {
        for _ in 0..ID_ATTEMPTS {
            let max = self.config.max_joined_groups;
            match self.store.insert_group(group.clone(), vec![owner.clone()], limits, max).await {
                Ok(Admission::Done) => return Ok(group.id),
                Ok(Admission::Refused) => return Err(Error::TooManyOwned),
                Ok(Admission::TooManyJoined(user)) => return Err(Error::TooManyJoined { user, max }),
                Err(store::Error::Conflict) => {
                    group.id = self.next_id();
                    owner.group = group.id;
                }
                Err(error) => return Err(error.into()),
            }
        }
        Err(Error::Exists)
    }
}

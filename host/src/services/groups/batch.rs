//! What the administrator does to groups, many at once.

use super::{Error, Groups};
use crate::{
    model::{
        GroupId, Timestamp, UserId,
        group::{Admission, Group, Member, NewGroup, OwnershipLimits, Role},
        settings::Values,
    },
    store,
};

impl Groups {
    /// Adds groups with their members and answers their ids, in the order given. All are checked before the first is
    /// added; when one's id turns out to be taken, or a member to be in too many groups, those before it stay.
    ///
    /// Neither the size limit of the type nor those on owners bind the administrator. How many groups a user is in
    /// does, as it bounds what queries read.
    pub async fn create_batch(&self, groups: Vec<NewGroup>) -> Result<Vec<GroupId>, Error> {
        let max = self.config.max_batch;
        if groups.len() > max {
            return Err(Error::TooMany { max });
        }
        let now = self.clock.now();
        let mut records = Vec::with_capacity(groups.len());
        for group in groups {
            records.push(self.check_new_group(group, now).await?);
        }
        let mut ids = Vec::with_capacity(records.len());
        for (group, members) in records {
            let id = group.id;
            self.insert_record(group, members).await?;
            ids.push(id);
        }
        Ok(ids)
    }

    async fn insert_record(&self, group: Group, members: Vec<Member>) -> Result<(), Error> {
        let max = self.config.max_joined_groups;
        match self.store.insert_group(group, members, OwnershipLimits::default(), max).await {
            Ok(Admission::Done) => Ok(()),
            Ok(Admission::Refused) => Err(Error::TooManyOwned),
            Ok(Admission::TooManyJoined(user)) => Err(Error::TooManyJoined { user, max }),
            Err(store::Error::Conflict) => Err(Error::Exists),
            Err(error) => Err(error.into()),
        }
    }

    async fn check_new_group(&self, new: NewGroup, now: Timestamp) -> Result<(Group, Vec<Member>), Error> {
        let id = new.id.unwrap_or_else(|| self.next_id());
        if id.0 <= 0 {
            return Err(Error::InvalidId(id));
        }
        self.store.find_group_type(new.type_id).await?.ok_or(Error::UnknownType)?;
        let mut users: Vec<UserId> = new.members;
        users.push(new.owner);
        users.sort_unstable();
        users.dedup();
        self.check_users(&users).await?;
        let members = users.into_iter().map(|user| Member {
            group: id,
            user,
            name: None,
            role: if user == new.owner { Role::Owner } else { Role::Member },
            join_date: now,
            mute_end_date: None,
        });
        let group = Group {
            id,
            type_id: new.type_id,
            creator: new.owner,
            owner: new.owner,
            name: new.name,
            intro: new.intro,
            announcement: new.announcement,
            min_score: 0,
            creation_date: now,
            last_updated_date: now,
            mute_end_date: None,
            active: true,
            deletion_date: None,
            attributes: Values::new(),
        };
        Ok((group, members.collect()))
    }
}

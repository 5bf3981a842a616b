//! How far conversations are read. Who sends a message has read up to it; that is found out when it is asked for, so
//! that sending costs nothing more.

use std::collections::{BTreeMap, HashMap};

use futures_util::future::try_join_all;

use super::{Conversations, Error, named};
use crate::{
    model::{
        GroupId, Reply, Timestamp, UserId,
        command::{QueryConversations, UpdateConversation},
        conversation::{GroupReadDates, PrivateReadDate, ReadDateChange},
        group::Group,
        message::{Message, Target},
        notification::Recipients,
    },
    store,
};

impl Conversations {
    /// Notes how far the reader has read, and answers the date that counts. With a contact who never wrote to the
    /// reader, there is nothing to be read, and nothing is noted.
    pub async fn read(
        &self,
        reader: UserId,
        request: &UpdateConversation,
    ) -> Result<(Timestamp, Option<Recipients>), Error> {
        let conversation = named(request.conversation)?;
        if !self.config.read_receipts {
            return Err(Error::ReadReceiptsDisabled);
        }
        let now = self.clock.now();
        let date = if self.config.server_read_dates { now } else { request.read_date.min(now) };
        match conversation {
            Target::User(contact) => {
                if self.store.list_last_sent(Target::User(reader), &[contact]).await?.is_empty() {
                    return Ok((date, None));
                }
            }
            Target::Group(group) => self.check_group(reader, group).await?,
        }
        match self.store.set_read_date(reader, conversation, date, self.config.allow_moving_back).await? {
            ReadDateChange::Changed => Ok((date, self.told_of_reading(conversation).await?)),
            ReadDateChange::Unchanged => Ok((date, None)),
            ReadDateChange::Refused => Err(Error::MovingBack),
        }
    }

    async fn check_group(&self, reader: UserId, group: GroupId) -> Result<(), Error> {
        let found = self.store.find_group(group).await?.filter(|group| group.is_active());
        let found = found.ok_or(Error::GroupInactive)?;
        if !self.is_member(group, reader).await? {
            return Err(Error::NotMemberToRead);
        }
        if self.has_receipts(&found).await? { Ok(()) } else { Err(Error::ReadReceiptsDisabledByGroup) }
    }

    async fn has_receipts(&self, group: &Group) -> Result<bool, store::Error> {
        let group_type = self.store.find_group_type(group.type_id).await?;
        Ok(group_type.is_some_and(|group_type| group_type.read_receipts))
    }

    /// Where the operator wants it, whoever asks for messages has read what was found. Nobody is told.
    pub async fn read_found<'a>(
        &self,
        reader: UserId,
        found: impl IntoIterator<Item = &'a Message>,
    ) -> Result<(), Error> {
        if !self.config.read_by_querying || !self.config.read_receipts {
            return Ok(());
        }
        let mut last: HashMap<Target, Timestamp> = HashMap::new();
        for message in found.into_iter().filter(|message| message.sender != reader) {
            let conversation = match message.target {
                Target::User(_) => Target::User(message.sender),
                Target::Group(group) => Target::Group(group),
            };
            let date = last.entry(conversation).or_insert(message.delivery_date);
            *date = message.delivery_date.max(*date);
        }
        // At the same time, so that they share commits.
        try_join_all(last.into_iter().map(|(conversation, date)| self.note(reader, conversation, date))).await?;
        Ok(())
    }

    async fn note(&self, reader: UserId, conversation: Target, date: Timestamp) -> Result<(), Error> {
        if let Target::Group(group) = conversation {
            match self.check_group(reader, group).await {
                Ok(()) => {}
                Err(Error::Store(error)) => return Err(error.into()),
                Err(_) => return Ok(()),
            }
        }
        // An earlier date than the one that is there is none.
        self.store.set_read_date(reader, conversation, date, false).await?;
        Ok(())
    }

    async fn told_of_reading(&self, conversation: Target) -> Result<Option<Recipients>, store::Error> {
        Ok(match conversation {
            Target::User(contact) => {
                let told = &self.notifications.private_conversation_read;
                Recipients::among(told.contact.then_some(contact).as_slice(), told.own_devices)
            }
            Target::Group(group) => {
                let told = &self.notifications.group_conversation_read;
                if told.members {
                    Some(Recipients::all(self.store.list_member_ids(group).await?, told.own_devices))
                } else {
                    Recipients::own(told.own_devices)
                }
            }
        })
    }

    /// How far these users have read what the requester wrote to them; or, without users, the members of those groups
    /// that the requester is in.
    pub async fn query(&self, requester: UserId, query: &QueryConversations) -> Result<Reply, Error> {
        self.check_count(query.users.len().max(query.groups.len()))?;
        if query.users.is_empty() && query.groups.is_empty() {
            return Ok(Reply::NoContent);
        }
        if !query.users.is_empty() {
            let dates = self.dates(Target::User(requester), &query.users, true).await?;
            let private = dates.into_iter().map(|(reader, date)| PrivateReadDate { reader, contact: requester, date });
            return Ok(Reply::Conversations { private: private.collect(), groups: Vec::new() });
        }
        let mut groups = Vec::new();
        for group in self.store.list_groups(&query.groups).await? {
            if self.is_member(group.id, requester).await? {
                let members = self.store.list_member_ids(group.id).await?;
                let has_receipts = self.has_receipts(&group).await?;
                let dates = self.dates(Target::Group(group.id), &members, has_receipts).await?;
                groups.push(GroupReadDates { group: group.id, dates: dates.into_iter().collect() });
            }
        }
        Ok(Reply::Conversations { private: Vec::new(), groups })
    }

    /// How far each reader has read, by id. With `has_receipts`, up to their own last message at least.
    async fn dates(
        &self,
        conversation: Target,
        readers: &[UserId],
        has_receipts: bool,
    ) -> Result<BTreeMap<UserId, Timestamp>, Error> {
        let mut dates: BTreeMap<_, _> = self.store.list_read_dates(conversation, readers).await?.into_iter().collect();
        if has_receipts && self.config.read_receipts && self.config.read_by_sending {
            for (sender, sent) in self.store.list_last_sent(conversation, readers).await? {
                let date = dates.entry(sender).or_insert(sent);
                *date = sent.max(*date);
            }
        }
        Ok(dates)
    }
}

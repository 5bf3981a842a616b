//! Which attachments there are: of whom, and for whom. An entry may be left over, and what it leads to has the last
//! word; none is missing. Ids are written backwards, so that the newest come first.

use talaria_sdk::{Target, kv};

use super::record::Attachment;
use crate::clock;
use crate::refusal::Result;

const PAGE: u32 = 1000;

/// Some entries.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum List {
    /// What a user has uploaded.
    Own(i64),
    /// What is shared with a user.
    With(i64),
    /// What is shared with a user by another.
    By { with: i64, uploader: i64 },
    /// What is shared with a group.
    Group(i64),
}

/// When attachments were created, in milliseconds since the Unix epoch; both ends are included.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Dates {
    pub(crate) from: Option<i64>,
    pub(crate) to: Option<i64>,
}

impl List {
    fn prefix(self) -> String {
        match self {
            Self::Own(user) => format!("own/{user}/"),
            Self::With(user) => format!("to/{user}/"),
            Self::By { with, uploader } => format!("with/{with}/{uploader}/"),
            Self::Group(group) => format!("group/{group}/"),
        }
    }

    /// Those of these dates, the newest first, at most so many.
    pub(crate) fn ids(self, dates: Dates, limit: usize) -> Result<Vec<i64>> {
        let prefix = self.prefix();
        let (least, most) = (dates.from.map_or(0, clock::first_id), dates.to.map_or(i64::MAX, last_id));
        // The one before the newest that is wanted.
        let mut after = (most < i64::MAX).then(|| format!("{prefix}{}", backwards(most + 1)));
        let mut ids = Vec::new();
        while ids.len() < limit {
            let keys = kv::list_keys(&prefix, after.as_deref(), PAGE)?;
            let found = keys.iter().filter_map(|key| id_of(key));
            let is_over = keys.len() < PAGE as usize || found.clone().any(|id| id < least);
            ids.extend(found.filter(|id| (least..=most).contains(id)));
            if is_over {
                break;
            }
            after = keys.into_iter().next_back();
        }
        ids.truncate(limit);
        Ok(ids)
    }

    /// The ones after this one, which may be gone, at most so many; 1000 at most.
    pub(crate) fn following(self, id: Option<i64>, limit: u32) -> Result<Vec<i64>> {
        let prefix = self.prefix();
        let after = id.map(|id| format!("{prefix}{}", backwards(id)));
        Ok(kv::list_keys(&prefix, after.as_deref(), limit)?.iter().filter_map(|key| id_of(key)).collect())
    }

    /// Whether this is, by now, a list of the attachment.
    pub(crate) fn leads_to(self, attachment: &Attachment) -> bool {
        match self {
            Self::Own(user) => attachment.uploader == user,
            Self::With(user) => attachment.users.contains(&user),
            Self::By { with, uploader } => attachment.uploader == uploader && attachment.users.contains(&with),
            Self::Group(group) => attachment.groups.contains(&group),
        }
    }

    pub(crate) fn add(self, id: i64) -> Result<()> {
        Ok(kv::set(&format!("{}{}", self.prefix(), backwards(id)), "")?)
    }

    pub(crate) fn remove(self, id: i64) -> Result<()> {
        kv::delete(&format!("{}{}", self.prefix(), backwards(id)))?;
        Ok(())
    }
}

/// Everything that leads to an attachment.
pub(crate) fn entries(attachment: &Attachment) -> impl Iterator<Item = List> {
    let uploader = attachment.uploader;
    let users = attachment.users.iter().copied().map(Target::User);
    let groups = attachment.groups.iter().copied().map(Target::Group);
    let shared = users.chain(groups).flat_map(move |target| entries_for(uploader, target));
    [List::Own(uploader)].into_iter().chain(shared)
}

/// What leads a user or the members of a group to an attachment that is shared with them.
pub(crate) fn entries_for(uploader: i64, target: Target) -> impl Iterator<Item = List> {
    let (first, second) = match target {
        Target::User(with) => (List::With(with), Some(List::By { with, uploader })),
        Target::Group(group) => (List::Group(group), None),
    };
    [first].into_iter().chain(second)
}

fn last_id(millis: i64) -> i64 {
    match clock::first_id(millis.saturating_add(1)) {
        0 => -1,
        id => id - 1,
    }
}

fn backwards(id: i64) -> String {
    format!("{:019}", i64::MAX - id.max(0))
}

fn id_of(key: &str) -> Option<i64> {
    key.rsplit('/').next()?.parse::<i64>().ok().map(|backwards| i64::MAX - backwards)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newest_come_first_within_their_dates() {
        let id = |millis: i64| clock::first_id(1_700_000_000_000 + millis);
        let list = List::Group(9);
        (0..2500).for_each(|millis| list.add(id(millis)).unwrap());
        List::Group(90).add(id(1)).unwrap();
        let all = list.ids(Dates::default(), 5000).unwrap();
        assert_eq!((all.len(), all[0], all[2499]), (2500, id(2499), id(0)));
        let at = |millis: i64| Some(1_700_000_000_000 + millis);
        let some = list.ids(Dates { from: at(10), to: at(12) }, 5000).unwrap();
        assert_eq!(some, [id(12), id(11), id(10)]);
        assert_eq!(list.ids(Dates { from: at(10), to: at(2000) }, 2).unwrap(), [id(2000), id(1999)]);
        assert_eq!(list.ids(Dates { from: None, to: Some(0) }, 5).unwrap(), [0; 0]);
        assert_eq!(list.ids(Dates { from: Some(i64::MAX), to: Some(i64::MIN) }, 5).unwrap(), [0; 0]);
        list.remove(id(2499)).unwrap();
        assert_eq!(list.ids(Dates::default(), 1).unwrap(), [id(2498)]);
    }

    #[test]
    fn what_others_share_with_a_user_is_found_by_user_and_at_all() {
        for (uploader, id) in [(5, 1), (6, 2), (5, 3)] {
            entries_for(uploader, Target::User(1)).for_each(|list| list.add(id).unwrap());
        }
        assert_eq!(List::By { with: 1, uploader: 5 }.ids(Dates::default(), 9).unwrap(), [3, 1]);
        assert_eq!(List::With(1).ids(Dates::default(), 9).unwrap(), [3, 2, 1]);
        assert_eq!(List::With(10).ids(Dates::default(), 9).unwrap(), [0; 0]);
    }
}

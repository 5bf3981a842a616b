//! Lists of attachments. Those that nobody has seen yet are looked at, and are in no list before.

use std::collections::BTreeMap;

use talaria_sdk::resource_storage::{Info, Query};
use talaria_sdk::{directory, log};

use super::{
    check::{Checked, LOOKING, check},
    index::{Dates, List},
    record::Attachment,
};
use crate::clock::Period;
use crate::refusal::{Refusal, Result, code, skip_unreadable};
use crate::{Storage, people};

/// Infos of one answer.
const LISTED: usize = 500;
/// Users and groups of one question.
const NAMED: usize = 20;
/// Attachments that are read for one answer, the newest: of those in the lists not all are asked for.
const READ: usize = 2000;
/// Objects that are looked at in one answer.
const CHECKED: usize = 20;
/// Entries that lead nowhere and go with one answer.
const STRAYS: usize = 20;
const GROUPS: u32 = 500;

impl Storage {
    /// The newest first.
    pub(crate) fn list_attachments(&self, user: i64, query: &Query) -> Result<Vec<Info>> {
        if query.users.len() > NAMED || query.groups.len() > NAMED {
            return Err(Refusal::illegal(format!("{NAMED} users and {NAMED} groups are asked for at most")));
        }
        let dates = Dates { from: query.created_from, to: query.created_to };
        let lists = lists(user, query)?;
        let mut ids = BTreeMap::new();
        for list in &lists {
            ids.extend(list.ids(dates, READ)?.into_iter().map(|id| (id, list)));
            while ids.len() > READ {
                ids.pop_first();
            }
        }
        let (mut infos, mut checks, mut strays) = (Vec::new(), CHECKED, STRAYS);
        let time = Period::from_now(LOOKING);
        for (id, list) in ids.into_iter().rev() {
            let found = skip_unreadable(find(id, *list, &lists, &mut strays))?;
            let wanted = found.filter(|attachment| is_wanted(attachment, user, query, &lists));
            let Some(attachment) = wanted else { continue };
            if attachment.size().is_none() {
                if checks == 0 || time.is_over() {
                    continue;
                }
                checks -= 1;
            }
            match skip_unreadable(check(self, attachment, time).map(Some)) {
                Ok(Some(Checked::Ready(attachment))) => infos.push(info(*attachment)),
                Ok(Some(Checked::Absent | Checked::Refused) | None) => {}
                // Others cannot be looked at either, and what somebody has seen is in the list all the same.
                Err(failure) => {
                    log::warn(format!("a list leaves out what nobody has seen yet: {}", failure.text()));
                    checks = 0;
                }
            }
            if infos.len() == LISTED {
                break;
            }
        }
        Ok(infos)
    }
}

/// Where to look, once the user may look there.
fn lists(user: i64, query: &Query) -> Result<Vec<List>> {
    for other in &query.users {
        let text = "files are asked for with friends";
        people::require(people::is_friend(*other, user)?, code::NOT_FRIEND_TO_QUERY, text)?;
    }
    for group in &query.groups {
        let text = "only members ask for the files of a group";
        people::require(people::is_member(*group, user)?, code::NOT_MEMBER_TO_QUERY, text)?;
    }
    let with_users = |users: &[i64]| {
        let of = |other: &i64| [List::By { with: user, uploader: *other }, List::By { with: *other, uploader: user }];
        users.iter().flat_map(of).collect::<Vec<_>>()
    };
    Ok(match query.in_private_conversation {
        Some(true) if query.users.is_empty() => vec![List::With(user), List::Own(user)],
        Some(true) => with_users(&query.users),
        Some(false) if query.groups.is_empty() => {
            directory::joined_groups(user, None, GROUPS)?.into_iter().map(List::Group).collect()
        }
        Some(false) => query.groups.iter().copied().map(List::Group).collect(),
        None if query.users.is_empty() && query.groups.is_empty() => vec![List::Own(user)],
        None => {
            let groups = query.groups.iter().copied().map(List::Group);
            with_users(&query.users).into_iter().chain(groups).collect()
        }
    })
}

/// What an entry leads to may have changed, so the attachment itself has to be in one of the lists.
fn is_wanted(attachment: &Attachment, user: i64, query: &Query, lists: &[List]) -> bool {
    let is_mine = attachment.uploader == user;
    if query.shared_by_me.is_some_and(|by_me| by_me != is_mine) {
        return false;
    }
    // Of one's own, all private conversations have those that are shared with somebody.
    let is_private = !is_mine || !attachment.users.is_empty();
    let is_asked = query.in_private_conversation != Some(true) || is_private;
    is_asked && lists.iter().any(|list| list.leads_to(attachment))
}

/// What an entry of this list leads to. One that leads nowhere was left by a call that was cut short, and goes, unless
/// somebody shares it meanwhile.
fn find(id: i64, list: List, lists: &[List], strays: &mut usize) -> Result<Option<Attachment>> {
    let found = Attachment::find(id)?;
    let leads_to = |list: &List| found.as_ref().is_some_and(|found| list.leads_to(found));
    if *strays > 0 && !lists.iter().any(leads_to) {
        *strays -= 1;
        list.remove(id)?;
        let again = Attachment::find(id)?;
        if again.as_ref().is_some_and(|found| list.leads_to(found)) {
            list.add(id)?;
        }
        return Ok(again);
    }
    Ok(found)
}

fn info(attachment: Attachment) -> Info {
    Info {
        id: attachment.id.into(),
        name: Some(attachment.name),
        media_type: Some(attachment.media_type),
        uploader: attachment.uploader,
        creation_date: attachment.created,
    }
}

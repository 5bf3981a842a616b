//! With whom an attachment is shared.

use std::cell::Cell;

use talaria_sdk::Target;
use talaria_sdk::resource_storage::Sharing;

use super::{index, number, record::Attachment};
use crate::refusal::{Refusal, Result, code};
use crate::usage::{self, Usage};
use crate::{Storage, people};

impl Storage {
    pub(crate) fn share_attachment(&self, user: i64, sharing: &Sharing) -> Result<()> {
        let attachment = Attachment::get(number(sharing.id.as_ref())?)?;
        let is_uploader = attachment.uploader == user;
        // All of it is judged before any of it is done.
        if sharing.user.is_some() || sharing.group.is_some() {
            people::require(is_uploader, code::NOT_UPLOADER_TO_SHARE, "only who uploaded a file shares it")?;
        }
        if let Some(other) = sharing.user {
            let text = "a file is shared with friends";
            people::require(people::is_friend(other, user)?, code::NOT_FRIEND_TO_UPLOAD, text)?;
        }
        if let Some(group) = sharing.group {
            let text = "only members share files with a group";
            people::require(people::is_member(group, user)?, code::NOT_MEMBER_TO_UPLOAD, text)?;
        }
        if sharing.no_longer_user.is_some() {
            let text = "only who uploaded a file takes it back";
            people::require(is_uploader, code::NOT_UPLOADER_TO_UNSHARE, text)?;
        }
        if let Some(group) = sharing.no_longer_group {
            let may = is_uploader || people::manages(group, user)?;
            let text = "only who uploaded a file and those who manage the group take it back";
            people::require(may, code::NOT_MANAGER_TO_UNSHARE, text)?;
        }
        for target in [sharing.user.map(Target::User), sharing.group.map(Target::Group)].into_iter().flatten() {
            share_with(self, &attachment, target)?;
        }
        for target in [sharing.no_longer_user.map(Target::User), sharing.no_longer_group.map(Target::Group)] {
            target.map_or(Ok(()), |target| take_back(&attachment, target))?;
        }
        Ok(())
    }
}

/// The entries come first: one too many leads nowhere, and one too few would hide it. They come last as well, as
/// somebody who took it back before may have removed them since.
pub(crate) fn share_with(storage: &Storage, attachment: &Attachment, target: Target) -> Result<()> {
    let most = storage.settings.attachments.max_shares;
    let add = |attachment: &mut Attachment| {
        let (shared, id) = match target {
            Target::User(user) => (&mut attachment.users, user),
            Target::Group(group) => (&mut attachment.groups, group),
        };
        if shared.len() >= most && !shared.contains(&id) {
            return Err(Refusal::illegal(format!("a file is shared with {most} users and {most} groups at most")));
        }
        Ok(shared.insert(id))
    };
    // Mostly it is known before that it cannot be.
    if add(&mut attachment.clone())? {
        Usage::of(attachment.uploader)?.room_to_share(&storage.settings.attachments)?;
    }
    add_entries(attachment, target)?;
    let is_new = Cell::new(false);
    let changed = Attachment::change(attachment.id, |attachment| {
        is_new.set(add(attachment)?);
        Ok(is_new.get())
    });
    match changed.and_then(|changed| changed.ok_or_else(Refusal::not_found)) {
        Ok(_) => {
            add_entries(attachment, target)?;
            if is_new.get() { usage::share(attachment.uploader, 1) } else { Ok(()) }
        }
        Err(refusal) => {
            // What cannot be removed now leads nowhere, and goes with the next list.
            let _ = remove_entries(attachment, target);
            Err(refusal)
        }
    }
}

pub(super) fn take_back(attachment: &Attachment, target: Target) -> Result<()> {
    let was_shared = Cell::new(false);
    let changed = Attachment::change(attachment.id, |attachment| {
        was_shared.set(match target {
            Target::User(user) => attachment.users.remove(&user),
            Target::Group(group) => attachment.groups.remove(&group),
        });
        Ok(was_shared.get())
    })?;
    remove_entries(attachment, target)?;
    // Whoever removed the attachment meanwhile has counted all of its shares.
    if changed.is_some() && was_shared.get() { usage::share(attachment.uploader, -1) } else { Ok(()) }
}

fn add_entries(attachment: &Attachment, target: Target) -> Result<()> {
    index::entries_for(attachment.uploader, target).try_for_each(|list| list.add(attachment.id))
}

/// Unless it was shared again meanwhile.
fn remove_entries(attachment: &Attachment, target: Target) -> Result<()> {
    index::entries_for(attachment.uploader, target).try_for_each(|list| list.remove(attachment.id))?;
    let is_shared = Attachment::find(attachment.id)?.is_some_and(|found| match target {
        Target::User(user) => found.users.contains(&user),
        Target::Group(group) => found.groups.contains(&group),
    });
    if is_shared { add_entries(attachment, target) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::attachments::{Dates, List};

    #[test]
    fn what_is_shared_again_while_it_is_taken_back_is_found() {
        for target in [Target::User(2), Target::Group(9)] {
            let (users, groups) = match target {
                Target::User(user) => ([user].into(), [].into()),
                Target::Group(group) => ([].into(), [group].into()),
            };
            let attachment = Attachment { id: 7, users, groups, ..Attachment::new(1, "notes.txt", "text/plain", 0) };
            assert!(attachment.insert().unwrap());
            add_entries(&attachment, target).unwrap();
            let found = || {
                let list = if matches!(target, Target::User(_)) { List::With(2) } else { List::Group(9) };
                list.ids(Dates::default(), 9).unwrap()
            };
            // Somebody has taken it back in the record, and another has shared it again since.
            remove_entries(&attachment, target).unwrap();
            assert_eq!(found(), [7]);
            take_back(&attachment, target).unwrap();
            assert_eq!(found(), [0; 0]);
            Attachment::remove(7).unwrap();
        }
    }
}

//! Who is a member, a manager or a friend may be so no longer at the next request.

use talaria_sdk::directory::MemberRole;
use talaria_sdk::directory::testing::{add_member, remove_group, remove_member, remove_relationship};
use talaria_sdk::resource_storage::Outcome;
use talaria_sdk::resources::Kind;

use super::{GROUP, ask, attached, code, delete, download, fields, ids, query, share, storage, upload};

#[test]
fn who_has_left_a_group_has_its_files_no_more() {
    let storage = storage();
    let of_one = attached(&storage, 1, Some(-GROUP));
    let of_two = attached(&storage, 2, Some(-GROUP));
    let listed = |user| ask(&storage, user, query(|query| query.groups = vec![GROUP]));
    let in_groups = |user| ids(ask(&storage, user, query(|query| query.in_private_conversation = Some(false))));
    fields(ask(&storage, 2, download(Kind::Attachment, of_one)));
    assert_eq!((ids(listed(2)).len(), in_groups(2).len()), (2, 2));
    remove_member(GROUP, 2);
    assert_eq!(code(&ask(&storage, 2, download(Kind::Attachment, of_one))), 6107);
    assert_eq!((code(&listed(2)), in_groups(2)), (6131, vec![]));
    assert_eq!(code(&ask(&storage, 2, upload(Kind::Attachment, Some(-GROUP)))), 6101);
    let own = attached(&storage, 2, None);
    assert_eq!(code(&ask(&storage, 2, share(own, |sharing| sharing.group = Some(GROUP)))), 6101);
    // What they have uploaded is theirs, and the group has it still.
    fields(ask(&storage, 2, download(Kind::Attachment, of_two)));
    fields(ask(&storage, 1, download(Kind::Attachment, of_two)));
    assert_eq!(ask(&storage, 2, share(of_two, |sharing| sharing.no_longer_group = Some(GROUP))), Outcome::Done);
    assert_eq!(code(&ask(&storage, 1, download(Kind::Attachment, of_two))), 6107);
}

#[test]
fn who_manages_a_group_no_more_changes_nothing_of_it() {
    let storage = storage();
    let id = attached(&storage, 1, Some(-GROUP));
    fields(ask(&storage, 4, upload(Kind::GroupPicture, Some(GROUP))));
    add_member(GROUP, 4, MemberRole::Member);
    assert_eq!(code(&ask(&storage, 4, upload(Kind::GroupPicture, Some(GROUP)))), 1300);
    assert_eq!(code(&ask(&storage, 4, delete(Kind::GroupPicture, GROUP))), 1300);
    assert_eq!(code(&ask(&storage, 4, delete(Kind::Attachment, id))), 6105);
    assert_eq!(code(&ask(&storage, 4, share(id, |sharing| sharing.no_longer_group = Some(GROUP)))), 6103);
    fields(ask(&storage, 4, download(Kind::Attachment, id)));
    remove_member(GROUP, 4);
    assert_eq!(code(&ask(&storage, 4, delete(Kind::Attachment, id))), 6105);
    add_member(GROUP, 4, MemberRole::Manager);
    assert_eq!(ask(&storage, 4, delete(Kind::Attachment, id)), Outcome::Done);
}

#[test]
fn a_group_that_is_deleted_has_no_members() {
    let storage = storage();
    let id = attached(&storage, 2, Some(-GROUP));
    remove_group(GROUP);
    assert_eq!(code(&ask(&storage, 1, download(Kind::Attachment, id))), 6107);
    assert_eq!(code(&ask(&storage, 1, delete(Kind::Attachment, id))), 6105);
    fields(ask(&storage, 2, download(Kind::Attachment, id)));
    assert_eq!(ask(&storage, 2, delete(Kind::Attachment, id)), Outcome::Done);
}

#[test]
fn who_is_a_friend_no_more_has_what_was_shared_before() {
    let storage = storage();
    let id = attached(&storage, 1, Some(2));
    remove_relationship(2, 1);
    assert_eq!(code(&ask(&storage, 1, upload(Kind::Attachment, Some(2)))), 6100);
    assert_eq!(code(&ask(&storage, 1, share(id, |sharing| sharing.user = Some(2)))), 6100);
    assert_eq!(code(&ask(&storage, 1, query(|query| query.users = vec![2]))), 6130);
    fields(ask(&storage, 2, download(Kind::Attachment, id)));
}

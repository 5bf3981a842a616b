//! Records that are not understood: a newer plugin has left them, or they are damaged. They stay, and everything else
//! goes on.

use talaria_sdk::message_expired::Expiry;
use talaria_sdk::objects::testing as objects_testing;
use talaria_sdk::resources::Kind;
use talaria_sdk::user_deleted::DeletedUser;
use talaria_sdk::{Context, Target, kv};

use super::{
    ATTACHMENTS, after, ask, attached, begun, code, download, fields, ids, message, query, storage, storage_with,
};
use crate::attachments::Attachment;
use crate::clock;

const NEWER: &str = r#"{"v":2,"record":{}}"#;

fn spoil(key: &str) {
    kv::set(key, NEWER).unwrap();
}

#[test]
fn observers_go_on_without_them() {
    let storage = storage();
    let (spoilt, other) = (attached(&storage, 1, None), attached(&storage, 1, None));
    let of = |id, attachment| message(id, 1, Target::User(2), &format!("attachment:{attachment}"));
    spoil(&format!("attachment/{spoilt}"));
    assert_eq!(storage.message_persisted(&Context::default(), &[of(50, spoilt), of(51, other)]), Ok(()));
    fields(ask(&storage, 2, download(Kind::Attachment, other)));
    assert_eq!(code(&ask(&storage, 2, download(Kind::Attachment, spoilt))), 1201);
    assert_eq!(kv::get(&format!("attachment/{spoilt}")).unwrap().unwrap(), NEWER.as_bytes(), "it is not nothing");
}

#[test]
fn who_uploads_another_is_not_kept_waiting_by_them() {
    let storage = storage_with(r#"{"attachments": {"max_pending_per_user": 2}}"#);
    let (spoilt, other) = (begun(&storage, 1, None), begun(&storage, 1, None));
    spoil(&format!("attachment/{spoilt}"));
    objects_testing::upload(ATTACHMENTS, &other.to_string(), "bytes", "text/plain");
    begun(&storage, 1, None);
}

#[test]
fn messages_that_are_too_old_go_without_them() {
    let storage = storage();
    let id = attached(&storage, 1, None);
    let sent = message(51, 1, Target::User(2), &format!("attachment:{id}"));
    assert_eq!(storage.message_persisted(&Context::default(), &[sent]), Ok(()));
    let spoilt = format!("message/{:019}", 50);
    spoil(&spoilt);
    assert_eq!(storage.message_expired(&Context::default(), &[Expiry { below: 60, count: 2, date: 0 }]), Ok(()));
    after(&storage, 1);
    assert_eq!(kv::list_keys("message/", None, 9).unwrap(), [spoilt]);
}

#[test]
fn what_a_deleted_user_leaves_goes_without_them() {
    let storage = storage();
    let ids = [0; 3].map(|_| {
        super::pause();
        attached(&storage, 1, None)
    });
    spoil("picture/user/1");
    spoil(&format!("attachment/{}", ids[1]));
    let user = DeletedUser { user_id: 1, date: clock::now_ms() };
    assert_eq!(storage.user_deleted(&Context::default(), &[user]), Ok(()));
    after(&storage, 1);
    assert_eq!(objects_testing::keys(ATTACHMENTS), [ids[1].to_string()]);
}

#[test]
fn lists_leave_them_out() {
    let storage = storage();
    let (spoilt, other) = (attached(&storage, 1, None), attached(&storage, 1, None));
    spoil(&format!("attachment/{spoilt}"));
    assert_eq!(ids(ask(&storage, 1, query(|_| {}))), [other]);
    let pending = begun(&storage, 1, None);
    objects_testing::upload(ATTACHMENTS, &pending.to_string(), "bytes", "text/plain");
    spoil("usage/1");
    assert_eq!(ids(ask(&storage, 1, query(|_| {}))), [other], "it cannot be counted");
}

#[test]
fn what_is_due_does_not_wait_for_them() {
    let storage = storage();
    let spoilt = [0; 5].map(|_| begun(&storage, 1, None));
    spoilt.iter().for_each(|id| spoil(&format!("attachment/{id}")));
    super::pause();
    let id = begun(&storage, 2, None);
    objects_testing::upload(ATTACHMENTS, &id.to_string(), "bytes", "text/plain");
    after(&storage, 4);
    assert!(Attachment::get(id).unwrap().size().is_some());
    let an_hour = format!("due/{:019}", clock::now_ms() + 3_600_000);
    let due = kv::list_keys("due/", Some(&an_hour), 9).unwrap();
    assert_eq!(due.len(), spoilt.len(), "they are tried again in an hour: {due:?}");
    // Who understands them goes on with them.
    spoilt.iter().for_each(|id| assert!(kv::delete(&format!("attachment/{id}")).unwrap()));
    (0..5).for_each(|round| after(&storage, 3610 + round * 100));
    assert_eq!(kv::list_keys("due/", None, 99).unwrap(), [""; 0]);
}

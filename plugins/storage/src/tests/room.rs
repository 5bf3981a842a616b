//! What becomes of things when the plugin keeps as much as it may.

use talaria_sdk::group_deleted::DeletedGroup;
use talaria_sdk::http_handle::Request;
use talaria_sdk::kv::testing::{set_away, set_full};
use talaria_sdk::message_expired::Expiry;
use talaria_sdk::message_recalled::RecalledMessage;
use talaria_sdk::objects::testing as objects_testing;
use talaria_sdk::resources::Kind;
use talaria_sdk::user_deleted::DeletedUser;
use talaria_sdk::{Context, Message, Target, kv};

use super::{ATTACHMENTS, after, ask, attached, begun, code, download, fields, message, storage, storage_with, upload};
use crate::{Storage, clock};

fn persisted(storage: &Storage, messages: &[Message]) -> Result<(), String> {
    storage.message_persisted(&Context::default(), messages)
}

fn recalled(storage: &Storage, id: i64) -> Result<(), String> {
    let message = RecalledMessage { id, sender: 1, target: Target::User(2), date: 0 };
    storage.message_recalled(&Context::default(), &[message])
}

#[test]
fn what_there_is_no_room_for_is_left_out_and_not_told_again() {
    let storage = storage();
    let id = attached(&storage, 1, None);
    let to = |message_id, user| message(message_id, 1, Target::User(user), &format!("attachment:{id}"));
    set_full(true);
    assert_eq!(persisted(&storage, &[to(50, 2), to(51, 3)]), Ok(()));
    let delete = DeletedUser { user_id: 3, date: 0 };
    assert_eq!(storage.user_deleted(&Context::default(), &[delete]), Ok(()));
    assert_eq!(code(&ask(&storage, 1, upload(Kind::Attachment, None))), 1201);
    set_full(false);
    assert_eq!(code(&ask(&storage, 2, download(Kind::Attachment, id))), 6107, "it was lost");
    assert_eq!(kv::list_keys("reference/", None, 9).unwrap(), [""; 0]);
    assert_eq!(persisted(&storage, &[to(52, 2)]), Ok(()));
    fields(ask(&storage, 2, download(Kind::Attachment, id)));
}

#[test]
fn what_happened_just_now_waits_for_room_for_a_while() {
    let storage = storage();
    let id = attached(&storage, 1, None);
    let now = clock::now_ms();
    let sent = Message { delivery_date: now, ..message(50, 1, Target::User(2), &format!("attachment:{id}")) };
    let user = DeletedUser { user_id: 3, date: now };
    let group = DeletedGroup { group_id: 7, date: now };
    let tell = |context: &Context| {
        [
            persisted(&storage, std::slice::from_ref(&sent)),
            storage.message_edited(context, std::slice::from_ref(&sent)),
            storage.user_deleted(context, std::slice::from_ref(&user)),
            storage.group_deleted(context, std::slice::from_ref(&group)),
        ]
    };
    set_full(true);
    let told = tell(&Context::default());
    let asks_for_room = |told: &Result<(), String>| told.as_ref().is_err_and(|cause| cause.contains("kv_bytes"));
    assert!(told.iter().all(asks_for_room), "{told:?}");
    let later = clock::testing::pass;
    later(599_000);
    assert!(tell(&Context::default()).iter().all(Result::is_err));
    later(2000);
    assert_eq!(tell(&Context::default()), [const { Ok(()) }; 4], "what comes next is not to wait for ever");
    set_full(false);
    assert_eq!(code(&ask(&storage, 2, download(Kind::Attachment, id))), 6107);
}

#[test]
fn there_is_room_in_time() {
    let storage = storage();
    let id = attached(&storage, 1, None);
    let text = format!("attachment:{id}");
    let sent = Message { delivery_date: clock::now_ms(), ..message(50, 1, Target::User(3), &text) };
    set_full(true);
    persisted(&storage, std::slice::from_ref(&sent)).unwrap_err();
    set_full(false);
    assert_eq!(persisted(&storage, &[sent]), Ok(()));
    fields(ask(&storage, 3, download(Kind::Attachment, id)));
}

#[test]
fn a_store_that_is_away_is_told_again() {
    let storage = storage();
    let id = attached(&storage, 1, Some(2));
    let sent = message(50, 1, Target::User(2), &format!("attachment:{id}"));
    set_away(true);
    persisted(&storage, std::slice::from_ref(&sent)).unwrap_err();
    recalled(&storage, 50).unwrap_err();
    set_away(false);
    assert_eq!(persisted(&storage, &[sent]), Ok(()));
}

#[test]
fn what_makes_room_is_done_without_room() {
    let storage = storage_with(r#"{"attachments": {"grace_hours": 1}}"#);
    let id = attached(&storage, 1, None);
    let one = |message_id| message(message_id, 1, Target::User(2), &format!("attachment:{id}"));
    assert_eq!(persisted(&storage, &[one(50)]), Ok(()));
    assert_eq!(recalled(&storage, 50), Ok(()));
    let late: Vec<_> = (0..5).map(|_| begun(&storage, 1, None)).collect();
    set_full(true);
    // The other one's looks come first, and cannot leave the next one.
    after(&storage, 60 * 60 + 10);
    let due = kv::list_keys("due/", None, 9).unwrap();
    set_full(false);
    assert!(crate::attachments::Attachment::find(id).unwrap().is_none(), "{due:?}");
    let is_left = |id: &i64| due.iter().any(|key| key.ends_with(&id.to_string()));
    assert!(late.iter().all(is_left), "{due:?}");
}

#[test]
fn a_message_goes_though_nothing_new_can_be_kept() {
    let storage = storage();
    let id = attached(&storage, 1, None);
    let text = format!("attachment:{id}");
    assert_eq!(persisted(&storage, &[50, 51].map(|id| message(id, 1, Target::User(2), &text))), Ok(()));
    set_full(true);
    assert_eq!(recalled(&storage, 50), Ok(()));
    set_full(false);
    let left: Vec<_> = ["reference/", "message/"].iter().flat_map(|of| kv::list_keys(of, None, 9).unwrap()).collect();
    assert!(left.len() == 2 && left.iter().all(|key| key.ends_with("51")), "{left:?}");
}

#[test]
fn the_last_message_goes_though_nothing_new_can_be_kept() {
    let storage = storage_with(r#"{"attachments": {"grace_hours": 1}}"#);
    let id = attached(&storage, 1, None);
    let sent = message(50, 1, Target::User(2), &format!("attachment:{id}"));
    assert_eq!(persisted(&storage, &[sent]), Ok(()));
    set_full(true);
    assert_eq!(recalled(&storage, 50), Ok(()));
    set_full(false);
    let left: Vec<_> = ["reference/", "message/"].iter().flat_map(|of| kv::list_keys(of, None, 9).unwrap()).collect();
    assert_eq!(left, [""; 0]);
    after(&storage, 60 * 60 + 10);
    assert_eq!(objects_testing::keys(ATTACHMENTS), [""; 0], "nobody else would remove it");
}

#[test]
fn old_messages_and_what_is_erased_go_without_room() {
    let storage = storage();
    let ids: Vec<_> = (0..15).map(|_| attached(&storage, 1, None)).collect();
    let text = format!("attachment:{}", ids[0]);
    assert_eq!(persisted(&storage, &[50, 51].map(|id| message(id, 1, Target::User(2), &text))), Ok(()));
    set_full(true);
    let expiry = Expiry { below: 60, count: 2, date: clock::now_ms() };
    assert_eq!(storage.message_expired(&Context::default(), &[expiry]), Ok(()));
    assert_eq!(kv::list_keys("message/", None, 9).unwrap(), [""; 0]);
    set_full(true);
    let erase = Request::new("DELETE", "/users/1/attachments");
    assert_eq!(storage.http_handle(&Context::default(), &erase).status, 202);
    assert_eq!(objects_testing::keys(ATTACHMENTS).len(), 5, "some at a time");
    after(&storage, 1);
    assert_eq!(objects_testing::keys(ATTACHMENTS), [""; 0]);
}

#[test]
fn what_a_message_leaves_without_room_goes_with_the_next_expiry() {
    let storage = storage_with(r#"{"attachments": {"grace_hours": 1}}"#);
    let ids: Vec<_> = (0..12).map(|_| attached(&storage, 1, None)).collect();
    let text: String = ids.iter().map(|id| format!("attachment:{id} ")).collect();
    assert_eq!(persisted(&storage, &[message(50, 1, Target::User(2), &text)]), Ok(()));
    set_full(true);
    assert_eq!(recalled(&storage, 50), Ok(()));
    set_full(false);
    assert_eq!(kv::list_keys("message/", None, 9).unwrap().len(), 1, "some had no room");
    assert_eq!(storage.message_expired(&Context::default(), &[Expiry { below: 60, count: 1, date: 0 }]), Ok(()));
    after(&storage, 1);
    assert_eq!(kv::list_keys("message/", None, 9).unwrap(), [""; 0]);
    after(&storage, 60 * 60 + 10);
    assert_eq!(objects_testing::keys(ATTACHMENTS), [""; 0]);
}

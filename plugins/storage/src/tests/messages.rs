//! Messages and the attachments that they have.

use talaria_sdk::message_deleted::DeletedMessage;
use talaria_sdk::message_expired::Expiry;
use talaria_sdk::message_recalled::RecalledMessage;
use talaria_sdk::objects::testing as objects_testing;
use talaria_sdk::resource_storage::Outcome;
use talaria_sdk::resources::Kind;
use talaria_sdk::{Context, Target, kv};

use super::{
    ATTACHMENTS, GROUP, after, ask, attached, code, delete, download, fields, message, pause, share, storage,
    storage_with,
};
use crate::{Storage, clock};

/// Hours, as a file stays unless it is configured otherwise.
const WEEK: i64 = 7 * 24;

fn sent(storage: &Storage, id: i64, sender: i64, target: Target, text: &str) {
    storage.message_persisted(&Context::default(), &[message(id, sender, target, text)]).unwrap();
}

fn recalled(storage: &Storage, id: i64) {
    let message = RecalledMessage { id, sender: 1, target: Target::User(2), date: 0 };
    storage.message_recalled(&Context::default(), &[message]).unwrap();
}

/// Whether the attachment is still there after so many hours.
fn survives(storage: &Storage, id: i64, hours: i64) -> bool {
    after(storage, hours * 60 * 60 + 10);
    objects_testing::keys(ATTACHMENTS).contains(&id.to_string())
}

#[test]
fn who_is_sent_an_attachment_may_download_it() {
    let storage = storage();
    let id = attached(&storage, 1, None);
    assert_eq!(code(&ask(&storage, 2, download(Kind::Attachment, id))), 6107);
    sent(&storage, 50, 1, Target::User(2), &format!("attachment:{id} notes.txt"));
    fields(ask(&storage, 2, download(Kind::Attachment, id)));
    sent(&storage, 51, 2, Target::Group(GROUP), &format!("attachment:{id}"));
    assert_eq!(code(&ask(&storage, 4, download(Kind::Attachment, id))), 6107, "it is not theirs to share");
    sent(&storage, 52, 1, Target::Group(GROUP), &format!("attachment:{id}"));
    fields(ask(&storage, 4, download(Kind::Attachment, id)));
}

#[test]
fn a_record_refers_to_an_attachment_as_a_text_does() {
    let storage = storage();
    let id = attached(&storage, 1, None);
    let mut with_record = message(50, 1, Target::User(2), "");
    (with_record.text, with_record.records) = (None, vec![format!("\u{1}attachment:{id}\u{2}").into_bytes()]);
    storage.message_persisted(&Context::default(), &[with_record]).unwrap();
    fields(ask(&storage, 2, download(Kind::Attachment, id)));
}

#[test]
fn an_attachment_goes_a_while_after_its_last_message() {
    let storage = storage_with(r#"{"attachments": {"grace_hours": 2}}"#);
    let id = attached(&storage, 1, Some(2));
    let text = format!("attachment:{id}");
    sent(&storage, 50, 1, Target::User(2), &text);
    sent(&storage, 51, 2, Target::User(1), &text);
    recalled(&storage, 50);
    assert!(survives(&storage, id, 3), "another message has it");
    let deleted = DeletedMessage { id: 51, sender: 2, target: Target::User(1), date: 0 };
    storage.message_deleted(&Context::default(), &[deleted]).unwrap();
    assert!(survives(&storage, id, 1) && !survives(&storage, id, 2));
}

#[test]
fn an_attachment_that_is_sent_again_meanwhile_stays() {
    let storage = storage();
    let id = attached(&storage, 1, Some(2));
    let text = format!("attachment:{id}");
    sent(&storage, 50, 1, Target::User(2), &text);
    recalled(&storage, 50);
    sent(&storage, 51, 1, Target::User(2), &text);
    assert!(survives(&storage, id, WEEK));
}

#[test]
fn a_message_that_is_gone_keeps_nothing_even_if_it_is_told_of_later() {
    let storage = storage();
    let id = attached(&storage, 1, Some(2));
    recalled(&storage, 50);
    sent(&storage, 50, 1, Target::User(2), &format!("attachment:{id}"));
    assert_eq!(kv::list_keys("reference/", None, 9).unwrap(), [""; 0]);
}

#[test]
fn an_edit_takes_and_leaves_attachments() {
    let storage = storage();
    let (one, two) = (attached(&storage, 1, None), attached(&storage, 1, None));
    sent(&storage, 50, 1, Target::User(2), &format!("attachment:{one}"));
    let edited = message(50, 1, Target::User(2), &format!("attachment:{two}"));
    storage.message_edited(&Context::default(), &[edited]).unwrap();
    assert!(!survives(&storage, one, WEEK) && survives(&storage, two, WEEK));
    fields(ask(&storage, 2, download(Kind::Attachment, two)));
}

#[test]
fn an_edit_does_not_share_again_what_was_taken_back() {
    let storage = storage();
    let id = attached(&storage, 1, None);
    sent(&storage, 50, 1, Target::User(2), &format!("attachment:{id}"));
    assert_eq!(ask(&storage, 1, share(id, |sharing| sharing.no_longer_user = Some(2))), Outcome::Done);
    let edited = message(50, 1, Target::User(2), &format!("no longer for you: attachment:{id}"));
    storage.message_edited(&Context::default(), &[edited]).unwrap();
    assert_eq!(code(&ask(&storage, 2, download(Kind::Attachment, id))), 6107);
}

#[test]
fn an_attachment_of_very_many_messages_stays() {
    let storage = storage();
    let id = attached(&storage, 1, Some(2));
    (0..150).for_each(|message| sent(&storage, message, 1, Target::User(2), &format!("attachment:{id}")));
    let noted = || kv::list_keys("reference/", None, 1000).unwrap().len();
    assert_eq!((noted(), kv::list_keys("message/", None, 1000).unwrap().len()), (100, 100));
    (0..149).for_each(|message| recalled(&storage, message));
    assert_eq!(noted(), 0);
    assert!(survives(&storage, id, WEEK), "a message has it that is not noted");
    assert_eq!(ask(&storage, 1, delete(Kind::Attachment, id)), Outcome::Done);
}

#[test]
fn attachments_go_with_messages_that_are_too_old() {
    let storage = storage();
    let (old, new) = (attached(&storage, 1, None), attached(&storage, 1, None));
    sent(&storage, 50, 1, Target::User(2), &format!("attachment:{old}"));
    sent(&storage, 60, 1, Target::User(2), &format!("attachment:{new}"));
    storage.message_expired(&Context::default(), &[Expiry { below: 60, count: 1, date: 0 }]).unwrap();
    after(&storage, 1);
    assert!(!survives(&storage, old, WEEK) && survives(&storage, new, WEEK));
}

#[test]
fn messages_that_are_too_old_go_some_at_a_time() {
    let storage = storage();
    let ids = [0; 5].map(|_| attached(&storage, 1, Some(2)));
    for (message, id) in ids.iter().cycle().take(450).enumerate() {
        sent(&storage, i64::try_from(message).unwrap(), 1, Target::User(2), &format!("attachment:{id}"));
    }
    let kept = || kv::list_keys("message/", None, 1000).unwrap().len();
    assert_eq!(kept(), 450);
    let expiry = Expiry { below: 449, count: 449, date: clock::now_ms() };
    storage.message_expired(&Context::default(), &[expiry]).unwrap();
    assert_eq!(kept(), 450, "no event waits for it");
    let left = [1, 4, 7, 10].map(|seconds| {
        after(&storage, seconds);
        kept()
    });
    assert_eq!(left, [250, 50, 1, 1]);
    assert_eq!(collections().len(), 4, "the last message has one");
    let due = kv::list_keys("due/", None, 99).unwrap();
    assert!(!due.iter().any(|key| key.contains("expire")), "{due:?}");
}

#[test]
fn nobody_has_the_file_of_another_collected() {
    let storage = storage();
    let id = attached(&storage, 1, Some(2));
    sent(&storage, 50, 2, Target::User(1), &format!("attachment:{id}"));
    recalled(&storage, 50);
    assert!(survives(&storage, id, WEEK), "its uploader has never sent it");
}

#[test]
fn what_is_lost_again_stays_as_long_again() {
    let storage = storage_with(r#"{"attachments": {"grace_hours": 2}}"#);
    let id = attached(&storage, 1, Some(2));
    sent(&storage, 50, 1, Target::User(2), &format!("attachment:{id}"));
    recalled(&storage, 50);
    crate::attachments::Attachment::change(id, |attachment| {
        attachment.lost = attachment.lost.map(|lost| lost + 60 * 60 * 1000);
        Ok(true)
    })
    .unwrap();
    assert!(survives(&storage, id, 2), "what is due is the earlier loss");
}

fn collections() -> Vec<String> {
    let due = kv::list_keys("due/", None, 1000).unwrap();
    due.into_iter().filter(|key| key.contains("/collect/")).collect()
}

#[test]
fn what_is_lost_many_times_is_collected_once() {
    let storage = storage();
    let id = attached(&storage, 1, Some(2));
    for text in [format!("attachment:{id}"), "nothing".to_owned()].iter().cycle().take(40) {
        storage.message_edited(&Context::default(), &[message(50, 1, Target::User(2), text)]).unwrap();
        pause();
    }
    assert_eq!(collections().len(), 1);
    assert!(!survives(&storage, id, WEEK + 1));
    assert_eq!(collections(), [""; 0]);
}

#[test]
fn what_was_not_collected_is_collected_when_it_is_lost_again() {
    let storage = storage_with(r#"{"attachments": {"grace_hours": 2}}"#);
    for uploader in [1, 2] {
        let id = attached(&storage, 1, Some(2));
        let text = format!("attachment:{id}");
        sent(&storage, 50, 1, Target::User(2), &text);
        recalled(&storage, 50);
        // By its uploader, and by another.
        sent(&storage, 51, uploader, Target::User(3 - uploader), &text);
        assert!(survives(&storage, id, 2));
        assert_eq!(collections(), [""; 0]);
        recalled(&storage, 51);
        assert_eq!(collections().len(), 1);
        assert!(!survives(&storage, id, 2));
        // It is known for an hour that they are gone.
        [50, 51].into_iter().for_each(|message| assert!(kv::delete(&format!("gone/{message}")).unwrap()));
    }
}

#[test]
fn what_is_lost_when_it_stays_for_less_goes_as_early() {
    let grace = |hours: u32| storage_with(&format!(r#"{{"attachments": {{"grace_hours": {hours}}}}}"#));
    let storage = grace(24);
    let id = attached(&storage, 1, Some(2));
    sent(&storage, 50, 1, Target::User(2), &format!("attachment:{id}"));
    recalled(&storage, 50);
    let storage = grace(2);
    sent(&storage, 51, 1, Target::User(2), &format!("attachment:{id}"));
    recalled(&storage, 51);
    assert!(survives(&storage, id, 1) && !survives(&storage, id, 2));
}

#[test]
fn what_is_lost_stays_longer_when_the_operator_says_so() {
    let grace = |hours: u32| storage_with(&format!(r#"{{"attachments": {{"grace_hours": {hours}}}}}"#));
    let storage = grace(2);
    let id = attached(&storage, 1, Some(2));
    sent(&storage, 50, 1, Target::User(2), &format!("attachment:{id}"));
    recalled(&storage, 50);
    assert!(survives(&grace(4), id, 3));
    assert!(!survives(&grace(4), id, 4));
}

#[test]
fn what_was_never_in_a_message_stays() {
    let storage = storage();
    let id = attached(&storage, 1, Some(2));
    sent(&storage, 50, 1, Target::User(2), "attachment:1 attachment:x no attachment");
    recalled(&storage, 50);
    assert!(survives(&storage, id, WEEK));
}

//! Messages and the attachments that they have: a message refers to one by `attachment:ID`, in its text or in a record.
//! What is referred to stays as long as the message does, and a while longer: `message/MESSAGE` has the attachments of
//! a message, and `reference/ATTACHMENT/MESSAGE` is there for each message of an attachment.

use std::collections::BTreeSet;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use talaria_sdk::{Message, Target, kv};

use crate::attachments::{Attachment, share_with};
use crate::refusal::{Refusal, Result, skip_unreadable};
use crate::usage::{self, Usage};
use crate::{Storage, clock, due, stored};

const MARK: &[u8] = b"attachment:";
/// Attachments of one message.
const MOST: usize = 20;
/// Messages of one attachment that are noted.
const NOTED: u32 = 100;
const PAGE: u32 = 1000;
/// Messages that are lost in one step.
const STEP: u32 = 200;
/// For how long it is known that a message is gone: what was sent may be told of later than that.
const GONE: Duration = Duration::from_secs(60 * 60);

/// What is known of a message.
#[derive(Debug, Default, Serialize, Deserialize)]
struct Noted {
    sender: i64,
    attachments: BTreeSet<i64>,
    /// How many of them are counted for the sender.
    counted: usize,
}

/// As it is kept: records of before have the attachments alone, and of those none is counted.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Kept {
    Attachments(BTreeSet<i64>),
    Noted(Noted),
}

impl From<Kept> for Noted {
    fn from(kept: Kept) -> Self {
        match kept {
            Kept::Attachments(attachments) => Self { attachments, ..Self::default() },
            Kept::Noted(noted) => noted,
        }
    }
}

/// A message is there, or has become another.
pub(crate) fn note(storage: &Storage, message: &Message) -> Result<()> {
    let found = if message.is_system { BTreeSet::new() } else { find(message) };
    let Noted { attachments: before, counted, .. } = of_message(message.id)?;
    if found.is_empty() && before.is_empty() || kv::get(&gone_key(message.id))?.is_some() {
        return Ok(());
    }
    let (mut kept, sender) = (BTreeSet::new(), message.sender);
    for id in found {
        let Some(attachment) = Attachment::find(id)? else { continue };
        let is_uploader = attachment.uploader == sender;
        if is_uploader {
            send(storage, &attachment, message.target, before.contains(&id))?;
        } else if !attachment.is_for(sender)? {
            continue;
        }
        if before.contains(&id) || has_room(storage, sender, id, kept.difference(&before).count())? {
            kept.insert(id);
        } else if is_uploader || is_everywhere(id)? {
            Attachment::change(id, |attachment| Ok(!std::mem::replace(&mut attachment.is_everywhere, true)))?;
        }
    }
    // What is dropped is written down until it is, and what is kept before it is: this may be cut short anywhere.
    write(message.id, &Noted { sender, attachments: &before | &kept, counted })?;
    kept.iter().try_for_each(|id| kv::set(&reference_key(*id, message.id), ""))?;
    before.difference(&kept).try_for_each(|id| drop_reference(storage, *id, message.id))?;
    usage::refer(sender, message.id, counted, kept.len())?;
    write(message.id, &Noted { sender, counted: kept.len(), attachments: kept })
}

/// Its uploader has sent it. Whoever reads the message is to see what it is about, unless it was taken back since. One
/// that is shared with as many as may be stays as it is.
fn send(storage: &Storage, attachment: &Attachment, target: Target, was_there: bool) -> Result<()> {
    if !was_there {
        match share_with(storage, attachment, target) {
            Ok(()) | Err(Refusal::Denied(_)) => {}
            Err(refusal) => return Err(refusal),
        }
    }
    Attachment::change(attachment.id, |attachment| {
        let changes = !attachment.is_sent || attachment.lost.is_some();
        (attachment.is_sent, attachment.lost) = (true, None);
        Ok(changes)
    })
    .map(drop)
}

/// Whether another message of this sender may hold the attachment, besides so many more.
fn has_room(storage: &Storage, sender: i64, attachment: i64, more: usize) -> Result<bool> {
    Ok(!is_everywhere(attachment)? && Usage::of(sender)?.has_room_to_refer(more, &storage.settings.attachments))
}

/// A message is gone.
pub(crate) fn lose(storage: &Storage, message: i64) -> Result<()> {
    // It may be told of before the message itself is.
    let note = || kv::set_for(&gone_key(message), "", GONE);
    let noted = note();
    drop_references(storage, message)?;
    // By now there may be room.
    Ok(noted.or_else(|_| note())?)
}

/// Messages with lesser ids are gone: these are some of them, after this key. Answers after which to go on, if there
/// are more.
pub(crate) fn lose_below(storage: &Storage, below: i64, after: Option<&str>) -> Result<Option<String>> {
    let keys = kv::list_keys("message/", after, STEP)?;
    let id = |key: &String| key.rsplit('/').next()?.parse::<i64>().ok();
    let mut done = Ok(());
    for key in &keys {
        match id(key) {
            Some(id) if id < below => match skip_unreadable(drop_references(storage, id)) {
                // The next ones may make room.
                Err(Refusal::Full) => done = Err(Refusal::Full),
                dropped => dropped?,
            },
            Some(_) => return done.map(|()| None),
            None => {}
        }
    }
    done.map(|()| keys.into_iter().nth(STEP as usize - 1))
}

/// Whether as many messages have the attachment as are noted.
fn is_everywhere(attachment: i64) -> Result<bool> {
    Ok(kv::list_keys(&format!("reference/{attachment}/"), None, NOTED)?.len() >= NOTED as usize)
}

/// Whether a message has the attachment.
pub(crate) fn has_any(attachment: i64) -> Result<bool> {
    Ok(!kv::list_keys(&format!("reference/{attachment}/"), None, 1)?.is_empty())
}

/// An attachment is gone.
pub(crate) fn forget(attachment: i64) -> Result<()> {
    loop {
        let keys = kv::list_keys(&format!("reference/{attachment}/"), None, PAGE)?;
        for key in &keys {
            kv::delete(key)?;
        }
        if keys.len() < PAGE as usize {
            return Ok(());
        }
    }
}

/// Where there is no room to have an attachment removed later, the record of the message makes some.
fn drop_references(storage: &Storage, message: i64) -> Result<()> {
    let noted = of_message(message)?;
    let mut again = BTreeSet::new();
    for id in noted.attachments {
        match drop_reference(storage, id, message) {
            Err(Refusal::Full) => drop(again.insert(id)),
            dropped => dropped?,
        }
    }
    usage::refer(noted.sender, message, noted.counted, 0)?;
    let keep = |left: &BTreeSet<i64>| write(message, &Noted { attachments: left.clone(), ..Noted::default() });
    let mut left = again.clone();
    for id in again {
        left.remove(&id);
        keep(&left)?;
        if let Err(refusal) = drop_reference(storage, id, message) {
            // Whoever is told again, or loses all that is as old, finds what is still to be done.
            left.insert(id);
            return keep(&left).and(Err(refusal));
        }
    }
    keep(&left)
}

fn drop_reference(storage: &Storage, attachment: i64, message: i64) -> Result<()> {
    kv::delete(&reference_key(attachment, message))?;
    if has_any(attachment)? {
        return Ok(());
    }
    let now = clock::now_ms();
    let known = Attachment::change(attachment, |attachment| {
        attachment.lost = Some(now);
        Ok(attachment.is_sent)
    })?;
    // What its uploader has sent to nobody is not collected because somebody else took it back.
    match known {
        Some(found) if found.is_sent && !found.is_everywhere => due::collect(&found, now, storage.settings.grace()),
        Some(_) | None => Ok(()),
    }
}

/// The attachments that a message refers to, whatever they are.
fn find(message: &Message) -> BTreeSet<i64> {
    let texts = message.text.iter().map(String::as_bytes).chain(message.records.iter().map(Vec::as_slice));
    texts.flat_map(ids).take(MOST).collect()
}

fn ids(bytes: &[u8]) -> impl Iterator<Item = i64> {
    let mut rest = bytes;
    std::iter::from_fn(move || {
        loop {
            let begin = rest.windows(MARK.len()).position(|window| window == MARK)? + MARK.len();
            rest = &rest[begin..];
            let digits = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
            let id = std::str::from_utf8(&rest[..digits]).ok().and_then(|digits| digits.parse().ok());
            rest = &rest[digits..];
            if id.is_some() {
                return id;
            }
        }
    })
}

fn of_message(message: i64) -> Result<Noted> {
    Ok(stored::find::<Kept>(&message_key(message))?.map(|(_, kept)| kept.into()).unwrap_or_default())
}

fn write(message: i64, noted: &Noted) -> Result<()> {
    if noted.attachments.is_empty() {
        kv::delete(&message_key(message))?;
        return Ok(());
    }
    Ok(kv::set(&message_key(message), stored::encode(noted))?)
}

/// These are looked through from the oldest on.
fn message_key(message: i64) -> String {
    format!("message/{message:019}")
}

fn reference_key(attachment: i64, message: i64) -> String {
    format!("reference/{attachment}/{message}")
}

fn gone_key(message: i64) -> String {
    format!("gone/{message}")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn references_are_found_wherever_they_stand() {
        let found: Vec<_> =
            ids(b"attachment:12 and attachment: none, attachment:13.png(attachment:14)\xffattachment:9").collect();
        assert_eq!(found, [12, 13, 14, 9]);
        assert_eq!(ids("attachment:99999999999999999999 attachment:".as_bytes()).count(), 0);
    }

    #[test]
    fn records_of_before_are_read() {
        let read = |json: &str| {
            kv::set(&message_key(50), json).unwrap();
            let Noted { sender, attachments, counted } = of_message(50).unwrap();
            (sender, attachments.into_iter().collect::<Vec<_>>(), counted)
        };
        assert_eq!(read(r#"{"v":1,"record":[7,8,9]}"#), (0, vec![7, 8, 9], 0));
        assert_eq!(read(r#"{"v":1,"record":{"sender":1,"attachments":[7],"counted":1}}"#), (1, vec![7], 1));
    }

    proptest! {
        #[test]
        fn no_bytes_are_too_much_for_it(bytes: Vec<u8>, id in 0..i64::MAX) {
            ids(&bytes).count();
            let text = [&bytes[..], b"attachment:", id.to_string().as_bytes(), b" "].concat();
            prop_assert!(ids(&text).any(|found| found == id));
        }
    }
}

//! Natively, over the SDK's doubles: a directory, objects and a store in memory.

mod attachments;
mod bounds;
mod deleted;
mod faults;
mod in_a_row;
mod lists;
mod memberships;
mod messages;
mod missing;
mod operator;
mod pictures;
mod quota;
mod races;
mod refused;
mod room;
mod starting;
mod unreadable;

use talaria_sdk::resource_storage::{Deletion, Download, Info, Outcome, Query, Request, Sharing, Upload};
use talaria_sdk::resources::testing::{Told, take_told};
use talaria_sdk::resources::{Kind, ResourceId};
use talaria_sdk::{Config, Context, Denial, Message, Target, directory, objects};

use super::{Storage, clock, due};
use crate::attachments::Attachment;
use crate::refusal::Result;
use crate::settings::Attachments;
use crate::usage::{self, Kept};

const ATTACHMENTS: &str = "message-attachment";
const GROUP: i64 = 9;

/// Users 1, 2 and 3, of whom 1 and 2 are friends, and a group that 1 owns, 2 is in, and 4 manages.
fn storage() -> Storage {
    storage_with("{}")
}

fn storage_with(config: &str) -> Storage {
    for user in 1..=4 {
        directory::testing::add_user(user, "somebody");
    }
    directory::testing::add_relationship(1, 2, false);
    directory::testing::add_relationship(2, 1, false);
    directory::testing::add_group(GROUP, 1, "group");
    directory::testing::add_member(GROUP, 2, directory::MemberRole::Member);
    directory::testing::add_member(GROUP, 4, directory::MemberRole::Manager);
    Storage::start(Config::new(config)).unwrap()
}

#[expect(clippy::needless_pass_by_value, reason = "requests are made where they are asked")]
fn ask(storage: &Storage, user: i64, request: Request) -> Outcome {
    storage.resource_storage(&Context { actor: user, ..Context::default() }, &request)
}

fn upload(kind: Kind, id: Option<i64>) -> Request {
    Request::Upload(Upload {
        kind,
        id: id.map(Into::into),
        name: Some("notes.txt".to_owned()),
        media_type: Some(if kind == Kind::Attachment { "text/plain" } else { "image/png" }.to_owned()),
    })
}

fn download(kind: Kind, id: i64) -> Request {
    Request::Download(Download { kind, id: Some(id.into()) })
}

fn delete(kind: Kind, id: i64) -> Request {
    Request::Delete(Deletion { kind, id: Some(id.into()) })
}

fn share(id: i64, change: impl FnOnce(&mut Sharing)) -> Request {
    let mut sharing =
        Sharing { id: Some(id.into()), user: None, no_longer_user: None, group: None, no_longer_group: None };
    change(&mut sharing);
    Request::Share(sharing)
}

fn query(change: impl FnOnce(&mut Query)) -> Request {
    let (users, groups) = (Vec::new(), Vec::new());
    let mut query = Query {
        users,
        groups,
        created_from: None,
        created_to: None,
        in_private_conversation: None,
        shared_by_me: None,
    };
    change(&mut query);
    Request::List(query)
}

fn fields(outcome: Outcome) -> Vec<(String, String)> {
    let Outcome::Access(fields) = outcome else { panic!("{outcome:?}") };
    fields
}

fn field(fields: &[(String, String)], name: &str) -> String {
    fields.iter().find(|(field, _)| field == name).unwrap_or_else(|| panic!("no {name} in {fields:?}")).1.clone()
}

fn code(outcome: &Outcome) -> u32 {
    let Outcome::Deny(Denial { code, .. }) = outcome else { panic!("{outcome:?}") };
    *code
}

fn infos(outcome: Outcome) -> Vec<Info> {
    let Outcome::Infos(infos) = outcome else { panic!("{outcome:?}") };
    infos
}

fn ids(outcome: Outcome) -> Vec<i64> {
    infos(outcome).iter().map(|info| number(&info.id)).collect()
}

fn number(id: &ResourceId) -> i64 {
    let ResourceId::Number(id) = id else { panic!("{id:?}") };
    *id
}

/// An attachment of which nothing is uploaded yet.
fn begun(storage: &Storage, user: i64, with: Option<i64>) -> i64 {
    field(&fields(ask(storage, user, upload(Kind::Attachment, with))), "id").parse().unwrap()
}

/// Of an attachment that is gone, and was not there.
const NOTHING: Kept = Kept { size: None, shares: 0 };

/// What a form with this id takes, and until when.
fn reserve(user: i64, id: i64, until: i64, bounds: &Attachments) -> Result<Option<u64>> {
    usage::reserve(&Attachment { id, ..Attachment::new(user, "notes.txt", "text/plain", 0) }, until, bounds)
}

/// One that is there.
fn attached(storage: &Storage, user: i64, with: Option<i64>) -> i64 {
    let id = begun(storage, user, with);
    objects::testing::upload(ATTACHMENTS, &id.to_string(), "bytes", "text/plain");
    after(storage, 4);
    id
}

/// What has become due so many seconds from now is done.
fn after(storage: &Storage, seconds: i64) {
    due::run(storage, clock::now_ms() + seconds * 1000).unwrap();
}

/// What comes next has a moment of its own.
fn pause() {
    clock::testing::pass(2);
}

fn message(id: i64, sender: i64, target: Target, text: &str) -> Message {
    Message { id, sender, target, ..Message::from_text(text) }
}

/// The ids of what observers were told of, those that are gone as negatives.
fn told() -> Vec<i64> {
    let id = |told: Told| match told {
        Told::Uploaded(resource) => number(&resource.id),
        Told::Deleted(resource) => -number(&resource.id),
    };
    take_told().into_iter().map(id).collect()
}

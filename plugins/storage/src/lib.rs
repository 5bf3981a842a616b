//! Keeps what users upload, in the objects of the server: their pictures, those of their groups, and the attachments of
//! their messages. Clients move the bytes by forms and addresses that are signed here; who may have one is decided anew
//! each time.

mod attachments;
mod buckets;
mod clock;
mod due;
mod media;
mod people;
mod pictures;
mod references;
mod refusal;
mod route;
mod settings;
mod stored;
mod usage;

use std::time::Duration;

use talaria_sdk::group_deleted::DeletedGroup;
use talaria_sdk::http_handle::{self, Request as HttpRequest, Response};
use talaria_sdk::message_deleted::DeletedMessage;
use talaria_sdk::message_expired::Expiry;
use talaria_sdk::message_recalled::RecalledMessage;
use talaria_sdk::objects::Form;
use talaria_sdk::resource_storage::{self, Outcome, Request};
use talaria_sdk::resources::Kind;
use talaria_sdk::timer_fired::{self, Tick};
use talaria_sdk::user_deleted::DeletedUser;
use talaria_sdk::{Config, Context, Description, HookSettings, Message, StartError, log, metrics};

use crate::buckets::Buckets;
use crate::refusal::{Refusal, Result, code};
use crate::settings::Settings;

/// A store of objects that is away is waited for a while, and so are those whom it keeps waiting.
const DEADLINE: Duration = Duration::from_secs(15);
const TIMER: Duration = Duration::from_secs(60);
/// How old what was told may be that waits for room in `kv`: the operator is to have time to make some, and what comes
/// next waits as long at most.
const PATIENCE: Duration = Duration::from_secs(10 * 60);
/// Every three seconds.
const LOOK: &str = "*/3 * * * * *";

pub(crate) struct Storage {
    settings: Settings,
    buckets: Buckets,
}

#[talaria_sdk::plugin]
impl Storage {
    fn describe() -> Description {
        Description::with_schema(include_str!("../config.schema.json"))
            .hook(HookSettings::new(resource_storage::HOOK).deadline(DEADLINE))
            .hook(HookSettings::new(http_handle::HOOK).deadline(DEADLINE))
            .hook(HookSettings::new(timer_fired::HOOK).deadline(TIMER))
            .timer("look", LOOK)
    }

    fn start(config: Config) -> std::result::Result<Self, StartError> {
        let settings: Settings = config.parse()?;
        settings.validate()?;
        Ok(Self { settings, buckets: Buckets::default() })
    }

    fn resource_storage(&self, ctx: &Context, request: &Request) -> Outcome {
        self.serve(ctx.actor, request).unwrap_or_else(|refusal| match &refusal {
            Refusal::Denied(denial) => {
                // No line of the log: a client is denied as often as it likes to ask.
                let _ = metrics::add("denied_total", &[("code", &denial.code.to_string())], 1);
                Outcome::Deny(denial.clone())
            }
            Refusal::Away(_) | Refusal::Full | Refusal::Unreadable(_) => {
                log::error(format!("a request of user {} cannot be served: {}", ctx.actor, refusal.text()));
                Outcome::deny(code::SERVER_UNAVAILABLE, "files are out of reach for the moment; try again later")
            }
        })
    }

    fn message_persisted(&self, _ctx: &Context, messages: &[Message]) -> std::result::Result<(), String> {
        told(messages, noted, |message| Some(message.delivery_date), |message| references::note(self, message))
    }

    fn message_edited(&self, _ctx: &Context, messages: &[Message]) -> std::result::Result<(), String> {
        told(messages, noted, |message| Some(message.delivery_date), |message| references::note(self, message))
    }

    fn message_recalled(&self, _ctx: &Context, messages: &[RecalledMessage]) -> std::result::Result<(), String> {
        told(messages, |message| lost(message.id), |_| None, |message| references::lose(self, message.id))
    }

    fn message_deleted(&self, _ctx: &Context, messages: &[DeletedMessage]) -> std::result::Result<(), String> {
        told(messages, |message| lost(message.id), |_| None, |message| references::lose(self, message.id))
    }

    fn message_expired(&self, _ctx: &Context, expiries: &[Expiry]) -> std::result::Result<(), String> {
        let kept =
            |expiry: &Expiry| format!("attachments of messages before {} stay until the next expiry", expiry.below);
        told(expiries, kept, |expiry| Some(expiry.date), |expiry| due::expire(self, expiry.below, expiry.date))
    }

    fn user_deleted(&self, _ctx: &Context, users: &[DeletedUser]) -> std::result::Result<(), String> {
        let kept = |user: &DeletedUser| format!("files of user {}, who is deleted, stay", user.user_id);
        told(
            users,
            kept,
            |user| Some(user.date),
            |user| {
                let removed = due::remove_picture(Kind::UserPicture, user.user_id, user.date);
                // One is no reason to leave the other.
                due::clear_up(user.user_id, user.date).and(removed)
            },
        )
    }

    fn group_deleted(&self, _ctx: &Context, groups: &[DeletedGroup]) -> std::result::Result<(), String> {
        let kept = |group: &DeletedGroup| format!("the picture of group {}, which is deleted, stays", group.group_id);
        let remove = |group: &DeletedGroup| due::remove_picture(Kind::GroupPicture, group.group_id, group.date);
        told(groups, kept, |group| Some(group.date), remove)
    }

    fn timer_fired(&self, _ctx: &Context, _tick: &Tick) -> std::result::Result<(), String> {
        due::run(self, clock::now_ms()).map_err(|refusal| refusal.text())
    }

    fn http_handle(&self, _ctx: &Context, request: &HttpRequest) -> Response {
        self.answer(request)
    }
}

impl Storage {
    fn serve(&self, user: i64, request: &Request) -> Result<Outcome> {
        Ok(match request {
            Request::Upload(upload) => {
                let (form, id) = match upload.kind {
                    Kind::UserPicture | Kind::GroupPicture => self.upload_picture(user, upload)?,
                    Kind::Attachment => self.upload_attachment(user, upload)?,
                };
                self.access(form, id)
            }
            Request::Download(download) => {
                let url = match download.kind {
                    Kind::UserPicture | Kind::GroupPicture => self.download_picture(download)?,
                    Kind::Attachment => self.download_attachment(user, download)?,
                };
                Outcome::Access(vec![("url".to_owned(), url)])
            }
            Request::Delete(deletion) => {
                match deletion.kind {
                    Kind::UserPicture | Kind::GroupPicture => self.delete_picture(user, deletion)?,
                    Kind::Attachment => self.delete_attachment(user, deletion)?,
                }
                Outcome::Done
            }
            Request::Share(sharing) => {
                self.share_attachment(user, sharing)?;
                Outcome::Done
            }
            Request::List(query) => Outcome::Infos(self.list_attachments(user, query)?),
        })
    }

    /// As clients read it: where, what the object is called, and the fields of the form. Clients of Turms add the key
    /// and the type themselves, and a store of S3 refuses a form that has a field twice.
    fn access(&self, form: Form, id: i64) -> Outcome {
        let first = [("url".to_owned(), form.url), ("id".to_owned(), id.to_string())];
        let is_added = |name: &str| name.eq_ignore_ascii_case("key") || name.eq_ignore_ascii_case("content-type");
        let fields = form.fields.into_iter().filter(|(name, _)| self.settings.complete_forms || !is_added(name));
        Outcome::Access(first.into_iter().chain(fields).collect())
    }
}

/// What is missing when nothing could be kept of a message.
fn noted(message: &Message) -> String {
    format!("the attachments of message {} may be out of reach for its readers, or go before it does", message.id)
}

fn lost(message: i64) -> String {
    format!("attachments of message {message}, which is gone, stay until their uploader deletes them")
}

/// Each of what was told, up to what has to be told again. Without room for it, or with a record that is not
/// understood, it would be told again for ever, and nothing after it: so it is left out, and `lost` says what that
/// means. What happened at a `date` a moment ago waits for room for a while.
fn told<T>(
    events: &[T],
    lost: impl Fn(&T) -> String,
    date: impl Fn(&T) -> Option<i64>,
    take: impl Fn(&T) -> Result<()>,
) -> std::result::Result<(), String> {
    let waits = |event: &T| {
        let is_new = |date: i64| (date..date.saturating_add(clock::millis(PATIENCE))).contains(&clock::now_ms());
        date(event).is_some_and(is_new)
    };
    for event in events {
        match take(event) {
            // Nobody is there to be refused anything.
            Ok(()) | Err(Refusal::Denied(_)) => {}
            Err(Refusal::Away(cause)) => return Err(cause),
            Err(Refusal::Full) if waits(event) => return Err(Refusal::Full.text()),
            Err(refusal @ (Refusal::Full | Refusal::Unreadable(_))) => {
                log::error(format!("{}: {}", lost(event), refusal.text()));
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests;

//! The pictures of users and groups, which everybody may see: `picture/KIND/ID` has what was seen last, and
//! `newest/KIND/ID` by which check its forms are looked after.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use talaria_sdk::objects::{self, Error, Form, FormPolicy, Object};
use talaria_sdk::resource_storage::{Deletion, Download, Upload};
use talaria_sdk::resources::{self, Kind, Resource, ResourceId};
use talaria_sdk::{kv, log, metrics};

use crate::due::{self, Check, Found};
use crate::refusal::{Refusal, Result, code};
use crate::{Storage, clock, media, people, stored};

/// How long a form is good for that lets pass what is no picture: everybody is shown that until somebody looks.
const OPEN: Duration = Duration::from_secs(5 * 60);
/// Writers at a time that one of them gives way to.
const ROUNDS: u32 = 16;

#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Picture {
    uploader: i64,
    media_type: String,
    size: u64,
    etag: String,
    created: i64,
}

/// The newest forms of a picture: one chain of checks looks after all of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
struct Newest {
    /// Of the check.
    created: i64,
    /// Until when one of the forms is good.
    until: i64,
    /// Until when one of those that let pass what is no picture, if there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    open: Option<i64>,
    /// Who asked for the last of them.
    uploader: i64,
}

impl Storage {
    /// The form, and the id of whom the picture is of.
    pub(crate) fn upload_picture(&self, user: i64, upload: &Upload) -> Result<(Form, i64)> {
        let kind = upload.kind;
        let id = self.owner(user, kind, upload.id.as_ref())?;
        let limits = self.settings.limits(kind);
        let media_type = upload.media_type.as_deref();
        if let Some(media_type) =
            media_type.filter(|media_type| !media::is_concrete(media_type) || !limits.admit(media_type))
        {
            return Err(Refusal::illegal(format!("a picture is not of the type {media_type}")));
        }
        let is_open = media_type.is_none() && limits.are_more_than_a_form_says();
        let time = if is_open { self.settings.upload().min(OPEN) } else { self.settings.upload() };
        let created = clock::now_ms();
        let until = created.saturating_add(clock::millis(time));
        // Before anything is written: who asks while there is no bucket to be had leaves nothing behind.
        let bucket = self.buckets.ensure(&self.settings, kind)?;
        look_after(kind, id, Newest { created, until, open: is_open.then_some(until), uploader: user })?;
        let policy = FormPolicy::new(bucket, &id.to_string(), time).size(1..=limits.max_bytes);
        let form = objects::presign_post(&match media_type.or(limits.prefix()) {
            Some(media_type) => policy.media_type(media_type),
            None => policy,
        })?;
        Ok((form, id))
    }

    /// For anybody, and whether there is a picture or not.
    pub(crate) fn download_picture(&self, download: &Download) -> Result<String> {
        let id =
            number(download.id.as_ref())?.ok_or_else(|| Refusal::illegal("a picture is named by its user or group"))?;
        Ok(objects::public_url(self.settings.buckets.name(download.kind), &id.to_string())?)
    }

    pub(crate) fn delete_picture(&self, user: i64, deletion: &Deletion) -> Result<()> {
        let id = self.owner(user, deletion.kind, deletion.id.as_ref())?;
        remove(self, deletion.kind, id)
    }

    /// Whose picture it is, if the user may change it.
    fn owner(&self, user: i64, kind: Kind, id: Option<&ResourceId>) -> Result<i64> {
        let id = number(id)?;
        if kind == Kind::UserPicture {
            let id = id.unwrap_or(user);
            people::require(id == user, code::UNAUTHORIZED, "nobody changes the picture of another")?;
            return Ok(id);
        }
        let id = id.ok_or_else(|| Refusal::illegal("which group is not said"))?;
        let text = "only the owner and the managers of a group change its picture";
        people::require(people::manages(id, user)?, code::UNAUTHORIZED, text)?;
        Ok(id)
    }
}

/// A picture goes by itself.
fn remove(storage: &Storage, kind: Kind, id: i64) -> Result<()> {
    storage.buckets.delete(&storage.settings, kind, &id.to_string())?;
    forget(kind, id)
}

/// A picture goes with its user or group.
pub(crate) fn remove_with_owner(storage: &Storage, kind: Kind, id: i64) -> Result<()> {
    match storage.buckets.delete(&storage.settings, kind, &id.to_string()) {
        // Where the plugin may do nothing it has put nothing either.
        Err(Error::NotAllowed) if read(kind, id)?.is_none() => Ok(()),
        done => {
            done?;
            forget(kind, id)
        }
    }
}

fn forget(kind: Kind, id: i64) -> Result<()> {
    if let Some(picture) = read(kind, id)? {
        // Told at least once.
        resources::deleted(&resource(kind, id, &picture))?;
        kv::delete(&key(kind, id))?;
    }
    Ok(())
}

/// Has a new form looked after: by the check of the one before while its first look is ahead, or by another.
fn look_after(kind: Kind, id: i64, form: Newest) -> Result<()> {
    let key = newest_key(kind, id);
    for _ in 0..ROUNDS {
        let found = stored::find::<Newest>(&key)?;
        let (kept, before) = found.map_or((None, None), |(kept, before)| (Some(kept), Some(before)));
        // Forms may have been good for longer before.
        let until = before.map_or(form.until, |before| before.until.max(form.until));
        let open = form.open.max(before.and_then(|before| before.open));
        let mut newest = Newest { until, open, ..form };
        match before.filter(|before| Check::is_ahead(before.created, form.created)) {
            Some(before) => newest.created = before.created,
            // First of all: the check of the one before goes on until this is the newest.
            None => due::begin(Check::picture(kind, id, form.uploader, form.created, until))?,
        }
        if kv::compare_and_set(&key, kept.as_deref(), Some(&stored::encode(&newest)))? {
            return Ok(());
        }
    }
    Err(Refusal::Away(format!("too many change at a time who uploads the picture {id}")))
}

/// Looks at what was uploaded by now. None when the check of newer forms goes on with it.
pub(crate) fn check(storage: &Storage, kind: Kind, check: &Check) -> Result<Option<Found>> {
    let newest = stored::find::<Newest>(&newest_key(kind, check.id))?.map(|(_, newest)| newest);
    let newest =
        newest.unwrap_or(Newest { created: check.created, until: check.until, open: None, uploader: check.uploader });
    look(storage, kind, check.id, &newest)?;
    let Newest { created, until, open, .. } = newest;
    Ok((created == check.created).then_some(Found { until, is_seen: false, open }))
}

/// After the last look of a check.
pub(crate) fn end(kind: Kind, check: &Check) -> Result<()> {
    let key = newest_key(kind, check.id);
    if let Some((kept, _)) = stored::find::<Newest>(&key)?.filter(|(_, newest)| newest.created == check.created) {
        kv::compare_and_set(&key, Some(&kept), None)?;
    }
    Ok(())
}

/// What is no picture is removed, by whichever form it came.
fn look(storage: &Storage, kind: Kind, id: i64, newest: &Newest) -> Result<()> {
    let before = read(kind, id)?;
    let Some(object) = storage.buckets.head(&storage.settings, kind, &id.to_string())? else {
        // It was seen, and written down when it had been removed.
        return if before.is_some() { remove(storage, kind, id) } else { Ok(()) };
    };
    let labels = [("kind", name(kind))];
    let fault = match storage.settings.limits(kind).fault(&object, None) {
        None if !people::is_there(kind, id)? => Some("whom it is of is gone".to_owned()),
        fault => fault,
    };
    if let Some(fault) = fault {
        log::warn(format!("the picture {} is removed: {fault}", key(kind, id)));
        let _ = metrics::add("refused_total", &labels, 1);
        return remove(storage, kind, id);
    }
    // The etag is of the bytes alone.
    if before.is_some_and(|before| before.etag == object.etag && before.media_type == object.media_type) {
        return Ok(());
    }
    let Object { size, media_type, etag, .. } = object;
    let picture = Picture { uploader: newest.uploader, media_type, size, etag, created: newest.created };
    // Told twice when the second write fails, rather than not at all.
    resources::uploaded(&resource(kind, id, &picture))?;
    kv::set(&key(kind, id), stored::encode(&picture))?;
    let _ = metrics::add("uploaded_total", &labels, 1);
    Ok(())
}

fn read(kind: Kind, id: i64) -> Result<Option<Picture>> {
    Ok(stored::find(&key(kind, id))?.map(|(_, picture)| picture))
}

fn resource(kind: Kind, id: i64, picture: &Picture) -> Resource {
    Resource {
        kind,
        id: id.into(),
        uploader: picture.uploader,
        name: None,
        media_type: Some(picture.media_type.clone()),
        size: picture.size,
        creation_date: picture.created,
    }
}

fn number(id: Option<&ResourceId>) -> Result<Option<i64>> {
    match id {
        None => Ok(None),
        Some(ResourceId::Number(id)) => Ok(Some(*id)),
        Some(ResourceId::Text(id)) => match id.parse() {
            Ok(id) => Ok(Some(id)),
            Err(_) => Err(Refusal::illegal("a picture is named by a number")),
        },
    }
}

fn key(kind: Kind, id: i64) -> String {
    format!("picture/{}/{id}", name(kind))
}

fn newest_key(kind: Kind, id: i64) -> String {
    format!("newest/{}/{id}", name(kind))
}

const fn name(kind: Kind) -> &'static str {
    match kind {
        Kind::UserPicture => "user",
        Kind::GroupPicture => "group",
        Kind::Attachment => "attachment",
    }
}

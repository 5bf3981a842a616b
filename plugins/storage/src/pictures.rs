//! The pictures of users and groups, which everybody may see: `picture/KIND/ID` has what was seen last.

use serde::{Deserialize, Serialize};
use talaria_sdk::objects::{self, Form, FormPolicy, Object};
use talaria_sdk::resource_storage::{Deletion, Download, Upload};
use talaria_sdk::resources::{self, Kind, Resource, ResourceId};
use talaria_sdk::{kv, log, metrics};

use crate::checks::{self, Check};
use crate::refusal::{Refusal, Result, code};
use crate::{Storage, clock, media, people};

#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Picture {
    uploader: i64,
    media_type: String,
    size: u64,
    etag: String,
    created: i64,
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
        let created = clock::now_ms();
        let until = created.saturating_add(clock::millis(self.settings.upload()));
        // One chain of checks looks after all forms of a picture: the newest.
        kv::set(&newest_key(kind, id), created.to_string())?;
        checks::begin(Check::picture(kind, id, user, created, until))?;
        let form = self.buckets.with(&self.settings, kind, |bucket| {
            let policy = FormPolicy::new(bucket, &id.to_string(), self.settings.upload()).size(1..=limits.max_bytes);
            objects::presign_post(&match media_type.or(limits.prefix()) {
                Some(media_type) => policy.media_type(media_type),
                None => policy,
            })
        })?;
        Ok((form, id))
    }

    /// For anybody, and whether there is a picture or not.
    pub(crate) fn download_picture(&self, download: &Download) -> Result<String> {
        let id =
            number(download.id.as_ref())?.ok_or_else(|| Refusal::illegal("a picture is named by its user or group"))?;
        self.buckets.with(&self.settings, download.kind, |bucket| objects::public_url(bucket, &id.to_string()))
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

/// A picture goes, with its user or group or by itself.
pub(crate) fn remove(storage: &Storage, kind: Kind, id: i64) -> Result<()> {
    storage.buckets.with(&storage.settings, kind, |bucket| objects::delete(bucket, &id.to_string()))?;
    if let Some(picture) = read(kind, id)? {
        kv::delete(&key(kind, id))?;
        resources::deleted(&resource(kind, id, &picture))?;
    }
    Ok(())
}

/// Looks at what was uploaded by now; what is no picture is removed.
/// False when a newer form is looked after.
pub(crate) fn check(storage: &Storage, kind: Kind, check: &Check) -> Result<bool> {
    let id = check.id;
    if kv::get(&newest_key(kind, id))?.is_some_and(|newest| newest != check.created.to_string().into_bytes()) {
        return Ok(false);
    }
    let head = storage.buckets.with(&storage.settings, kind, |bucket| objects::head(bucket, &id.to_string()))?;
    let Some(object) = head else { return Ok(true) };
    let labels = [("kind", name(kind))];
    // The form has seen to the type that was announced; what is there may have come by another form.
    if let Some(fault) = storage.settings.limits(kind).fault(&object, None) {
        log::warn(format!("the picture {} is removed: {fault}", key(kind, id)));
        let _ = metrics::add("refused_total", &labels, 1);
        return remove(storage, kind, id).map(|()| true);
    }
    let before = read(kind, id)?;
    if before.is_some_and(|before| before.etag == object.etag) {
        return Ok(true);
    }
    let Object { size, media_type, etag, .. } = object;
    let picture = Picture { uploader: check.uploader, media_type, size, etag, created: check.created };
    // Told twice when the second write fails, rather than not at all.
    resources::uploaded(&resource(kind, id, &picture))?;
    kv::set(&key(kind, id), serde_json::to_vec(&picture).expect("texts and numbers are JSON"))?;
    let _ = metrics::add("uploaded_total", &labels, 1);
    Ok(true)
}

fn read(kind: Kind, id: i64) -> Result<Option<Picture>> {
    Ok(kv::get(&key(kind, id))?.and_then(|kept| serde_json::from_slice(&kept).ok()))
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

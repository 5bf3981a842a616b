//! What the configuration may say.

use std::time::Duration;

use serde::Deserialize;
use talaria_sdk::resources::Kind;

use crate::media;

const DAY_SECONDS: u32 = 24 * 60 * 60;
const MIB: u64 = 1024 * 1024;
/// Of one attachment, unless the operator says otherwise, or a user may not keep as much.
const ATTACHMENT_BYTES: u64 = 100 * MIB;
/// How many times of what a user may keep may be there for a while, unless the operator says otherwise.
const AT_ONCE: u64 = 10;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Settings {
    pub(crate) user_pictures: Pictures,
    pub(crate) group_pictures: Pictures,
    pub(crate) attachments: Attachments,
    /// How long a form for uploads is good for.
    upload_seconds: u32,
    /// How long an address for downloads is good for.
    download_seconds: u32,
    /// Whether a form has the fields that clients of Turms add themselves.
    pub(crate) complete_forms: bool,
    pub(crate) buckets: Buckets,
}

/// Of users, or of groups.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Pictures {
    pub(crate) max_bytes: u64,
    pub(crate) media_types: Vec<String>,
    pub(crate) refused_media_types: Vec<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Attachments {
    max_bytes: Option<u64>,
    pub(crate) media_types: Vec<String>,
    pub(crate) refused_media_types: Vec<String>,
    /// Bytes that all attachments of one user may have.
    pub(crate) max_bytes_per_user: u64,
    /// Bytes that there may be of one user for a while: what is kept, and what forms may bring.
    max_bytes_at_once_per_user: Option<u64>,
    /// How many attachments one user may have.
    pub(crate) max_files_per_user: u64,
    /// Forms of one user that are good at a time.
    pub(crate) max_pending_per_user: usize,
    /// Users, and groups, that one attachment is shared with.
    pub(crate) max_shares: usize,
    /// Those of all attachments of one user.
    pub(crate) max_shares_per_user: u64,
    /// Attachments that all messages of one user hold.
    pub(crate) max_references_per_user: u64,
    /// How long an attachment stays when the last message is gone that it was part of.
    grace_hours: u32,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Buckets {
    pub(crate) user_pictures: String,
    pub(crate) group_pictures: String,
    pub(crate) attachments: String,
}

/// What may be uploaded as something.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Limits<'a> {
    pub(crate) max_bytes: u64,
    pub(crate) media_types: &'a [String],
    pub(crate) refused_media_types: &'a [String],
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            user_pictures: Pictures::default(),
            group_pictures: Pictures::default(),
            attachments: Attachments::default(),
            upload_seconds: 300,
            download_seconds: 300,
            complete_forms: false,
            buckets: Buckets::default(),
        }
    }
}

impl Default for Pictures {
    fn default() -> Self {
        // An SVG is a document that may hold scripts, and a picture is shown to everybody.
        let (media_types, refused_media_types) = (vec!["image/*".to_owned()], vec!["image/svg+xml".to_owned()]);
        Self { max_bytes: MIB, media_types, refused_media_types }
    }
}

impl Default for Attachments {
    fn default() -> Self {
        Self {
            max_bytes: None,
            media_types: vec!["*/*".to_owned()],
            refused_media_types: Vec::new(),
            max_bytes_per_user: 1024 * MIB,
            max_bytes_at_once_per_user: None,
            max_files_per_user: 2000,
            max_pending_per_user: 16,
            max_shares: 100,
            max_shares_per_user: 10_000,
            max_references_per_user: 10_000,
            grace_hours: 7 * 24,
        }
    }
}

impl Default for Buckets {
    fn default() -> Self {
        Self {
            user_pictures: "user-profile-picture".to_owned(),
            group_pictures: "group-profile-picture".to_owned(),
            attachments: "message-attachment".to_owned(),
        }
    }
}

impl Attachments {
    pub(crate) fn max_bytes(&self) -> u64 {
        // A user who may keep nothing is refused anyway.
        self.max_bytes.unwrap_or(ATTACHMENT_BYTES.min(self.max_bytes_per_user).max(1))
    }

    pub(crate) fn max_bytes_at_once(&self) -> u64 {
        self.max_bytes_at_once_per_user.unwrap_or(self.max_bytes_per_user.saturating_mul(AT_ONCE))
    }
}

impl Pictures {
    fn limits(&self) -> Limits<'_> {
        let Self { max_bytes, media_types, refused_media_types } = self;
        Limits { max_bytes: *max_bytes, media_types, refused_media_types }
    }
}

impl Buckets {
    pub(crate) fn name(&self, kind: Kind) -> &str {
        match kind {
            Kind::UserPicture => &self.user_pictures,
            Kind::GroupPicture => &self.group_pictures,
            Kind::Attachment => &self.attachments,
        }
    }

    fn validate(&self) -> Result<(), String> {
        let Self { user_pictures, group_pictures, attachments } = self;
        let buckets = [
            ("buckets.user_pictures", user_pictures),
            ("buckets.group_pictures", group_pictures),
            ("buckets.attachments", attachments),
        ];
        let is_allowed = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
        for (at, (key, name)) in buckets.iter().enumerate() {
            let has_ends = !name.starts_with('-') && !name.ends_with('-');
            // As the server has it, which would refuse another at each request.
            if !(3..=63).contains(&name.len()) || !name.bytes().all(is_allowed) || !has_ends {
                return Err(format!("{key}: 3 to 63 of a-z, 0-9 and -, the first and last of which is no -"));
            }
            if let Some((other, _)) = buckets[..at].iter().find(|(_, other)| other == name) {
                return Err(format!("{other} and {key} are both {name}: each is another"));
            }
        }
        Ok(())
    }
}

impl Settings {
    /// Whether the values make sense; the error names the key.
    pub(crate) fn validate(&self) -> Result<(), String> {
        let within = |key: &str, value: u64, least: u64, most: u64| {
            if (least..=most).contains(&value) { Ok(()) } else { Err(format!("{key}: from {least} to {most}")) }
        };
        within("upload_seconds", self.upload_seconds.into(), 10, DAY_SECONDS.into())?;
        within("download_seconds", self.download_seconds.into(), 10, (7 * DAY_SECONDS).into())?;
        let attachments = &self.attachments;
        let (kept, at_once) = (attachments.max_bytes_per_user, attachments.max_bytes_at_once());
        if at_once < kept {
            return Err(format!(
                "attachments.max_bytes_at_once_per_user is {at_once}, and attachments.max_bytes_per_user {kept}: what a \
                 user keeps is part of what there is at once"
            ));
        }
        if let Some(bytes) = attachments.max_bytes.filter(|bytes| *bytes > kept) {
            return Err(format!(
                "attachments.max_bytes is {bytes}, and attachments.max_bytes_per_user {kept}: one attachment cannot have \
                 more bytes than all of a user"
            ));
        }
        // They are counted in one call.
        within("attachments.max_files_per_user", attachments.max_files_per_user, 0, 100_000)?;
        within("attachments.max_pending_per_user", attachments.max_pending_per_user as u64, 1, 100)?;
        within("attachments.max_shares", attachments.max_shares as u64, 1, 1000)?;
        within("attachments.max_shares_per_user", attachments.max_shares_per_user, 1, 10_000_000)?;
        within("attachments.max_references_per_user", attachments.max_references_per_user, 1, 10_000_000)?;
        within("attachments.grace_hours", attachments.grace_hours.into(), 0, 10 * 365 * 24)?;
        for (key, kind) in [
            ("user_pictures", Kind::UserPicture),
            ("group_pictures", Kind::GroupPicture),
            ("attachments", Kind::Attachment),
        ] {
            let limits = self.limits(kind);
            within(&format!("{key}.max_bytes"), limits.max_bytes, 1, u64::MAX)?;
            for pattern in limits.media_types.iter().chain(limits.refused_media_types) {
                if !media::is_pattern(pattern) {
                    return Err(format!("{key}: {pattern:?} is no media type such as image/png, image/* or */*"));
                }
            }
            if let Some(pattern) = limits.refused_altogether() {
                return Err(format!(
                    "{key}.media_types has {pattern:?}, and {key}.refused_media_types refuses all of that"
                ));
            }
        }
        self.buckets.validate()
    }

    pub(crate) fn limits(&self, kind: Kind) -> Limits<'_> {
        match kind {
            Kind::UserPicture => self.user_pictures.limits(),
            Kind::GroupPicture => self.group_pictures.limits(),
            Kind::Attachment => {
                let Attachments { media_types, refused_media_types, .. } = &self.attachments;
                Limits { max_bytes: self.attachments.max_bytes(), media_types, refused_media_types }
            }
        }
    }

    pub(crate) fn upload(&self) -> Duration {
        Duration::from_secs(self.upload_seconds.into())
    }

    pub(crate) fn download(&self) -> Duration {
        Duration::from_secs(self.download_seconds.into())
    }

    pub(crate) fn grace(&self) -> Duration {
        Duration::from_secs(u64::from(self.attachments.grace_hours) * 60 * 60)
    }
}

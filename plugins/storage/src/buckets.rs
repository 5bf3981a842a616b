//! Where what is kept. The buckets are made when a form is first asked for, and made again when somebody has removed
//! them: a store that is away at the start is no reason not to start. What only looks or removes makes none, so that it
//! goes on in a bucket that the plugin can use but not make.

use std::cell::Cell;

use talaria_sdk::objects::{self, Access, Error, Object};
use talaria_sdk::resources::Kind;

use crate::settings::Settings;

type Result<T> = std::result::Result<T, Error>;

/// The buckets that this instance has seen.
#[derive(Debug, Default)]
pub(crate) struct Buckets {
    seen: [Cell<bool>; 3],
}

impl Buckets {
    /// Has the bucket made, unless this instance has seen it. Its name is answered.
    pub(crate) fn ensure<'a>(&self, settings: &'a Settings, kind: Kind) -> Result<&'a str> {
        let (bucket, seen) = (settings.buckets.name(kind), self.seen(kind));
        if !seen.get() {
            let access = if kind == Kind::Attachment { Access::Private } else { Access::PublicRead };
            objects::ensure_bucket(bucket, access)?;
            seen.set(true);
        }
        Ok(bucket)
    }

    pub(crate) fn head(&self, settings: &Settings, kind: Kind, key: &str) -> Result<Option<Object>> {
        match objects::head(settings.buckets.name(kind), key) {
            Err(Error::NoBucket) => {
                self.seen(kind).set(false);
                self.ensure(settings, kind)?;
                Ok(None)
            }
            found => found,
        }
    }

    /// Also when there is none, nor a bucket.
    pub(crate) fn delete(&self, settings: &Settings, kind: Kind, key: &str) -> Result<()> {
        match objects::delete(settings.buckets.name(kind), key) {
            Err(Error::NoBucket) => Ok(()),
            done => done,
        }
    }

    fn seen(&self, kind: Kind) -> &Cell<bool> {
        let [users, groups, attachments] = &self.seen;
        match kind {
            Kind::UserPicture => users,
            Kind::GroupPicture => groups,
            Kind::Attachment => attachments,
        }
    }
}

//! Where what is kept. The buckets are made when they are first needed, and made again when somebody has removed them: a store that
//! is away at the start is no reason not to start.

use std::cell::Cell;

use talaria_sdk::objects::{self, Access, Error};
use talaria_sdk::resources::Kind;

use crate::refusal::Result;
use crate::settings::Settings;

/// The buckets that this instance has seen.
#[derive(Debug, Default)]
pub(crate) struct Buckets {
    seen: [Cell<bool>; 3],
}

impl Buckets {
    /// Does something with a bucket that is there.
    pub(crate) fn with<T>(
        &self,
        settings: &Settings,
        kind: Kind,
        work: impl Fn(&str) -> std::result::Result<T, Error>,
    ) -> Result<T> {
        self.ensure(settings, kind)?;
        let (bucket, _, seen) = self.of(settings, kind);
        match work(bucket) {
            Err(Error::NoBucket) => {
                seen.set(false);
                self.ensure(settings, kind)?;
                Ok(work(bucket)?)
            }
            done => Ok(done?),
        }
    }

    /// Has the bucket made, unless this instance has seen it.
    pub(crate) fn ensure(&self, settings: &Settings, kind: Kind) -> Result<()> {
        let (bucket, access, seen) = self.of(settings, kind);
        if !seen.get() {
            objects::ensure_bucket(bucket, access)?;
            seen.set(true);
        }
        Ok(())
    }

    fn of<'a>(&'a self, settings: &'a Settings, kind: Kind) -> (&'a str, Access, &'a Cell<bool>) {
        let [users, groups, attachments] = &self.seen;
        match kind {
            Kind::UserPicture => (&settings.buckets.user_pictures, Access::PublicRead, users),
            Kind::GroupPicture => (&settings.buckets.group_pictures, Access::PublicRead, groups),
            Kind::Attachment => (&settings.buckets.attachments, Access::Private, attachments),
        }
    }
}

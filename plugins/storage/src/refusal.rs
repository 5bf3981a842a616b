//! Why something is not done, and what the client is told.

use talaria_sdk::{Denial, directory, kv, log, objects, resources};

/// Of the protocol.
pub(crate) mod code {
    pub(crate) const ILLEGAL_ARGUMENT: u32 = 1102;
    pub(crate) const SERVER_UNAVAILABLE: u32 = 1201;
    pub(crate) const UNAUTHORIZED: u32 = 1300;
    pub(crate) const RESOURCE_NOT_FOUND: u32 = 1302;
    pub(crate) const NOT_FRIEND_TO_UPLOAD: u32 = 6100;
    pub(crate) const NOT_MEMBER_TO_UPLOAD: u32 = 6101;
    pub(crate) const NOT_UPLOADER_TO_SHARE: u32 = 6102;
    pub(crate) const NOT_MANAGER_TO_UNSHARE: u32 = 6103;
    pub(crate) const NOT_UPLOADER_TO_UNSHARE: u32 = 6104;
    pub(crate) const NOT_MANAGER_TO_DELETE: u32 = 6105;
    pub(crate) const NOT_UPLOADER_TO_DELETE: u32 = 6106;
    pub(crate) const NOT_SHARED_WITH: u32 = 6107;
    pub(crate) const NOT_FRIEND_TO_QUERY: u32 = 6130;
    pub(crate) const NOT_MEMBER_TO_QUERY: u32 = 6131;
    /// Of ours: the user keeps as much as a user may.
    pub(crate) const QUOTA: u32 = 26_000;
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Refusal {
    /// It is not to be.
    Denied(Denial),
    /// It cannot be now. The text is for the operator.
    Away(String),
    /// The plugin keeps as much as it may, which does not end by itself.
    Full,
    /// A record is not understood, which does not end by itself either. The text says which.
    Unreadable(String),
}

pub(crate) type Result<T> = std::result::Result<T, Refusal>;

impl Refusal {
    pub(crate) fn denied(code: u32, text: impl Into<String>) -> Self {
        Self::Denied(Denial::new(code, text))
    }

    pub(crate) fn illegal(text: impl Into<String>) -> Self {
        Self::denied(code::ILLEGAL_ARGUMENT, text)
    }

    pub(crate) fn not_found() -> Self {
        Self::denied(code::RESOURCE_NOT_FOUND, "there is no such file")
    }

    /// For the log, and for whoever tries again.
    pub(crate) fn text(&self) -> String {
        match self {
            Self::Denied(denial) => format!("{} {}", denial.code, denial.text),
            Self::Away(cause) | Self::Unreadable(cause) => cause.clone(),
            Self::Full => "the plugin keeps as much as it may: raise plugins.quotas.storage.kv_bytes".to_owned(),
        }
    }
}

/// What is done with many goes on without the one whose record is not understood.
pub(crate) fn skip_unreadable<T: Default>(done: Result<T>) -> Result<T> {
    match done {
        Err(Refusal::Unreadable(cause)) => {
            log::warn(format!("it is left out: {cause}"));
            Ok(T::default())
        }
        done => done,
    }
}

impl From<kv::Error> for Refusal {
    fn from(error: kv::Error) -> Self {
        match error {
            kv::Error::Full => Self::Full,
            error => Self::Away(format!("the store: {error:?}")),
        }
    }
}

impl From<directory::Error> for Refusal {
    fn from(error: directory::Error) -> Self {
        Self::Away(format!("the directory: {error:?}"))
    }
}

impl From<resources::Error> for Refusal {
    fn from(error: resources::Error) -> Self {
        Self::Away(format!("what became of a file cannot be told: {error:?}"))
    }
}

impl From<objects::Error> for Refusal {
    fn from(error: objects::Error) -> Self {
        Self::Away(match error {
            objects::Error::Invalid(cause) => format!("the objects: {cause}"),
            objects::Error::NotAllowed => {
                "the operator does not let this plugin use its buckets (plugins.buckets)".to_owned()
            }
            objects::Error::NoBucket => "the bucket is gone".to_owned(),
            objects::Error::TooLarge => "an object is too large".to_owned(),
            objects::Error::Unavailable(cause) => format!("the objects are away: {cause}"),
        })
    }
}

//! What users store: pictures and attachments. Their bytes are a plugin's matter; the server carries what is said of
//! them.

use serde::{Deserialize, Serialize};

use super::{Timestamp, UserId};

/// What a resource is for.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ResourceKind {
    UserPicture,
    GroupPicture,
    Attachment,
}

/// The name of a resource among those of its kind.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ResourceId {
    /// Of a picture, the id of its user or group.
    Number(i64),
    Text(String),
}

/// A resource whose bytes are stored.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Resource {
    pub kind: ResourceKind,
    pub id: ResourceId,
    pub uploader: UserId,
    /// Of an attachment, the name of the file.
    pub name: Option<String>,
    pub media_type: Option<String>,
    /// Bytes.
    pub size: u64,
    pub creation_date: Timestamp,
}

/// An attachment, as those who may reach it are told of it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ResourceInfo {
    pub id: ResourceId,
    pub name: Option<String>,
    pub media_type: Option<String>,
    pub uploader: UserId,
    pub creation_date: Timestamp,
}

impl ResourceId {
    /// Bytes of its text.
    #[must_use]
    pub fn size(&self) -> usize {
        match self {
            Self::Number(_) => 0,
            Self::Text(text) => text.len(),
        }
    }
}

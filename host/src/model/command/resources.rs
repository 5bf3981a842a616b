//! Pictures and attachments, which a plugin stores.

use crate::model::{
    GroupId, Timestamp, UserId,
    resource::{ResourceId, ResourceKind},
};

/// A request about resources.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum ResourceRequest {
    Upload(UploadResource),
    Download(NamedResource),
    Delete(NamedResource),
    Share(ShareAttachment),
    List(ListAttachments),
    /// A change that changes nothing.
    Nothing,
    /// A value is missing or makes no sense.
    Wrong(&'static str),
}

impl ResourceRequest {
    /// Whether it only asks for something.
    #[must_use]
    pub const fn is_query(&self) -> bool {
        match self {
            Self::Upload(_) | Self::Download(_) | Self::List(_) | Self::Wrong(_) => true,
            Self::Delete(_) | Self::Share(_) | Self::Nothing => false,
        }
    }
}

/// Be told where and how to upload a resource.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct UploadResource {
    pub kind: ResourceKind,
    /// Of a picture, its user or group; of an attachment, the user to share it with, or the group's negated id.
    pub id: Option<ResourceId>,
    /// Of an attachment, the name of the file.
    pub name: Option<String>,
    pub media_type: Option<String>,
}

/// A resource that is to be downloaded or deleted.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct NamedResource {
    pub kind: ResourceKind,
    /// Absent, where the requester stands for it.
    pub id: Option<ResourceId>,
}

/// Share an attachment, or end that. At least one of the others is there.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ShareAttachment {
    pub id: Option<ResourceId>,
    pub user: Option<UserId>,
    pub no_longer_user: Option<UserId>,
    pub group: Option<GroupId>,
    pub no_longer_group: Option<GroupId>,
}

/// Read which attachments the requester can reach; what is said narrows it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ListAttachments {
    pub users: Vec<UserId>,
    pub groups: Vec<GroupId>,
    pub created_from: Option<Timestamp>,
    pub created_to: Option<Timestamp>,
    pub in_private_conversation: Option<bool>,
    pub shared_by_me: Option<bool>,
}

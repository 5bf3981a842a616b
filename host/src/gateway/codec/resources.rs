//! Pictures and attachments. What makes no sense is found here and refused later, as other requests are.

use talaria_proto::client as proto;

use super::scalar::date;
use crate::model::{
    GroupId, UserId,
    command::{ListAttachments, NamedResource, ResourceRequest, ShareAttachment, UploadResource},
    resource::{ResourceId, ResourceInfo, ResourceKind},
};

const NO_SUCH_TYPE: ResourceRequest = ResourceRequest::Wrong("there is no such type of resource");

impl From<proto::QueryResourceUploadInfoRequest> for ResourceRequest {
    fn from(it: proto::QueryResourceUploadInfoRequest) -> Self {
        let Some(kind) = kind(it.r#type) else { return NO_SUCH_TYPE };
        if !it.media_type.as_deref().is_none_or(is_media_type) {
            return Self::Wrong("this is no media type");
        }
        let id = id(it.id_num, it.id_str);
        Self::Upload(UploadResource { kind, id, name: it.name, media_type: it.media_type })
    }
}

impl From<proto::QueryResourceDownloadInfoRequest> for ResourceRequest {
    fn from(it: proto::QueryResourceDownloadInfoRequest) -> Self {
        match kind(it.r#type) {
            None => NO_SUCH_TYPE,
            Some(ResourceKind::UserPicture | ResourceKind::GroupPicture) if it.id_num.is_none() => {
                Self::Wrong("a picture is named by the id of its user or group")
            }
            Some(kind) => Self::Download(NamedResource { kind, id: id(it.id_num, it.id_str) }),
        }
    }
}

impl From<proto::DeleteResourceRequest> for ResourceRequest {
    fn from(it: proto::DeleteResourceRequest) -> Self {
        match kind(it.r#type) {
            None => NO_SUCH_TYPE,
            Some(kind) => Self::Delete(NamedResource { kind, id: id(it.id_num, it.id_str) }),
        }
    }
}

impl From<proto::UpdateMessageAttachmentInfoRequest> for ResourceRequest {
    fn from(it: proto::UpdateMessageAttachmentInfoRequest) -> Self {
        let sharing = ShareAttachment {
            id: id(it.attachment_id_num, it.attachment_id_str),
            user: it.user_id_to_share_with.map(UserId),
            no_longer_user: it.user_id_to_unshare_with.map(UserId),
            group: it.group_id_to_share_with.map(GroupId),
            no_longer_group: it.group_id_to_unshare_with.map(GroupId),
        };
        let users = sharing.user.or(sharing.no_longer_user);
        let groups = sharing.group.or(sharing.no_longer_group);
        if users.is_none() && groups.is_none() { Self::Nothing } else { Self::Share(sharing) }
    }
}

impl From<proto::QueryMessageAttachmentInfosRequest> for ResourceRequest {
    fn from(it: proto::QueryMessageAttachmentInfosRequest) -> Self {
        Self::List(ListAttachments {
            users: it.user_ids.into_iter().map(UserId).collect(),
            groups: it.group_ids.into_iter().map(GroupId).collect(),
            created_from: date(it.creation_date_start),
            created_to: date(it.creation_date_end),
            in_private_conversation: it.in_private_conversation,
            shared_by_me: it.are_shared_by_me,
        })
    }
}

/// Keys and values in turn.
pub(super) fn access(pairs: Vec<(String, String)>) -> proto::StringsWithVersion {
    let strings = pairs.into_iter().flat_map(|(key, value)| [key, value]).collect();
    proto::StringsWithVersion { strings, last_updated_date: None }
}

pub(super) fn info(it: ResourceInfo) -> proto::StorageResourceInfo {
    let (id_num, id_str) = match it.id {
        ResourceId::Number(number) => (Some(number), None),
        ResourceId::Text(text) => (None, Some(text)),
    };
    proto::StorageResourceInfo {
        id_num,
        id_str,
        name: it.name,
        media_type: it.media_type,
        uploader_id: it.uploader.0,
        creation_date: it.creation_date.0,
        custom_attributes: Vec::new(),
    }
}

fn kind(number: i32) -> Option<ResourceKind> {
    Some(match proto::StorageResourceType::try_from(number).ok()? {
        proto::StorageResourceType::UserProfilePicture => ResourceKind::UserPicture,
        proto::StorageResourceType::GroupProfilePicture => ResourceKind::GroupPicture,
        proto::StorageResourceType::MessageAttachment => ResourceKind::Attachment,
    })
}

/// Of one that is named twice the number counts.
fn id(number: Option<i64>, text: Option<String>) -> Option<ResourceId> {
    number.map(ResourceId::Number).or(text.map(ResourceId::Text))
}

/// A type and a subtype, each a token of RFC 9110, maybe with parameters.
fn is_media_type(text: &str) -> bool {
    let is_token = |text: &str| {
        !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte))
    };
    let essence = text.split(';').next().unwrap_or_default().trim_end();
    // It becomes a header somewhere, where a line of its own would say something else.
    !text.contains(char::is_control)
        && essence.split_once('/').is_some_and(|(kind, subtype)| is_token(kind) && is_token(subtype))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_makes_no_sense_is_found() {
        let upload = |media_type: &str| {
            let media_type = Some(media_type.into());
            ResourceRequest::from(proto::QueryResourceUploadInfoRequest { media_type, ..Default::default() })
        };
        for right in ["image/png", "text/plain; charset=utf-8"] {
            assert!(matches!(upload(right), ResourceRequest::Upload(_)), "{right}");
        }
        for wrong in ["", "image", "image/", "/png", "im age/png", "image/png/x", "image/png;\r\nx: y"] {
            assert!(matches!(upload(wrong), ResourceRequest::Wrong(_)), "{wrong}");
        }
        let download = |kind, id_num| {
            let request = proto::QueryResourceDownloadInfoRequest { r#type: kind, id_num, ..Default::default() };
            matches!(ResourceRequest::from(request), ResourceRequest::Download(_))
        };
        assert!(download(0, Some(1)) && download(2, None));
        assert!(!download(1, None) && !download(3, Some(1)));
        let delete = proto::DeleteResourceRequest { r#type: -1, ..Default::default() };
        assert_eq!(ResourceRequest::from(delete), NO_SUCH_TYPE);
        let sharing = proto::UpdateMessageAttachmentInfoRequest::default();
        assert_eq!(ResourceRequest::from(sharing), ResourceRequest::Nothing);
    }

    #[test]
    fn each_field_of_sharing_is_what_it_says() {
        let share = |request| {
            ResourceRequest::from(proto::UpdateMessageAttachmentInfoRequest { attachment_id_num: Some(7), ..request })
        };
        let none = ShareAttachment {
            id: Some(ResourceId::Number(7)),
            user: None,
            no_longer_user: None,
            group: None,
            no_longer_group: None,
        };
        let default = proto::UpdateMessageAttachmentInfoRequest::default;
        for (request, sharing) in [
            (
                proto::UpdateMessageAttachmentInfoRequest { user_id_to_share_with: Some(1), ..default() },
                ShareAttachment { user: Some(UserId(1)), ..none.clone() },
            ),
            (
                proto::UpdateMessageAttachmentInfoRequest { user_id_to_unshare_with: Some(2), ..default() },
                ShareAttachment { no_longer_user: Some(UserId(2)), ..none.clone() },
            ),
            (
                proto::UpdateMessageAttachmentInfoRequest { group_id_to_share_with: Some(3), ..default() },
                ShareAttachment { group: Some(GroupId(3)), ..none.clone() },
            ),
            (
                proto::UpdateMessageAttachmentInfoRequest { group_id_to_unshare_with: Some(4), ..default() },
                ShareAttachment { no_longer_group: Some(GroupId(4)), ..none },
            ),
        ] {
            assert_eq!(share(request), ResourceRequest::Share(sharing));
        }
    }

    #[test]
    fn each_field_of_a_list_is_what_it_says() {
        let request = proto::QueryMessageAttachmentInfosRequest {
            user_ids: vec![1, 2],
            group_ids: vec![3],
            creation_date_start: Some(4),
            creation_date_end: Some(5),
            in_private_conversation: Some(true),
            are_shared_by_me: Some(false),
            ..Default::default()
        };
        let list = ListAttachments {
            users: vec![UserId(1), UserId(2)],
            groups: vec![GroupId(3)],
            created_from: date(Some(4)),
            created_to: date(Some(5)),
            in_private_conversation: Some(true),
            shared_by_me: Some(false),
        };
        assert_ne!(list.created_from, list.created_to);
        assert_eq!(ResourceRequest::from(request), ResourceRequest::List(list));
    }

    #[test]
    fn a_resource_has_one_name() {
        assert_eq!(id(Some(7), Some("x".into())), Some(ResourceId::Number(7)));
        assert_eq!(id(None, Some("x".into())), Some(ResourceId::Text("x".into())));
        assert_eq!(id(None, None), None);
    }
}

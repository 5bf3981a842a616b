//! Requests of the kinds that plugins serve. They get them as they came; what makes no sense does not reach them.

use talaria_proto::client as proto;

use crate::model::command::{Ask, CustomRequest, Provided, Provider};

/// Anything about meetings.
pub(super) const CONFERENCE: Provided = Provided { provider: Provider::Conference, ask: Ask::Something };

impl From<proto::DeleteResourceRequest> for Provided {
    fn from(it: proto::DeleteResourceRequest) -> Self {
        stored(resource(it.r#type))
    }
}

impl From<proto::QueryResourceDownloadInfoRequest> for Provided {
    fn from(it: proto::QueryResourceDownloadInfoRequest) -> Self {
        use proto::StorageResourceType::{GroupProfilePicture, UserProfilePicture};
        stored(match proto::StorageResourceType::try_from(it.r#type) {
            Ok(UserProfilePicture | GroupProfilePicture) if it.id_num.is_none() => {
                Ask::Wrong("a picture is named by the id of its user or group")
            }
            _ => resource(it.r#type),
        })
    }
}

impl From<proto::QueryResourceUploadInfoRequest> for Provided {
    fn from(it: proto::QueryResourceUploadInfoRequest) -> Self {
        let is_media_type = it.media_type.as_deref().is_none_or(is_media_type);
        stored(if is_media_type { resource(it.r#type) } else { Ask::Wrong("this is no media type") })
    }
}

impl From<proto::QueryMessageAttachmentInfosRequest> for Provided {
    fn from(_: proto::QueryMessageAttachmentInfosRequest) -> Self {
        stored(Ask::Something)
    }
}

impl From<proto::UpdateMessageAttachmentInfoRequest> for Provided {
    fn from(it: proto::UpdateMessageAttachmentInfoRequest) -> Self {
        let changes = [
            it.user_id_to_share_with,
            it.user_id_to_unshare_with,
            it.group_id_to_share_with,
            it.group_id_to_unshare_with,
        ];
        stored(if changes.iter().any(Option::is_some) { Ask::Something } else { Ask::Nothing })
    }
}

impl From<proto::CustomRequest> for CustomRequest {
    fn from(it: proto::CustomRequest) -> Self {
        Self { name: it.name, payload: it.payload }
    }
}

const fn stored(ask: Ask) -> Provided {
    Provided { provider: Provider::Storage, ask }
}

fn resource(number: i32) -> Ask {
    if proto::StorageResourceType::try_from(number).is_ok() {
        Ask::Something
    } else {
        Ask::Wrong("there is no such type of resource")
    }
}

/// A type and a subtype, each a token of RFC 9110, maybe with parameters.
fn is_media_type(text: &str) -> bool {
    let is_token = |text: &str| {
        !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte))
    };
    let essence = text.split(';').next().unwrap_or_default().trim_end();
    essence.split_once('/').is_some_and(|(kind, subtype)| is_token(kind) && is_token(subtype))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_makes_no_sense_is_found() {
        let upload = |media_type: &str| {
            let request =
                proto::QueryResourceUploadInfoRequest { media_type: Some(media_type.into()), ..Default::default() };
            Provided::from(request).ask
        };
        assert_eq!(upload("image/png"), Ask::Something);
        assert_eq!(upload("text/plain; charset=utf-8"), Ask::Something);
        for wrong in ["", "image", "image/", "/png", "im age/png", "image/png/x"] {
            assert!(matches!(upload(wrong), Ask::Wrong(_)), "{wrong}");
        }
        let download = |kind, id_num| {
            let request = proto::QueryResourceDownloadInfoRequest { r#type: kind, id_num, ..Default::default() };
            Provided::from(request).ask
        };
        assert_eq!(download(0, Some(1)), Ask::Something);
        assert!(matches!(download(1, None), Ask::Wrong(_)));
        assert_eq!(download(2, None), Ask::Something);
        assert!(matches!(download(3, Some(1)), Ask::Wrong(_)));
        let delete = proto::DeleteResourceRequest { r#type: -1, ..Default::default() };
        assert!(matches!(Provided::from(delete).ask, Ask::Wrong(_)));
        assert_eq!(Provided::from(proto::UpdateMessageAttachmentInfoRequest::default()).ask, Ask::Nothing);
    }
}

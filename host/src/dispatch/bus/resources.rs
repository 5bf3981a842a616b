//! Pictures and attachments. The plugin that stores them is asked in words, and who only understands the protocol after
//! that.

use super::Bus;
use crate::{
    dispatch::{Error, Outcome, StoreError, wasm::Stored},
    model::{
        Context, Reply,
        command::{Provider, ResourceRequest},
        happened::Happened,
        resource::ResourceId,
    },
    services::text::is_longer,
};

/// UTF-16 code units of the name of a file, as the protocol counts texts.
const NAME: usize = 255;
/// Bytes.
const MEDIA_TYPE: usize = 255;
/// Bytes of an id that is a text.
const ID: usize = 1024;
/// Users, and groups, that a query names.
const IDS: usize = 100;

impl Bus {
    pub(super) async fn serve_resource(
        &self,
        context: &Context,
        id: i64,
        request: &ResourceRequest,
    ) -> Result<Reply, Error> {
        match request {
            ResourceRequest::Nothing => return Ok(Reply::Done),
            ResourceRequest::Wrong(cause) => return Err(Error::Senseless(cause)),
            request => check(request).map_err(Error::Senseless)?,
        }
        match self.hooks.resource_storage(context, request).await {
            Outcome::Answer(Stored::Access(pairs)) => Ok(Reply::ResourceAccess(pairs)),
            Outcome::Answer(Stored::Infos(infos)) if infos.is_empty() => Ok(Reply::NoContent),
            Outcome::Answer(Stored::Infos(infos)) => Ok(Reply::ResourceInfos(infos)),
            Outcome::Answer(Stored::Done) => Ok(Reply::Done),
            Outcome::Deny(denial) => Err(Error::Denied(denial)),
            Outcome::Pass => self.provide(context, id, Provider::Storage).await,
        }
    }

    /// The plugin that stores resources tells of one. Those who observe it are told, whatever is killed after this.
    pub(in crate::dispatch) async fn resource_told(&self, told: &Happened) -> Result<(), StoreError> {
        self.hooks.happened_for_sure(told).await
    }
}

/// What filters have made of it as well.
fn check(request: &ResourceRequest) -> Result<(), &'static str> {
    let (id, name, media_type) = match request {
        ResourceRequest::Upload(upload) => (&upload.id, upload.name.as_deref(), upload.media_type.as_deref()),
        ResourceRequest::Download(named) | ResourceRequest::Delete(named) => (&named.id, None, None),
        ResourceRequest::Share(sharing) => (&sharing.id, None, None),
        ResourceRequest::List(query) if query.users.len().max(query.groups.len()) > IDS => {
            return Err("a query names at most 100 users and 100 groups");
        }
        ResourceRequest::List(_) | ResourceRequest::Nothing | ResourceRequest::Wrong(_) => return Ok(()),
    };
    if id.as_ref().map_or(0, ResourceId::size) > ID {
        return Err("the id of a resource has at most 1024 bytes");
    }
    if media_type.map_or(0, str::len) > MEDIA_TYPE {
        return Err("a media type has at most 255 bytes");
    }
    if name.is_some_and(|name| is_longer(name, NAME)) {
        return Err("the name of a file has at most 255 characters");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{
        GroupId,
        command::{ListAttachments, NamedResource, UploadResource},
        resource::ResourceKind,
    };

    #[test]
    fn what_is_too_long_is_refused() {
        let id = |size| {
            let id = Some(ResourceId::Text("x".repeat(size)));
            ResourceRequest::Delete(NamedResource { kind: ResourceKind::Attachment, id })
        };
        assert_eq!((check(&id(ID)), check(&id(ID + 1)).is_err()), (Ok(()), true));
        let upload = |name: String, media_type: usize| {
            let media_type = Some("x".repeat(media_type));
            let (kind, id) = (ResourceKind::Attachment, Some(ResourceId::Number(2)));
            ResourceRequest::Upload(UploadResource { kind, id, name: Some(name), media_type })
        };
        assert_eq!(check(&upload("é".repeat(NAME), MEDIA_TYPE)), Ok(()));
        assert!(check(&upload("é".repeat(NAME + 1), MEDIA_TYPE)).is_err());
        assert!(check(&upload(String::new(), MEDIA_TYPE + 1)).is_err());
        let groups = |count| {
            ResourceRequest::List(ListAttachments {
                users: Vec::new(),
                groups: vec![GroupId(1); count],
                created_from: None,
                created_to: None,
                in_private_conversation: None,
                shared_by_me: None,
            })
        };
        assert_eq!((check(&groups(IDS)), check(&groups(IDS + 1)).is_err()), (Ok(()), true));
    }
}

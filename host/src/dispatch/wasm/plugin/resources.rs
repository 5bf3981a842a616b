//! Asking a plugin about resources that it stores.

use super::{Plugin, hooks::deny};
use crate::{
    dispatch::{
        Outcome,
        wasm::{Fault, Hook, bindings::exports::talaria::plugin::resource_storage as wit, call::Call, convert},
    },
    model::{
        Context, Timestamp, UserId,
        command::ResourceRequest,
        resource::{ResourceId, ResourceInfo},
    },
};

/// What the plugin that stores resources answers.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Stored {
    /// How to upload or download.
    Access(Vec<(String, String)>),
    Infos(Vec<ResourceInfo>),
    Done,
}

impl Plugin {
    /// `resource.storage`
    pub(in crate::dispatch) async fn resource_storage(
        &self,
        context: &Context,
        request: &ResourceRequest,
    ) -> Result<Outcome<Stored>, Fault> {
        let (users, groups) = conversations(request);
        let Some(request) = asked(request, &users, &groups) else { return Ok(Outcome::Pass) };
        let mut call = Call::begin(self, Hook::ResourceStorage, context).await?;
        let context = convert::context(context, self.runtime.services.node, call.limit());
        let result = call!(call, resource_storage.call_serve(context, request));
        Ok(match call.finish(result)? {
            wit::Outcome::Access(pairs) => Outcome::Answer(Stored::Access(pairs)),
            wit::Outcome::Infos(infos) => Outcome::Answer(Stored::Infos(infos.into_iter().map(info).collect())),
            wit::Outcome::Done => Outcome::Answer(Stored::Done),
            wit::Outcome::Deny(denial) => Outcome::Deny(deny(denial)),
            wit::Outcome::Pass => Outcome::Pass,
        })
    }
}

fn conversations(request: &ResourceRequest) -> (Vec<i64>, Vec<i64>) {
    match request {
        ResourceRequest::List(query) => {
            let users = query.users.iter().map(|user| user.0).collect();
            (users, query.groups.iter().map(|group| group.0).collect())
        }
        _ => (Vec::new(), Vec::new()),
    }
}

/// `None` of what is answered without asking.
fn asked<'a>(request: &'a ResourceRequest, users: &'a [i64], groups: &'a [i64]) -> Option<wit::Request<'a>> {
    let id = |id: &'a Option<ResourceId>| id.as_ref().map(convert::resource_id);
    Some(match request {
        ResourceRequest::Upload(upload) => wit::Request::Upload(wit::Upload {
            kind: convert::resource_kind(upload.kind),
            id: id(&upload.id),
            name: upload.name.as_deref(),
            media_type: upload.media_type.as_deref(),
        }),
        ResourceRequest::Download(named) => {
            wit::Request::Download(wit::Download { kind: convert::resource_kind(named.kind), id: id(&named.id) })
        }
        ResourceRequest::Delete(named) => {
            wit::Request::Delete(wit::Deletion { kind: convert::resource_kind(named.kind), id: id(&named.id) })
        }
        ResourceRequest::Share(sharing) => wit::Request::Share(wit::Sharing {
            id: id(&sharing.id),
            user: sharing.user.map(|user| user.0),
            no_longer_user: sharing.no_longer_user.map(|user| user.0),
            group: sharing.group.map(|group| group.0),
            no_longer_group: sharing.no_longer_group.map(|group| group.0),
        }),
        ResourceRequest::List(query) => wit::Request::List(wit::Query {
            users,
            groups,
            created_from: query.created_from.map(|date| date.0),
            created_to: query.created_to.map(|date| date.0),
            in_private_conversation: query.in_private_conversation,
            shared_by_me: query.shared_by_me,
        }),
        ResourceRequest::Nothing | ResourceRequest::Wrong(_) => return None,
    })
}

fn info(info: wit::Info) -> ResourceInfo {
    ResourceInfo {
        id: convert::own_resource_id(info.id),
        name: info.name,
        media_type: info.media_type,
        uploader: UserId(info.uploader),
        creation_date: Timestamp(info.creation_date),
    }
}

//! Who stores what users upload.

use std::sync::Arc;

use super::{Hooks, Outcome, chain::settled, exposure::ask, table::Table};
use crate::{
    dispatch::wasm::{Hook, Plugin, Stored, Traits},
    model::{Context, command::ResourceRequest, resource::ResourceInfo},
};

/// Attachments in one answer.
const INFOS: usize = 1_000;
/// Bytes of all their texts.
const INFO_BYTES: usize = 1 << 20;
/// Fields of an answer by which something is uploaded or downloaded.
const PAIRS: usize = 100;
/// Bytes of all of them.
const PAIR_BYTES: usize = 64 << 10;

impl Hooks {
    /// Provider: carries out a request about resources. The first plugin that does not pass decides.
    pub(in crate::dispatch) async fn resource_storage(
        &self,
        context: &Context,
        request: &ResourceRequest,
    ) -> Outcome<Stored> {
        let Some(plugins) = Table::on(&self.table, Hook::ResourceStorage) else { return Outcome::Pass };
        serve(&plugins, context, request).await
    }
}

async fn serve(plugins: &[Arc<Plugin>], context: &Context, request: &ResourceRequest) -> Outcome<Stored> {
    for plugin in plugins {
        let (route, outcome) =
            ask!(plugin, Hook::ResourceStorage, context, Traits::of(context), resource_storage(context, request));
        match settled(route.decider(), Hook::ResourceStorage, outcome, |stored| check(request, stored)) {
            Outcome::Pass => {}
            decided => return decided,
        }
    }
    Outcome::Pass
}

/// Whether an answer is one to this request that a client could do something with.
fn check(request: &ResourceRequest, stored: &Stored) -> Result<(), &'static str> {
    match (request, stored) {
        (ResourceRequest::Upload(_) | ResourceRequest::Download(_), Stored::Access(pairs)) => {
            if pairs.len() > PAIRS {
                return Err("the answer has more than 100 fields");
            }
            let bytes: usize = pairs.iter().map(|(key, value)| key.len() + value.len()).sum();
            if bytes <= PAIR_BYTES { Ok(()) } else { Err("the fields of the answer are longer than 64 KiB") }
        }
        (ResourceRequest::List(_), Stored::Infos(infos)) => {
            if infos.len() > INFOS {
                return Err("the answer has more than 1000 resources");
            }
            let bytes: usize = infos.iter().map(size).sum();
            if bytes <= INFO_BYTES { Ok(()) } else { Err("the texts of the answer are longer than 1 MiB") }
        }
        (ResourceRequest::Delete(_) | ResourceRequest::Share(_), Stored::Done) => Ok(()),
        _ => Err("the answer is of another kind than the request"),
    }
}

fn size(info: &ResourceInfo) -> usize {
    let length = |text: &Option<String>| text.as_ref().map_or(0, String::len);
    info.id.size() + length(&info.name) + length(&info.media_type)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{
        Timestamp, UserId,
        command::{ListAttachments, NamedResource},
        resource::{ResourceId, ResourceKind},
    };

    #[test]
    fn an_answer_fits_its_request() {
        let named = || NamedResource { kind: ResourceKind::Attachment, id: None };
        let (download, delete) = (ResourceRequest::Download(named()), ResourceRequest::Delete(named()));
        let access = |count, size| Stored::Access(vec![("url".to_owned(), "x".repeat(size)); count]);
        assert_eq!(check(&download, &access(2, 900)), Ok(()));
        assert_eq!(check(&delete, &Stored::Done), Ok(()));
        for (request, answer) in [
            (&download, Stored::Done),
            (&delete, access(1, 1)),
            (&delete, Stored::Infos(Vec::new())),
            (&download, access(PAIRS + 1, 1)),
            (&download, access(1, PAIR_BYTES)),
        ] {
            assert!(check(request, &answer).is_err(), "{request:?}");
        }
    }

    #[test]
    fn a_list_has_its_bounds() {
        let list = ResourceRequest::List(ListAttachments {
            users: Vec::new(),
            groups: Vec::new(),
            created_from: None,
            created_to: None,
            in_private_conversation: None,
            shared_by_me: None,
        });
        let infos = |count, size| {
            let info = ResourceInfo {
                id: ResourceId::Text("x".repeat(size)),
                name: None,
                media_type: None,
                uploader: UserId(1),
                creation_date: Timestamp(1),
            };
            Stored::Infos(vec![info; count])
        };
        assert_eq!(check(&list, &infos(INFOS, 100)), Ok(()));
        assert!(check(&list, &infos(INFOS + 1, 1)).is_err() && check(&list, &infos(2, INFO_BYTES)).is_err());
    }
}

//! Resources are uploaded and deleted.

use super::{Event, Plugin, tell};
use crate::{
    dispatch::wasm::{Fault, Hook, convert},
    model::{Context, happened::Happened},
};

impl Plugin {
    pub(super) async fn observe_resources(&self, hook: Hook, context: &Context, events: &[Event]) -> Result<(), Fault> {
        match hook {
            Hook::ResourceUploaded => tell!(self, context, events, ResourceUploaded, resource_uploaded.call_uploaded,
                Event::Happened(Happened::ResourceUploaded(told), _) => convert::resource(&told.resource)
            ),
            _ => tell!(self, context, events, ResourceDeleted, resource_deleted.call_deleted,
                Event::Happened(Happened::ResourceDeleted(told), _) => convert::resource(&told.resource)
            ),
        }
    }
}

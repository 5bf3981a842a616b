//! `resources`: what the plugin that stores resources tells of them.

use crate::{
    dispatch::{
        deeds::HOP_LIMIT,
        logs::{LogLevel, LogSource},
        wasm::{GuestState, Hook, convert, wit::resource_types::ResourceResult as Resource, wit::resources as wit},
    },
    model::happened::{Happened, ToldResource},
};

/// Bytes of each text of a resource.
const TEXT: usize = 1024;

impl wit::Host for GuestState {
    async fn uploaded(&mut self, resource: Resource) -> Result<(), wit::Error> {
        let told = self.told(resource)?;
        self.tell(Happened::ResourceUploaded(told)).await
    }

    async fn deleted(&mut self, resource: Resource) -> Result<(), wit::Error> {
        let told = self.told(resource)?;
        self.tell(Happened::ResourceDeleted(told)).await
    }
}

impl GuestState {
    fn told(&self, resource: Resource) -> Result<ToldResource, wit::Error> {
        // What is started may be in shadow, which it is told afterwards.
        if self.is_in_shadow || self.hook.is_none() {
            return Err(wit::Error::Unavailable);
        }
        let resource = convert::own_resource(resource);
        let texts = [&resource.name, &resource.media_type].into_iter().flatten().map(String::len);
        if texts.chain([resource.id.size()]).any(|bytes| bytes > TEXT) {
            return Err(self.refuse_resource("a text of a resource has more than 1024 bytes"));
        }
        let hop = self.hop.saturating_add(1);
        if hop > HOP_LIMIT {
            return Err(self.refuse_resource("what a plugin tells of a resource has come through too many plugins"));
        }
        Ok(ToldResource { resource, hop })
    }

    async fn tell(&mut self, happened: Happened) -> Result<(), wit::Error> {
        let bus = self.services.deeds.bus().ok_or(wit::Error::Unavailable)?;
        bus.resource_told(&happened).await.map_err(|error| {
            tracing::error!("what a plugin tells of a resource cannot be stored: {error}");
            wit::Error::Unavailable
        })
    }

    /// The plugin learns that it failed; its author finds the cause among its lines.
    fn refuse_resource(&self, cause: &str) -> wit::Error {
        tracing::warn!(plugin = &*self.plugin, "{cause}");
        self.log.enter(LogLevel::Warn, LogSource::Fault, self.hook.map(Hook::name), cause);
        wit::Error::Unavailable
    }
}

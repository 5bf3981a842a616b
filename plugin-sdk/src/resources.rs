//! Capability: what the plugin that provides `resource.storage` has to tell: resources that were uploaded and are what
//! was announced, and those that are gone. Whoever observes that is told, in the order in which it was told here.
//!
//! The types are those of the hooks about resources as well. In a native unit test what was told is found with
//! [`testing`].

#[cfg(target_family = "wasm")]
use crate::bindings::capabilities::talaria::plugin::resources as host;
#[cfg(not(target_family = "wasm"))]
use testing as host;

pub use crate::bindings::capabilities::talaria::plugin::resource_types::{Kind, Resource, ResourceId};
pub use crate::bindings::capabilities::talaria::plugin::resources::Error;

#[cfg(not(target_family = "wasm"))]
pub mod testing;

/// A resource was uploaded and is what was announced.
///
/// # Errors
///
/// [`Error::Unavailable`].
pub fn uploaded(resource: &Resource) -> Result<(), Error> {
    host::uploaded(resource)
}

/// A resource is gone, because a user deleted it or because nothing needs it.
///
/// # Errors
///
/// [`Error::Unavailable`].
pub fn deleted(resource: &Resource) -> Result<(), Error> {
    host::deleted(resource)
}

impl From<i64> for ResourceId {
    fn from(number: i64) -> Self {
        Self::Number(number)
    }
}

impl From<&str> for ResourceId {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

//! Plugins' answers over HTTP.

use std::sync::Arc;

use super::Bus;
use crate::{
    config::RouteAccess,
    dispatch::wasm::{Fault, HttpRequest, HttpResponse, Plugin},
    model::Context,
};

/// A path of a plugin.
#[derive(Clone, Debug)]
pub struct Route {
    plugin: Arc<Plugin>,
    pub access: RouteAccess,
}

/// Why there is no answer. What the plugin did wrong has been logged and counted.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum RouteError {
    #[error("the plugin failed")]
    Failed,
    #[error("the plugin took too long")]
    Late,
    /// It failed before, or has too much to do.
    #[error("the plugin is not available now")]
    Unavailable,
}

impl Bus {
    /// Who answers to a path, given without the query, and who may come there; `None` when no plugin of this name has
    /// routes.
    #[must_use]
    pub fn find_route(&self, plugin: &str, path: &str) -> Option<Route> {
        let plugin = self.hooks.find_routes(plugin)?;
        let access = plugin.access(path);
        Some(Route { plugin, access })
    }

    /// Has the plugin answer. That this request may come to this route is the caller's to see to.
    pub async fn answer(
        &self,
        context: &Context,
        route: &Route,
        request: HttpRequest,
    ) -> Result<HttpResponse, RouteError> {
        route.plugin.http_handle(context, request).await.map_err(|fault| match fault {
            Fault::Timeout(_) => RouteError::Late,
            Fault::Open { .. } | Fault::OverTime { .. } | Fault::Saturated | Fault::NoRoom(_) | Fault::Replaced => {
                RouteError::Unavailable
            }
            Fault::OutOfMemory { .. } | Fault::Trap { .. } | Fault::Interface(_) | Fault::Refused(_) => {
                RouteError::Failed
            }
        })
    }
}

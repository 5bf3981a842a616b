//! Servers start and stop, and the administrator acts.

use super::{Event, Plugin, tell};
use crate::{
    dispatch::wasm::{
        Fault, Hook,
        bindings::exports::talaria::plugin::{
            admin_action, config_changed, server_ready, server_starting, server_stopping,
        },
    },
    model::{Context, happened::Happened},
};

impl Plugin {
    pub(super) async fn observe_server(&self, hook: Hook, context: &Context, events: &[Event]) -> Result<(), Fault> {
        match hook {
            Hook::AdminAction => tell!(self, context, events, AdminAction, admin_action.call_acted,
                Event::Happened(Happened::AdminActed(action), date) => admin_action::Action {
                    name: action.name.as_str(),
                    status: u32::from(action.status),
                    date: date.0,
                }
            ),
            Hook::ConfigChanged => tell!(self, context, events, ConfigChanged, config_changed.call_changed,
                Event::Happened(Happened::ConfigChanged(change), date) => config_changed::Change {
                    plugin: change.plugin.as_str(),
                    date: date.0,
                }
            ),
            Hook::ServerStarting => tell!(self, context, events, ServerStarting, server_starting.call_starting,
                Event::Happened(Happened::ServerStarting(server), date) => server_starting::Server {
                    node: server.node,
                    version: server.version.as_str(),
                    date: date.0,
                }
            ),
            Hook::ServerReady => tell!(self, context, events, ServerReady, server_ready.call_ready,
                Event::Happened(Happened::ServerReady(server), date) => server_ready::Server {
                    node: server.node,
                    version: server.version.as_str(),
                    date: date.0,
                }
            ),
            Hook::ServerStopping => tell!(self, context, events, ServerStopping, server_stopping.call_stopping,
                Event::Happened(Happened::ServerStopping(server), date) => server_stopping::Server {
                    node: server.node,
                    version: server.version.as_str(),
                    date: date.0,
                }
            ),
            _ => Ok(()),
        }
    }
}

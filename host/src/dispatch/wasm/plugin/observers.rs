//! Telling a plugin of what happened, hook by hook. One file a domain.

mod groups;
mod messages;
mod push;
mod relations;
mod resources;
mod server;
mod sessions;
mod traits;
mod users;

use super::Plugin;
use crate::{
    dispatch::wasm::{Fault, Hook},
    model::{Context, Timestamp, happened::Happened, message::Message, outbox::Change},
};

/// Something that happened, as far as the hook says no more.
#[derive(Clone, PartialEq, Debug)]
pub enum Event {
    Message(Message),
    Changed(Change, Timestamp),
    Happened(Happened, Timestamp),
}

/// Makes the records of one hook from the events of its kind, and calls it.
macro_rules! tell {
    ($plugin:ident, $context:ident, $events:ident, $hook:ident, $module:ident . $function:ident, $event:pat => $record:expr) => {{
        use crate::dispatch::wasm::{Hook, call::Call, plugin::observers::Event};
        let of_the_hook = $events.iter().filter_map(|event| match event {
            $event => Some($record),
            _ => None,
        });
        let records: Vec<_> = of_the_hook.collect();
        let mut call = Call::begin($plugin, Hook::$hook, $context).await?;
        let context = crate::dispatch::wasm::convert::context($context, $plugin.runtime.services.node, call.limit());
        let result = call!(call, $module.$function(context, &records));
        call.finish_fallible(result)
    }};
}

use tell;

impl Plugin {
    /// Tells of events of one hook, in their order. Nothing for a hook of another class.
    pub(in crate::dispatch) async fn observe(
        &self,
        hook: Hook,
        context: &Context,
        events: &[Event],
    ) -> Result<(), Fault> {
        let domain = hook.name().split('.').next().unwrap_or_default();
        match domain {
            "message" => self.observe_messages(hook, context, events).await,
            "user" | "presence" => self.observe_users(hook, context, events).await,
            "push" => self.observe_push(hook, context, events).await,
            "relation" => self.observe_relations(hook, context, events).await,
            "group" | "member" => self.observe_groups(hook, context, events).await,
            "resource" => self.observe_resources(hook, context, events).await,
            "server" | "admin" | "config" => self.observe_server(hook, context, events).await,
            _ => self.observe_sessions(hook, context, events).await,
        }
    }
}

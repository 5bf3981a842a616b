//! How each hook of a plugin is called: what it proposes in `describe`, within what the server allows.

use std::time::Duration;

use tokio::sync::Semaphore;

use super::{LoadError, Plugin};
use crate::dispatch::wasm::{Class, Hook, bindings::exports::talaria::plugin::lifecycle};

/// What happens to the event when a plugin fails to answer.
#[derive(Clone, Copy, PartialEq, Eq, Debug, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FailurePolicy {
    /// It goes on as if the plugin were not there.
    Open,
    /// It is refused.
    Closed,
}

/// How one hook of a plugin is called.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct HookSettings {
    /// Filters run from the highest to the lowest.
    pub priority: i32,
    pub deadline: Duration,
    pub on_failure: FailurePolicy,
}

impl HookSettings {
    pub(super) const fn default_for(hook: Hook) -> Self {
        let on_failure = match hook.class() {
            Class::Filter | Class::Observer | Class::Task => FailurePolicy::Open,
            // Nobody gets in because the one who decides is out of order.
            Class::Provider => FailurePolicy::Closed,
        };
        Self { priority: 0, deadline: hook.default_deadline(), on_failure }
    }
}

impl Plugin {
    /// Takes over what the plugin says of its hooks.
    pub(super) fn apply(&mut self, description: lifecycle::Description) -> Result<(), LoadError> {
        self.config_schema = description.config_schema;
        self.is_serial = match self.runtime.settings.serial.get(&*self.name) {
            Some(is_serial) => *is_serial,
            None => description.instances == lifecycle::Instances::Serial,
        };
        if self.is_serial {
            self.permits = Semaphore::new(1);
        }
        for proposed in description.hooks {
            let hook = Hook::find(&proposed.hook).ok_or(LoadError::UnknownHook(proposed.hook))?;
            let settings = &mut self.settings[hook as usize];
            settings.priority = proposed.priority;
            if let Some(milliseconds) = proposed.deadline_ms {
                settings.deadline = Duration::from_millis(u64::from(milliseconds)).min(hook.default_deadline() * 10);
            }
            settings.on_failure = match proposed.on_failure {
                Some(lifecycle::FailurePolicy::Open) => FailurePolicy::Open,
                Some(lifecycle::FailurePolicy::Closed) => FailurePolicy::Closed,
                None => settings.on_failure,
            };
            if let Some(scope) = proposed.scope {
                self.take_scope(hook, scope)?;
            }
        }
        self.take_timers(description.timers)?;
        self.take_commands(description.commands)?;
        self.take_routes(description.routes)?;
        // Last, because the operator's word counts more than the plugin's.
        if self.runtime.settings.essential.contains(&*self.name) {
            for settings in &mut self.settings {
                settings.on_failure = FailurePolicy::Closed;
            }
        }
        Ok(())
    }
}

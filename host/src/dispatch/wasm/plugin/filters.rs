//! Asking a plugin before a step that is not the sending of a message. One file a domain, one function a hook. A patch
//! is taken over at once, so the next plugin sees it.

mod conversations;
mod gates;
mod groups;
mod members;
mod messages;
mod push;
mod relations;
mod resources;
mod users;
mod views;

use super::hooks::deny;
use crate::{
    dispatch::{Denial, wasm::wit::types as wit},
    model::{Timestamp, UserId},
};

/// Calls a filter that changes nothing.
macro_rules! judge {
    ($plugin:ident, $context:ident, $hook:ident, $module:ident . $function:ident ( $($subject:expr),+ )) => {{
        use crate::dispatch::wasm::{Hook, call::Call};
        let mut call = Call::begin($plugin, Hook::$hook, $context).await?;
        let context = crate::dispatch::wasm::convert::context($context, $plugin.runtime.services.node, call.limit());
        let result = call!(call, $module.$function(context, $($subject),+));
        Ok(crate::dispatch::wasm::plugin::filters::plain(call.finish(result)?))
    }};
}

/// Calls a filter that may change what it judges: `$patch => $apply` takes its patch over.
macro_rules! ask {
    (
        $plugin:ident, $context:ident, $hook:ident, $module:ident . $function:ident ( $($subject:expr),+ ),
        $patch:ident => $apply:expr
    ) => {{
        use crate::dispatch::wasm::{Hook, call::Call};
        let mut call = Call::begin($plugin, Hook::$hook, $context).await?;
        let context = crate::dispatch::wasm::convert::context($context, $plugin.runtime.services.node, call.limit());
        let result = call!(call, $module.$function(context, $($subject),+));
        use crate::dispatch::wasm::bindings::exports::talaria::plugin::$module as answer;
        Ok(match call.finish(result)? {
            answer::Verdict::Continue => crate::dispatch::wasm::Judged::Passed,
            answer::Verdict::Patch($patch) => {
                // What is only tried changes nothing.
                if !$plugin.is_in_shadow() {
                    $apply;
                }
                crate::dispatch::wasm::Judged::Changed
            }
            answer::Verdict::Deny(denial) => {
                crate::dispatch::wasm::Judged::Denied(crate::dispatch::wasm::plugin::hooks::deny(denial))
            }
            answer::Verdict::Drop => crate::dispatch::wasm::Judged::Dropped,
        })
    }};
}

/// A verdict that is to go on or a refusal, of a hook with one of its own.
macro_rules! plain_or_denied {
    ($verdict:expr, $module:ident) => {
        Ok(match $verdict {
            $module::Verdict::Continue => crate::dispatch::wasm::Judged::Passed,
            $module::Verdict::Deny(denial) => {
                crate::dispatch::wasm::Judged::Denied(crate::dispatch::wasm::plugin::hooks::deny(denial))
            }
        })
    };
}

use {ask, judge, plain_or_denied};

/// What a plugin decided about a step. A change is in what was judged by then, unless the plugin is in shadow.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Judged {
    Passed,
    Changed,
    Denied(Denial),
    /// Answer as if it had been done, and do nothing.
    Dropped,
}

fn plain(verdict: wit::Verdict) -> Judged {
    match verdict {
        wit::Verdict::Continue => Judged::Passed,
        wit::Verdict::Deny(denial) => Judged::Denied(deny(denial)),
        wit::Verdict::Drop => Judged::Dropped,
    }
}

/// The field as the plugin has it, or as it was.
fn replace<T>(field: &mut T, new: Option<T>) {
    if let Some(new) = new {
        *field = new;
    }
}

/// The same for a field that may be absent; a plugin can fill it in, and cannot take it away.
fn fill<T>(field: &mut Option<T>, new: Option<T>) {
    if new.is_some() {
        *field = new;
    }
}

fn ids(users: &[UserId]) -> Vec<i64> {
    users.iter().map(|user| user.0).collect()
}

fn milliseconds(date: Option<Timestamp>) -> Option<i64> {
    date.map(|date| date.0)
}

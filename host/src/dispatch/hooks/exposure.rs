//! Asking a plugin of which two versions may run: the one that decides for this user is asked, and one in shadow as
//! well.

use std::sync::Arc;

use super::{Authentication, BeforePush, HistoryView, Outcome, RecipientsView, Verdict};
use crate::{
    dispatch::wasm::{BeforeFanout, BeforeSend, Exposure, Fault, Hook, Judged, Plugin, Tendency, Traits},
    model::{Context, MessageId, plugin::Mode, session::Access},
};

/// What a plugin may answer on a hook.
pub(super) trait Decision {
    /// As if there were no plugin.
    const PASS: Self;

    fn tendency(&self) -> Tendency;
}

/// Who is asked on a hook in place of a plugin.
pub(super) struct Route<'plugin> {
    plugin: &'plugin Arc<Plugin>,
    exposure: Option<Arc<Exposure>>,
    hook: Hook,
    decides: Decides,
    is_shadowed: bool,
}

#[derive(Clone, Copy)]
enum Decides {
    Plugin,
    /// The version beside it.
    Beside,
    Nobody,
}

impl<'plugin> Route<'plugin> {
    pub(super) fn of(plugin: &'plugin Arc<Plugin>, hook: Hook, context: &Context, traits: Traits<'_>) -> Self {
        let exposure = plugin.exposure().clone();
        // It may be on the hook for the version beside it alone, which an operation may meet no more on its way here.
        let is_for = |plugin: &Plugin| plugin.handles(hook) && plugin.wants(hook, &traits);
        let Some(exposed) = &exposure else {
            let decides = if is_for(plugin) { Decides::Plugin } else { Decides::Nobody };
            return Self { plugin, exposure, hook, decides, is_shadowed: false };
        };
        let decides = match &exposed.beside {
            _ if exposed.decides_for(context.actor) => {
                if is_for(plugin) {
                    Decides::Plugin
                } else {
                    Decides::Nobody
                }
            }
            Some(beside) if is_for(beside) => Decides::Beside,
            _ => Decides::Nobody,
        };
        let is_shadowed = exposed.mode == Mode::Shadow && is_for(plugin);
        Self { plugin, exposure, hook, decides, is_shadowed }
    }

    /// Who decides; `None` when nobody does.
    pub(super) fn decides(&self) -> Option<&Plugin> {
        match self.decides {
            Decides::Plugin => Some(self.plugin),
            Decides::Beside => self.exposure.as_ref()?.beside.as_deref(),
            Decides::Nobody => None,
        }
    }

    /// Whose failure and whose settings it is when something goes wrong: those of the version that decides.
    pub(super) fn decider(&self) -> &Plugin {
        self.decides().unwrap_or(self.plugin)
    }

    /// Who is asked besides, to see what would come of it.
    pub(super) fn shadow(&self) -> Option<&Plugin> {
        self.is_shadowed.then_some(self.plugin)
    }

    pub(super) fn record<D: Decision>(&self, decided: &Result<D, Fault>) {
        if let Some(exposure) = &self.exposure {
            let tendency = decided.as_ref().map_or(Tendency::Failed, Decision::tendency);
            exposure.record(self.plugin, self.hook, tendency);
        }
    }
}

/// Calls a method of the plugin, or of the version beside it, or of both. Comes to the route, which knows who decided,
/// and what was decided. A macro, as the future of a closure that borrows its argument cannot be shown to be `Send`.
macro_rules! ask {
    ($plugin:expr, $hook:expr, $context:expr, $traits:expr, $method:ident ( $($argument:expr),* )) => {{
        // Not in a variable, which the future would keep.
        let route = crate::dispatch::hooks::exposure::Route::of($plugin, $hook, $context, $traits);
        if let Some(shadow) = route.shadow() {
            route.record(&shadow.$method($($argument),*).await);
        }
        let decided = match route.decides() {
            Some(plugin) => plugin.$method($($argument),*).await,
            None => Ok(crate::dispatch::hooks::exposure::Decision::PASS),
        };
        (route, decided)
    }};
}
pub(super) use ask;

impl Decision for Verdict {
    const PASS: Self = Self::Continue;

    fn tendency(&self) -> Tendency {
        match self {
            Self::Continue => Tendency::Passed,
            Self::Deny(_) => Tendency::Denied,
            Self::Drop => Tendency::Dropped,
        }
    }
}

impl Decision for BeforeSend {
    const PASS: Self = Self::Continue;

    fn tendency(&self) -> Tendency {
        match self {
            Self::Continue => Tendency::Passed,
            Self::Patch { .. } => Tendency::Changed,
            Self::Deny(_) => Tendency::Denied,
            Self::Drop => Tendency::Dropped,
            Self::Hold { .. } => Tendency::Held,
        }
    }
}

impl Decision for BeforeFanout {
    const PASS: Self = Self::Continue;

    fn tendency(&self) -> Tendency {
        match self {
            Self::Continue => Tendency::Passed,
            Self::Skip(_) | Self::Only(_) => Tendency::Changed,
        }
    }
}

impl Decision for Authentication {
    const PASS: Self = Self::BuiltIn;

    fn tendency(&self) -> Tendency {
        match self {
            Self::BuiltIn => Tendency::Passed,
            Self::Accept => Tendency::Answered,
            Self::Deny(_) => Tendency::Denied,
        }
    }
}

impl Decision for Judged {
    const PASS: Self = Self::Passed;

    fn tendency(&self) -> Tendency {
        match self {
            Self::Passed => Tendency::Passed,
            Self::Changed => Tendency::Changed,
            Self::Denied(_) => Tendency::Denied,
            Self::Dropped => Tendency::Dropped,
        }
    }
}

impl<T> Decision for Outcome<T> {
    const PASS: Self = Self::Pass;

    fn tendency(&self) -> Tendency {
        match self {
            Self::Pass => Tendency::Passed,
            Self::Answer(_) => Tendency::Answered,
            Self::Deny(_) => Tendency::Denied,
        }
    }
}

impl Decision for BeforePush {
    const PASS: Self = Self::Continue;

    fn tendency(&self) -> Tendency {
        match self {
            Self::Continue => Tendency::Passed,
            Self::Show(_) | Self::Skip(_) => Tendency::Changed,
            Self::Drop => Tendency::Dropped,
        }
    }
}

/// What it is asked whether it may be.
impl Decision for bool {
    const PASS: Self = true;

    fn tendency(&self) -> Tendency {
        if *self { Tendency::Passed } else { Tendency::Denied }
    }
}

impl Decision for Option<Access> {
    const PASS: Self = None;

    fn tendency(&self) -> Tendency {
        if self.is_some() { Tendency::Answered } else { Tendency::Passed }
    }
}

impl Decision for Vec<RecipientsView> {
    const PASS: Self = Self::new();

    fn tendency(&self) -> Tendency {
        if self.is_empty() { Tendency::Passed } else { Tendency::Changed }
    }
}

impl Decision for Vec<(MessageId, HistoryView)> {
    const PASS: Self = Self::new();

    fn tendency(&self) -> Tendency {
        if self.is_empty() { Tendency::Passed } else { Tendency::Changed }
    }
}

//! Asking a plugin of which two versions may run: the one that decides for this user is asked, and one in shadow as well.

use std::sync::Arc;

use super::{Authentication, BeforePush, HistoryView, Outcome, RecipientsView, Verdict};
use crate::{
    dispatch::wasm::{BeforeFanout, BeforeSend, Exposure, Fault, Hook, Judged, Plugin, Tendency},
    model::{Context, MessageId, UserId, plugin::Mode, session::Access},
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
    user: UserId,
}

impl<'plugin> Route<'plugin> {
    pub(super) fn of(plugin: &'plugin Arc<Plugin>, hook: Hook, context: &Context) -> Self {
        Self { plugin, exposure: plugin.exposure().clone(), hook, user: context.actor }
    }

    /// Who decides; `None` when nobody does.
    pub(super) fn decides(&self) -> Option<&Plugin> {
        let Some(exposure) = &self.exposure else { return Some(self.plugin) };
        let decides = if exposure.decides_for(self.user) { Some(self.plugin) } else { exposure.beside.as_ref() };
        decides.filter(|plugin| plugin.handles(self.hook)).map(|plugin| &**plugin)
    }

    /// Who is asked besides, to see what would come of it.
    pub(super) fn shadow(&self) -> Option<&Plugin> {
        let is_asked = self.exposure.as_ref().is_some_and(|exposure| exposure.mode == Mode::Shadow);
        (is_asked && self.plugin.handles(self.hook)).then_some(self.plugin)
    }

    pub(super) fn record<D: Decision>(&self, decided: &Result<D, Fault>) {
        if let Some(exposure) = &self.exposure {
            let tendency = decided.as_ref().map_or(Tendency::Failed, Decision::tendency);
            exposure.record(self.plugin, self.hook, tendency);
        }
    }
}

/// Calls a method of the plugin, or of the version beside it, or of both. A macro, as the future of a closure that borrows its
/// argument cannot be shown to be `Send`.
macro_rules! ask {
    ($plugin:expr, $hook:expr, $context:expr, $method:ident ( $($argument:expr),* )) => {{
        let route = crate::dispatch::hooks::exposure::Route::of($plugin, $hook, $context);
        if let Some(shadow) = route.shadow() {
            route.record(&shadow.$method($($argument),*).await);
        }
        match route.decides() {
            Some(plugin) => plugin.$method($($argument),*).await,
            None => Ok(crate::dispatch::hooks::exposure::Decision::PASS),
        }
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

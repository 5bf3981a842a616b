//! How much of what a version decides is done: all, for some users only, or nothing. What it does not decide is left to
//! the version beside it, if there is one.

use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

use serde::Serialize;

use super::Plugin;
use crate::{
    dispatch::wasm::Hook,
    model::{UserId, plugin::Mode},
};

/// What a filter or provider may come to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(in crate::dispatch) enum Tendency {
    Passed,
    Changed,
    Denied,
    Dropped,
    Held,
    /// A provider's answer.
    Answered,
    Failed,
}

/// What a version in shadow would have done, since it came into shadow.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize)]
pub struct WouldHave {
    pub passed: u64,
    pub changed: u64,
    pub denied: u64,
    pub dropped: u64,
    pub held: u64,
    pub answered: u64,
    pub failed: u64,
}

/// A version that does not decide everything.
#[derive(Debug)]
pub(in crate::dispatch) struct Exposure {
    pub(in crate::dispatch) mode: Mode,
    /// Decides the rest.
    pub(in crate::dispatch) beside: Option<Arc<Plugin>>,
    tendencies: [AtomicU64; 7],
}

impl Exposure {
    /// Whether what this user does is decided by the version; always the same for the same user.
    pub(in crate::dispatch) fn decides_for(&self, user: UserId) -> bool {
        match self.mode {
            Mode::Full => true,
            Mode::Shadow => false,
            Mode::Canary(percent) => share(user) < u64::from(percent),
        }
    }

    /// Counts what a version in shadow would have done.
    pub(in crate::dispatch) fn record(&self, plugin: &Plugin, hook: Hook, tendency: Tendency) {
        self.tendencies[tendency as usize].fetch_add(1, Ordering::Relaxed);
        let verdict = match tendency {
            Tendency::Passed => "passed",
            Tendency::Changed => "changed",
            Tendency::Denied => "denied",
            Tendency::Dropped => "dropped",
            Tendency::Held => "held",
            Tendency::Answered => "answered",
            Tendency::Failed => "failed",
        };
        let labels = [("plugin", plugin.name().to_owned()), ("hook", hook.name().into()), ("verdict", verdict.into())];
        metrics::counter!("talaria_plugin_shadow_verdicts_total", &labels).increment(1);
    }
}

impl Plugin {
    /// Says how much it decides, and beside which version. It goes on with the next call.
    pub(in crate::dispatch) fn expose(&self, mode: Mode, beside: Option<Arc<Self>>) {
        let exposure = Exposure { mode, beside, tendencies: Default::default() };
        self.exposure.store((mode != Mode::Full).then(|| Arc::new(exposure)));
    }

    /// `None` for a version that decides everything.
    pub(in crate::dispatch) fn exposure(&self) -> arc_swap::Guard<Option<Arc<Exposure>>> {
        self.exposure.load()
    }

    /// The version that decides what this one does not.
    #[must_use]
    pub fn beside(&self) -> Option<Arc<Self>> {
        self.exposure().as_ref().and_then(|exposure| exposure.beside.clone())
    }

    /// Nothing that it decides is done.
    #[must_use]
    pub fn is_in_shadow(&self) -> bool {
        self.exposure().as_ref().is_some_and(|exposure| exposure.mode == Mode::Shadow)
    }

    /// The version whose word counts where only one can have it: that beside one in shadow, if there is one.
    pub(in crate::dispatch) fn deciding(self: &Arc<Self>) -> Option<Arc<Self>> {
        if self.is_in_shadow() { self.beside() } else { Some(Arc::clone(self)) }
    }

    /// What it would have done, of one in shadow.
    #[must_use]
    pub fn would_have(&self) -> Option<WouldHave> {
        let exposure = self.exposure();
        let exposure = exposure.as_ref().filter(|exposure| exposure.mode == Mode::Shadow)?;
        let [passed, changed, denied, dropped, held, answered, failed] =
            exposure.tendencies.each_ref().map(|count| count.load(Ordering::Relaxed));
        Some(WouldHave { passed, changed, denied, dropped, held, answered, failed })
    }

    /// Its place among the plugins on a hook: that of the version whose word counts, of those that handle the hook.
    pub(in crate::dispatch) fn priority(&self, hook: Hook) -> i32 {
        let exposure = self.exposure();
        let beside = exposure.as_ref().and_then(|exposure| exposure.beside.as_deref());
        let beside = beside.filter(|beside| beside.handles(hook));
        let counts = if self.is_in_shadow() || !self.handles(hook) { beside.unwrap_or(self) } else { self };
        counts.settings(hook).priority
    }

    /// Whether it handles the hook itself.
    pub(in crate::dispatch) fn handles(&self, hook: Hook) -> bool {
        self.manifest.hooks.contains(&hook)
    }

    /// Whether it or the version beside it handles the hook.
    pub(in crate::dispatch) fn is_on(&self, hook: Hook) -> bool {
        self.handles(hook) || self.beside().is_some_and(|beside| beside.handles(hook))
    }
}

/// 0 to 99. Neighbouring ids, which often came to be together, are spread.
fn share(user: UserId) -> u64 {
    let mixed = user.0.cast_unsigned().wrapping_mul(0x9E37_79B9_7F4A_7C15);
    ((mixed ^ (mixed >> 32)).wrapping_mul(0xD6E8_FEB8_6659_FD93) >> 32) % 100
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_percentage_is_about_that_many_users_and_always_the_same() {
        let of = |percent| Exposure { mode: Mode::Canary(percent), beside: None, tendencies: Default::default() };
        for percent in [1, 10, 50, 99] {
            let exposure = of(percent);
            let chosen: Vec<_> = (1..=20_000).filter(|id| exposure.decides_for(UserId(*id))).collect();
            let expected = usize::from(percent) * 200;
            assert!(chosen.len().abs_diff(expected) < 400, "{percent}: {}", chosen.len());
            assert!(chosen.iter().all(|id| of(percent + 1).decides_for(UserId(*id))), "who is in stays in");
        }
        assert!((1..1_000).all(|id| of(100).decides_for(UserId(id))));
    }
}

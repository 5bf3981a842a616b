//! Rounds of looks at what has come, of one user: a client asks as often as it likes, and is not to make the server ask
//! the store as often.

use serde::{Deserialize, Serialize};

use super::{Fate, Usage, change};
use crate::refusal::{Refusal, Result};

/// After a round of looks that has found nothing another begins so many milliseconds later: a client asks as often as
/// it likes, and is not to make the server ask the store as often.
const PAUSE_MS: i64 = 1000;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Round {
    /// In milliseconds since the Unix epoch.
    begun: i64,
    has_failed: bool,
}

impl Usage {
    /// The attachments whose uploads may have come and are not counted: those first that nobody has looked at for the
    /// longest time, so that each has its turn; of these those by whose forms they may still begin, and of these the
    /// oldest.
    pub(crate) fn uncounted(&self, now: i64) -> Vec<i64> {
        let open = self.forms.iter().filter(|(_, form)| form.fate == Fate::Open);
        let mut forms: Vec<_> = open.map(|(id, form)| (form.looked, form.until <= now, form.until, *id)).collect();
        forms.sort_unstable();
        forms.into_iter().map(|(.., id)| id).collect()
    }
}

/// Begins a round of looks, and answers at which uploads, at most so many: at none a moment after another round. What
/// became of that is known then, also when it failed.
pub(crate) fn begin_round(user: i64, now: i64, most: usize) -> Result<Vec<i64>> {
    change(user, |usage| {
        let mut ids = usage.uncounted(now);
        // By whichever server's clock; what is later than now is nothing to wait for.
        match usage.round.filter(|round| (round.begun..round.begun.saturating_add(PAUSE_MS)).contains(&now)) {
            _ if ids.is_empty() => {}
            Some(Round { has_failed: true, .. }) => {
                return Err(Refusal::Away("what has come could not be seen a moment ago".to_owned()));
            }
            Some(_) => ids.clear(),
            None => usage.round = Some(Round { begun: now, has_failed: false }),
        }
        ids.truncate(most);
        Ok(ids)
    })
}

/// What became of the round that began then, and what it has looked at.
pub(crate) fn end_round(user: i64, begun: i64, looked: &[i64], has_failed: bool) -> Result<()> {
    change(user, |usage| {
        let mut has_found = false;
        for id in looked {
            match usage.forms.get_mut(id).filter(|form| form.fate == Fate::Open) {
                Some(form) => form.looked = begun,
                None => has_found = true,
            }
        }
        if has_failed || has_found {
            usage.round = has_failed.then_some(Round { begun, has_failed });
        }
        Ok(())
    })
}

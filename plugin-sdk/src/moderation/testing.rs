//! Messages that the plugin holds, in the memory of the test's thread.

use std::cell::RefCell;

use super::{Error, PendingMessage};

/// Something that the plugin did with a message that it held.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Decision {
    Released(i64),
    Discarded(i64),
}

#[derive(Default)]
struct State {
    pending: Vec<PendingMessage>,
    decisions: Vec<Decision>,
}

thread_local! {
    static STATE: RefCell<State> = RefCell::default();
}

/// Holds a message for the plugin.
pub fn hold(message: PendingMessage) {
    STATE.with_borrow_mut(|state| {
        state.pending.push(message);
        state.pending.sort_by_key(|message| message.id);
    });
}

/// What was decided since the last call.
pub fn take_decisions() -> Vec<Decision> {
    STATE.with_borrow_mut(|state| std::mem::take(&mut state.decisions))
}

pub(super) fn pending(after: Option<i64>, limit: u32) -> Result<Vec<PendingMessage>, Error> {
    STATE.with_borrow(|state| {
        let later = state.pending.iter().filter(|message| after.is_none_or(|after| message.id > after));
        Ok(later.take(limit.min(100) as usize).cloned().collect())
    })
}

pub(super) fn release(message: i64) -> Result<(), Error> {
    decide(message, Decision::Released(message))
}

pub(super) fn discard(message: i64) -> Result<(), Error> {
    decide(message, Decision::Discarded(message))
}

fn decide(message: i64, decision: Decision) -> Result<(), Error> {
    STATE.with_borrow_mut(|state| {
        let place = state.pending.iter().position(|pending| pending.id == message);
        let place = place.ok_or_else(|| Error::Refused(format!("no message {message} is held")))?;
        state.pending.remove(place);
        state.decisions.push(decision);
        Ok(())
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Target, moderation};

    #[test]
    fn a_message_is_decided_about_once() {
        let message = |id| PendingMessage {
            id,
            sender: 1,
            target: Target::User(2),
            text: None,
            records: Vec::new(),
            reason: None,
            date: 0,
            until: 1,
        };
        hold(message(7));
        hold(message(5));
        assert_eq!(moderation::pending(Some(5), 9).unwrap().len(), 1);
        moderation::release(7).unwrap();
        moderation::discard(5).unwrap();
        assert_eq!(take_decisions(), [Decision::Released(7), Decision::Discarded(5)]);
        assert!(matches!(moderation::release(7), Err(Error::Refused(_))));
    }
}

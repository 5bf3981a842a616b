//! What a plugin did with messages, in the memory of the test's thread. Everything succeeds at once, unless the test
//! wants it to fail.

use std::cell::RefCell;

use super::{Error, HistoryPage, KeptMessage, OutgoingMessage};
use crate::types::Target;

/// Something that the plugin did, as its own account or as another user.
#[derive(Clone, PartialEq, Debug)]
pub enum Deed {
    /// The ids of messages are 1, 2, 3…
    Sent {
        id: i64,
        sender: i64,
        message: OutgoingMessage,
    },
    Edited {
        sender: i64,
        message: i64,
        text: Option<String>,
        records: Vec<Vec<u8>>,
    },
    Recalled {
        sender: i64,
        message: i64,
    },
}

#[derive(Default)]
struct State {
    account: Option<i64>,
    failure: Option<Error>,
    last_id: i64,
    deeds: Vec<Deed>,
    kept: Vec<(Target, KeptMessage)>,
}

thread_local! {
    static STATE: RefCell<State> = RefCell::default();
}

/// Gives the plugin an account; without it there is none.
pub fn set_account(id: i64) {
    STATE.with_borrow_mut(|state| state.account = Some(id));
}

/// Lets everything fail from now on, or nothing.
pub fn fail_with(error: Option<Error>) {
    STATE.with_borrow_mut(|state| state.failure = error);
}

/// Puts a message into a conversation, for `history` to find whoever asks.
pub fn keep(conversation: Target, message: KeptMessage) {
    STATE.with_borrow_mut(|state| state.kept.push((conversation, message)));
}

/// What was done since the last call.
pub fn take_deeds() -> Vec<Deed> {
    STATE.with_borrow_mut(|state| std::mem::take(&mut state.deeds))
}

pub(super) fn account() -> Option<i64> {
    STATE.with_borrow(|state| state.account)
}

pub(super) fn send(message: &OutgoingMessage) -> Result<Option<i64>, Error> {
    as_any::send(own()?, message)
}

pub(super) fn edit(message: i64, text: Option<&str>, records: &[Vec<u8>]) -> Result<(), Error> {
    as_any::edit(own()?, message, text, records)
}

pub(super) fn recall(message: i64) -> Result<(), Error> {
    as_any::recall(own()?, message)
}

pub(super) fn history(conversation: Target, after: i64, limit: u32) -> Result<HistoryPage, Error> {
    as_any::history(own()?, conversation, after, limit)
}

fn own() -> Result<i64, Error> {
    account().ok_or(Error::NoAccount)
}

pub(crate) mod as_any {
    use super::{Deed, Error, HistoryPage, KeptMessage, OutgoingMessage, STATE, State, Target};

    pub(crate) fn send(sender: i64, message: &OutgoingMessage) -> Result<Option<i64>, Error> {
        done(|state| {
            state.last_id += 1;
            let id = state.last_id;
            state.deeds.push(Deed::Sent { id, sender, message: message.clone() });
            Some(id)
        })
    }

    pub(crate) fn edit(sender: i64, message: i64, text: Option<&str>, records: &[Vec<u8>]) -> Result<(), Error> {
        let (text, records) = (text.map(str::to_owned), records.to_vec());
        done(|state| state.deeds.push(Deed::Edited { sender, message, text, records }))
    }

    pub(crate) fn recall(sender: i64, message: i64) -> Result<(), Error> {
        done(|state| state.deeds.push(Deed::Recalled { sender, message }))
    }

    pub(crate) fn history(_: i64, conversation: Target, after: i64, limit: u32) -> Result<HistoryPage, Error> {
        done(|state| {
            let kept = state.kept.iter().filter(|(target, _)| *target == conversation).map(|(_, message)| message);
            let last = kept.clone().map(|message| message.sequence).max().unwrap_or_default();
            let mut messages: Vec<KeptMessage> = kept.filter(|message| message.sequence > after).cloned().collect();
            messages.sort_by_key(|message| message.sequence);
            messages.truncate(limit as usize);
            HistoryPage { messages, last }
        })
    }

    fn done<T>(deed: impl FnOnce(&mut State) -> T) -> Result<T, Error> {
        STATE.with_borrow_mut(|state| match &state.failure {
            Some(error) => Err(error.clone()),
            None => Ok(deed(state)),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::super::{edit, history, recall, send_text};
    use super::*;
    use crate::messages_as_any;

    #[test]
    fn the_double_remembers_what_was_done() {
        let target = Target::User(7);
        assert_eq!(send_text(target, "hello"), Err(Error::NoAccount));
        set_account(900);
        assert_eq!(send_text(target, "hello"), Ok(Some(1)));
        edit(1, Some("good day"), &[]).unwrap();
        messages_as_any::recall(5, 8).unwrap();
        let edited = Deed::Edited { sender: 900, message: 1, text: Some("good day".into()), records: Vec::new() };
        let [Deed::Sent { id: 1, sender: 900, .. }, second, third] = &take_deeds()[..] else { panic!("other deeds") };
        assert_eq!((second, third), (&edited, &Deed::Recalled { sender: 5, message: 8 }));
        fail_with(Some(Error::TooMany));
        assert_eq!(recall(1), Err(Error::TooMany));
        assert_eq!(take_deeds(), []);
    }

    #[test]
    fn the_double_pages_through_what_is_kept() {
        set_account(900);
        for sequence in 1..=3 {
            let message = KeptMessage {
                id: sequence,
                sequence,
                sender: 7,
                target: Target::Group(1),
                is_system: false,
                text: None,
                records: Vec::new(),
                delivery_date: 0,
                modification_date: None,
                recall_date: None,
            };
            keep(Target::Group(1), message);
        }
        let page = history(Target::Group(1), 1, 1).unwrap();
        assert_eq!((page.messages.len(), page.messages[0].sequence, page.last), (1, 2, 3));
        assert_eq!(history(Target::Group(2), 0, 9).unwrap(), HistoryPage { messages: Vec::new(), last: 0 });
    }
}

//! How much may be under way at a time: so many in all, and of these so many for each, so that nobody takes them all.

use std::{collections::HashMap, hash::Hash, sync::Arc};

use parking_lot::Mutex;

/// The turns that there are, for whoever is told apart by `Who`.
#[derive(Debug)]
pub(super) struct Turns<Who> {
    most: usize,
    most_for_each: usize,
    taken: Mutex<Taken<Who>>,
}

#[derive(Debug)]
struct Taken<Who> {
    all: usize,
    /// Of those who have any.
    by_each: HashMap<Who, usize>,
}

/// Why there is no turn.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Exhausted {
    /// This one has as many as each may have.
    Own,
    All,
}

impl<Who: Clone + Eq + Hash> Turns<Who> {
    pub(super) fn new(most: usize, most_for_each: usize) -> Arc<Self> {
        Arc::new(Self { most, most_for_each, taken: Mutex::new(Taken { all: 0, by_each: HashMap::new() }) })
    }

    /// A turn for this one, if there is one.
    pub(super) fn take(self: &Arc<Self>, who: Who) -> Result<Turn<Who>, Exhausted> {
        let mut taken = self.taken.lock();
        let own = taken.by_each.get(&who).copied().unwrap_or_default();
        // First, as it says what its client can do about it.
        if own >= self.most_for_each {
            return Err(Exhausted::Own);
        }
        if taken.all >= self.most {
            return Err(Exhausted::All);
        }
        taken.all += 1;
        taken.by_each.insert(who.clone(), own + 1);
        Ok(Turn { turns: Arc::clone(self), who })
    }
}

/// One of those that there may be at a time, until it is dropped.
#[derive(Debug)]
pub(super) struct Turn<Who: Eq + Hash> {
    turns: Arc<Turns<Who>>,
    who: Who,
}

impl<Who: Eq + Hash> Drop for Turn<Who> {
    fn drop(&mut self) {
        let mut taken = self.turns.taken.lock();
        taken.all -= 1;
        if let Some(own) = taken.by_each.get_mut(&self.who) {
            *own -= 1;
            if *own == 0 {
                taken.by_each.remove(&self.who);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_takes_all_turns() {
        let turns = Turns::new(3, 2);
        let (one, two) = (turns.take("one").unwrap(), turns.take("one").unwrap());
        assert_eq!(turns.take("one").unwrap_err(), Exhausted::Own);
        let three = turns.take("two").unwrap();
        assert_eq!(turns.take("two").unwrap_err(), Exhausted::All);
        drop(one);
        let four = turns.take("two").unwrap();
        assert_eq!(turns.take("two").unwrap_err(), Exhausted::Own, "it is told first");
        drop((two, three, four));
        assert!(turns.taken.lock().by_each.is_empty());
    }
}

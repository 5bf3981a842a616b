//! Messages of one conversation are told of in the order of their ids, though their commits finish in any order.

use std::{
    collections::{HashMap, hash_map::RandomState},
    hash::BuildHasher,
    sync::Arc,
};

use parking_lot::Mutex;
use tokio::sync::oneshot::{self, error::TryRecvError};

use crate::model::{
    GroupId, MessageId, UserId,
    message::{Message, Target},
};

/// A power of two, many times the number of cores.
const SHARDS: usize = 64;

/// The last message of each conversation that has one on its way.
#[derive(Debug)]
pub(super) struct Turns {
    shards: Box<[Mutex<HashMap<Conversation, Last>>]>,
    hasher: RandomState,
}

/// What a message is part of: two users, the one with the lesser id first, or a group.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
enum Conversation {
    Private(UserId, UserId),
    Group(GroupId),
}

/// A message that later ones wait for.
#[derive(Debug)]
struct Last {
    id: MessageId,
    /// Comes when its turn ends, with the one that it still waited for when it was given up.
    over: oneshot::Receiver<Option<Last>>,
}

/// The turn of a message: while it is held, nobody is told of later ones. Drop it once those concerned have been told,
/// or when the message comes to nothing.
#[derive(Debug)]
pub struct Turn {
    turns: Arc<Turns>,
    conversation: Conversation,
    id: MessageId,
    previous: Option<Last>,
    /// `None` only while it is being dropped.
    over: Option<oneshot::Sender<Option<Last>>>,
}

impl Turns {
    pub(super) fn new() -> Self {
        Self { shards: (0..SHARDS).map(|_| Mutex::default()).collect(), hasher: RandomState::new() }
    }

    /// Makes a message and takes its turn. `make` is called for one message of a conversation at a time, so that ids
    /// and dates are in the order of the turns.
    pub(super) fn take(
        self: &Arc<Self>,
        sender: UserId,
        target: Target,
        make: impl FnOnce() -> Arc<Message>,
    ) -> (Arc<Message>, Turn) {
        let conversation = match target {
            Target::User(recipient) => Conversation::Private(sender.min(recipient), sender.max(recipient)),
            Target::Group(group) => Conversation::Group(group),
        };
        let (sender, over) = oneshot::channel();
        let mut last = self.shard(conversation).lock();
        let message = make();
        let id = message.id;
        let previous = last.insert(conversation, Last { id, over });
        drop(last);
        (message, Turn { turns: Arc::clone(self), conversation, id, previous, over: Some(sender) })
    }

    fn shard(&self, conversation: Conversation) -> &Mutex<HashMap<Conversation, Last>> {
        let hash = usize::try_from(self.hasher.hash_one(conversation) & u64::from(u32::MAX)).unwrap_or(0);
        &self.shards[hash % SHARDS]
    }
}

impl Turn {
    /// Waits until those before are over.
    pub(super) async fn come(&mut self) {
        while let Some(previous) = &mut self.previous {
            // One that was given up hands on whom it waited for itself.
            self.previous = (&mut previous.over).await.unwrap_or(None);
        }
    }

    /// Forgets those before that are over already.
    fn catch_up(&mut self) {
        while let Some(previous) = &mut self.previous {
            self.previous = match previous.over.try_recv() {
                Ok(before) => before,
                Err(TryRecvError::Closed) => None,
                Err(TryRecvError::Empty) => return,
            };
        }
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        let turns = Arc::clone(&self.turns);
        // All of it under the lock: otherwise the one before might end just after it was looked at, and stay in the
        // map.
        let mut last = turns.shard(self.conversation).lock();
        self.catch_up();
        let before = self.previous.take();
        if last.get(&self.conversation).is_some_and(|last| last.id == self.id) {
            match before {
                Some(before) => drop(last.insert(self.conversation, before)),
                None => drop(last.remove(&self.conversation)),
            }
        } else if let Some(over) = self.over.take() {
            // An error says that nobody waits for this one any more.
            let _ = over.send(before);
        }
    }
}

impl Drop for Last {
    fn drop(&mut self) {
        // One after the other: a long chain of those given up would otherwise be dropped by recursion.
        let mut next = self.over.try_recv().ok().flatten();
        while let Some(mut last) = next {
            next = last.over.try_recv().ok().flatten();
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::services::testing::message;

    const ALICE: UserId = UserId(1);
    const BOB: UserId = UserId(2);

    fn take(turns: &Arc<Turns>, id: i64, sender: UserId, target: Target) -> Turn {
        turns.take(sender, target, || Arc::new(message(id, sender, target))).1
    }

    async fn is_waiting(turn: &mut Turn) -> bool {
        tokio::time::timeout(Duration::from_millis(10), turn.come()).await.is_err()
    }

    #[tokio::test]
    async fn later_messages_of_a_conversation_wait() {
        let turns = Arc::new(Turns::new());
        let mut first = take(&turns, 1, ALICE, Target::User(BOB));
        let mut second = take(&turns, 2, BOB, Target::User(ALICE));
        let mut elsewhere = take(&turns, 3, ALICE, Target::Group(GroupId(2)));
        first.come().await;
        elsewhere.come().await;
        let task = tokio::join!(second.come(), async { drop(first) });
        assert_eq!(task, ((), ()));
    }

    #[tokio::test]
    async fn a_turn_that_is_given_up_holds_nobody() {
        let turns = Arc::new(Turns::new());
        let first = take(&turns, 1, ALICE, Target::User(BOB));
        let given_up = take(&turns, 2, ALICE, Target::User(BOB));
        let mut third = take(&turns, 3, ALICE, Target::User(BOB));
        assert!(is_waiting(&mut third).await);
        drop(given_up);
        assert!(is_waiting(&mut third).await, "the first is not over");
        drop(first);
        third.come().await;
        let mut fourth = take(&turns, 4, ALICE, Target::User(BOB));
        drop(third);
        fourth.come().await;
        drop(fourth);
        assert!(turns.shards.iter().all(|shard| shard.lock().is_empty()), "nothing is left over");
    }

    #[tokio::test]
    async fn whoever_is_given_up_in_whatever_order_the_first_is_waited_for() {
        for order in [[0, 1, 2], [2, 1, 0], [1, 0, 2], [1, 2, 0]] {
            let turns = Arc::new(Turns::new());
            let first = take(&turns, 1, ALICE, Target::User(BOB));
            let mut given_up: Vec<_> = (2..5).map(|id| Some(take(&turns, id, ALICE, Target::User(BOB)))).collect();
            for index in order {
                given_up[index] = None;
            }
            // Also when the last one of all was given up.
            let mut next = take(&turns, 5, ALICE, Target::User(BOB));
            assert!(is_waiting(&mut next).await, "{order:?}");
            drop(first);
            next.come().await;
            drop(next);
            assert!(turns.shards.iter().all(|shard| shard.lock().is_empty()), "nothing is left over");
        }
    }
}

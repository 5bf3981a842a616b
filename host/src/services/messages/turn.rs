//! Messages of one conversation are told of in the order of their ids and places, though whoever stores them hears of
//! it in any order.

use std::{
    collections::{HashMap, hash_map::RandomState},
    hash::BuildHasher,
    sync::Arc,
};

use parking_lot::Mutex;
use tokio::sync::oneshot::{self, error::TryRecvError};

use crate::model::{GroupId, MessageId, UserId, message::Target};

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

    /// Takes the turn of a message that `begin` makes and begins to store, answering its id and what comes of it.
    /// `begin` is called for one message of a conversation at a time, so that ids, dates and what the store makes of
    /// the order of its calls, the messages' places, are in the order of the turns. Were the store called after this,
    /// whoever is interrupted in between would be told of first and have the later place: clients that have seen a
    /// place take those before it for seen. It runs under a lock, so it must not block.
    pub(super) fn take<T>(
        self: &Arc<Self>,
        sender: UserId,
        target: Target,
        begin: impl FnOnce() -> (MessageId, T),
    ) -> (T, Turn) {
        let conversation = match target {
            Target::User(recipient) => Conversation::Private(sender.min(recipient), sender.max(recipient)),
            Target::Group(group) => Conversation::Group(group),
        };
        let (sender, over) = oneshot::channel();
        let mut last = self.shard(conversation).lock();
        let (id, begun) = begin();
        let previous = last.insert(conversation, Last { id, over });
        drop(last);
        (begun, Turn { turns: Arc::clone(self), conversation, id, previous, over: Some(sender) })
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
    use std::{
        sync::atomic::{AtomicI64, Ordering},
        time::Duration,
    };

    use tokio::task::JoinSet;

    use super::*;

    const ALICE: UserId = UserId(1);
    const BOB: UserId = UserId(2);

    fn take(turns: &Arc<Turns>, id: i64, sender: UserId, target: Target) -> Turn {
        turns.take(sender, target, || (MessageId(id), ())).1
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

    #[tokio::test(flavor = "multi_thread", worker_threads = 8)]
    async fn the_order_of_the_turns_is_that_in_which_a_slow_store_is_asked() {
        let turns = Arc::new(Turns::new());
        let (asked, told) = (Arc::new(Mutex::new(Vec::new())), Arc::new(Mutex::new(Vec::new())));
        let ids = Arc::new(AtomicI64::new(0));
        let mut senders = JoinSet::new();
        for _ in 0..64 {
            let (turns, asked, told, ids) =
                (Arc::clone(&turns), Arc::clone(&asked), Arc::clone(&told), Arc::clone(&ids));
            senders.spawn(async move {
                for _ in 0..10 {
                    let (id, mut turn) = turns.take(ALICE, Target::Group(GroupId(1)), || {
                        let id = MessageId(ids.fetch_add(1, Ordering::Relaxed));
                        (0..rand::random_range(0..20)).for_each(|_| std::thread::yield_now());
                        asked.lock().push(id);
                        (id, id)
                    });
                    tokio::task::yield_now().await;
                    turn.come().await;
                    told.lock().push(id);
                }
            });
        }
        senders.join_all().await;
        assert_eq!(*told.lock(), *asked.lock());
        assert!(asked.lock().is_sorted());
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

//! What waits to be written to one connection. Whoever has something to say puts it here and goes on; only the
//! connection's own task takes it out.

use std::{collections::VecDeque, task::Waker};

use bytes::Bytes;
use futures_util::task::AtomicWaker;
use parking_lot::Mutex;

use super::wire::Transport;
use crate::model::{Code, session::CloseStatus};

/// An order to end a session, and what its client is told.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Close {
    pub(crate) status: CloseStatus,
    pub(crate) code: Option<Code>,
}

impl From<CloseStatus> for Close {
    fn from(status: CloseStatus) -> Self {
        Self { status, code: None }
    }
}

/// How much may wait.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Bounds {
    pub(crate) frames: usize,
    pub(crate) bytes: usize,
}

/// What became of a frame.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Pushed {
    Queued,
    /// The connection is closing.
    Refused,
    /// More than may wait: the connection closes now.
    Overflow,
}

/// The queue of one connection. Its lock is never held while another is taken.
pub(crate) struct Outbound {
    pub(crate) transport: Transport,
    waker: AtomicWaker,
    queue: Mutex<Queue>,
}

#[derive(Default)]
struct Queue {
    frames: VecDeque<Bytes>,
    /// Of the frames here.
    waiting: Counted,
    /// Of those that were taken and are not written yet.
    taken: Counted,
    order: Option<Order>,
    /// Nothing is accepted from others any more.
    is_closed: bool,
    /// Nothing at all is accepted any more: the last frames are here.
    is_finished: bool,
}

/// What counts against the bounds: frames that others have put in. Answers to the client's own requests are as long as
/// it has asked for.
#[derive(Clone, Copy, Default)]
struct Counted {
    frames: usize,
    bytes: usize,
}

/// What the connection's task is told from elsewhere.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Order {
    Close(Close),
    /// More came than may wait.
    Overflow,
    /// End now, without waiting for anybody.
    Kill,
}

/// Room that an empty queue may keep.
const KEPT_CAPACITY: usize = 8;

impl Outbound {
    pub(crate) fn new(transport: Transport) -> Self {
        Self { transport, waker: AtomicWaker::new(), queue: Mutex::default() }
    }

    /// Puts a frame at the end of the queue. Never waits.
    pub(crate) fn push(&self, frame: Bytes, bounds: Bounds) -> Pushed {
        let mut queue = self.queue.lock();
        if queue.is_closed {
            return Pushed::Refused;
        }
        if !queue.has_room(frame.len(), bounds) {
            queue.close(Order::Overflow);
            queue.frames = VecDeque::new();
            drop(queue);
            self.waker.wake();
            return Pushed::Overflow;
        }
        // Whoever put in the first one has woken the task, and it takes them all.
        let is_first = queue.frames.is_empty();
        queue.waiting.frames += 1;
        queue.waiting.bytes += frame.len();
        queue.frames.push_back(frame);
        drop(queue);
        if is_first {
            self.waker.wake();
        }
        Pushed::Queued
    }

    /// Puts in the answer to the client's own request, which does not count against the bounds: no further request is
    /// read while much waits. It is accepted after an order to close, too, as long as the last frames are not here:
    /// what was done is told. Called by the connection's task, which looks at the queue afterwards.
    pub(crate) fn push_own(&self, frame: Bytes) {
        let mut queue = self.queue.lock();
        if !queue.is_finished {
            queue.frames.push_back(frame);
        }
    }

    /// Accepts the last frames of a connection that is closing, and nothing after that. What waits is written before,
    /// unless it overflowed.
    pub(crate) fn finish(&self, last: impl IntoIterator<Item = Bytes>) {
        let mut queue = self.queue.lock();
        queue.is_closed = true;
        queue.is_finished = true;
        queue.frames.extend(last);
    }

    /// Orders the connection to close. The first order counts, except that none stands against [`Order::Kill`].
    pub(crate) fn order(&self, order: Order) {
        self.queue.lock().close(order);
        self.waker.wake();
    }

    /// Who is woken by the next frame or order. Must come before [`Self::take`] and [`Self::take_order`].
    pub(crate) fn register(&self, waker: &Waker) {
        self.waker.register(waker);
    }

    /// Takes the order, if one was given.
    pub(crate) fn take_order(&self) -> Option<Order> {
        self.queue.lock().order.take()
    }

    /// Moves all frames to `batch`, which is empty; false when there are none.
    pub(crate) fn take(&self, batch: &mut VecDeque<Bytes>) -> bool {
        let mut queue = self.queue.lock();
        std::mem::swap(&mut queue.frames, batch);
        if batch.is_empty() {
            // A burst is over: what it needed is given back, and a little is kept for the next frame.
            if queue.frames.capacity() > KEPT_CAPACITY {
                queue.frames = VecDeque::new();
            }
            *batch = VecDeque::new();
            return false;
        }
        queue.taken = std::mem::take(&mut queue.waiting);
        true
    }

    /// What was taken has been written: it counts no more.
    pub(crate) fn written(&self) {
        self.queue.lock().taken = Counted::default();
    }
}

impl Queue {
    fn has_room(&self, bytes: usize, bounds: Bounds) -> bool {
        let (waiting, taken) = (self.waiting, self.taken);
        waiting.frames + taken.frames < bounds.frames && waiting.bytes + taken.bytes + bytes <= bounds.bytes
    }

    fn close(&mut self, order: Order) {
        if self.order.is_none() && !self.is_closed || order == Order::Kill {
            self.order = Some(order);
        }
        self.is_closed = true;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BOUNDS: Bounds = Bounds { frames: 3, bytes: 10 };

    fn outbound() -> Outbound {
        Outbound::new(Transport::Tcp)
    }

    fn frame(length: usize) -> Bytes {
        Bytes::from(vec![0; length])
    }

    #[test]
    fn frames_leave_in_order_and_all_at_once() {
        let (outbound, mut batch) = (outbound(), VecDeque::new());
        assert!(!outbound.take(&mut batch));
        for length in [1, 2, 3] {
            assert_eq!(outbound.push(frame(length), BOUNDS), Pushed::Queued);
        }
        assert!(outbound.take(&mut batch));
        assert_eq!(batch, [frame(1), frame(2), frame(3)]);
    }

    #[test]
    fn what_was_taken_counts_until_it_is_written() {
        let (outbound, mut batch) = (outbound(), VecDeque::new());
        for length in [1, 2] {
            outbound.push(frame(length), BOUNDS);
        }
        outbound.take(&mut batch);
        assert_eq!(outbound.push(frame(1), BOUNDS), Pushed::Queued);
        batch.clear();
        outbound.written();
        for _ in 0..2 {
            assert_eq!(outbound.push(frame(1), BOUNDS), Pushed::Queued);
        }
        assert_eq!(outbound.push(frame(1), BOUNDS), Pushed::Overflow);
    }

    #[test]
    fn overflow_frees_the_queue_and_closes() {
        for lengths in [vec![1, 1, 1, 1], vec![6, 6]] {
            let (outbound, mut batch) = (outbound(), VecDeque::new());
            let last = lengths.iter().map(|length| outbound.push(frame(*length), BOUNDS)).last();
            assert_eq!(last, Some(Pushed::Overflow));
            assert_eq!(outbound.push(frame(1), BOUNDS), Pushed::Refused);
            assert!(!outbound.take(&mut batch));
            assert_eq!(outbound.take_order(), Some(Order::Overflow));
            outbound.finish([frame(2)]);
            assert!(outbound.take(&mut batch), "the client is told");
        }
    }

    #[test]
    fn a_long_answer_leaves_room_for_what_others_send() {
        let (outbound, mut batch) = (outbound(), VecDeque::new());
        outbound.push_own(frame(2 * BOUNDS.bytes));
        assert_eq!(outbound.push(frame(1), BOUNDS), Pushed::Queued);
        outbound.take(&mut batch);
        outbound.push_own(frame(2 * BOUNDS.bytes));
        assert_eq!(outbound.push(frame(BOUNDS.bytes - 1), BOUNDS), Pushed::Queued, "while it is being written");
        assert_eq!(outbound.push(frame(1), BOUNDS), Pushed::Overflow);
    }

    #[test]
    fn an_answer_is_accepted_until_the_last_frames_are_there() {
        let (outbound, mut batch) = (outbound(), VecDeque::new());
        outbound.order(Order::Close(CloseStatus::ServerClosed.into()));
        assert_eq!(outbound.push(frame(1), BOUNDS), Pushed::Refused);
        outbound.push_own(frame(2));
        outbound.finish([frame(3)]);
        outbound.push_own(frame(4));
        assert!(outbound.take(&mut batch));
        assert_eq!(batch, [frame(2), frame(3)]);
    }

    #[test]
    fn the_first_order_counts_but_nothing_stands_against_kill() {
        let outbound = outbound();
        let first = Order::Close(CloseStatus::DisconnectedByAdmin.into());
        outbound.order(first);
        outbound.order(Order::Close(CloseStatus::ServerClosed.into()));
        assert_eq!(outbound.take_order(), Some(first));
        outbound.order(Order::Close(CloseStatus::ServerClosed.into()));
        assert_eq!(outbound.take_order(), None);
        outbound.order(Order::Kill);
        assert_eq!(outbound.take_order(), Some(Order::Kill));
    }
}

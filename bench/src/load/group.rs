//! The books of messages to a group: each one must come to every member but its sender, once and in order.

use std::{cell::RefCell, rc::Rc, time::Instant};

use serde::Serialize;
use talaria_client::{
    Frame, Reader,
    proto::{TurmsNotification, turms_request::Kind},
};
use tokio::sync::Notify;

use super::stamp::Stamp;
use crate::latency::Times;

/// What went wrong.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize)]
pub(crate) struct Faults {
    pub(crate) refused: u64,
    /// Did not come, or came after a later one, or once more.
    pub(crate) disordered: u64,
    /// Came to its sender, or is of nobody.
    pub(crate) strange: u64,
    pub(crate) ended: u64,
    /// Never came to all members.
    pub(crate) incomplete: u64,
}

/// What was measured since [`Books::begin`].
#[derive(Clone, Debug)]
pub(crate) struct Window {
    pub(crate) deliveries: Times,
    pub(crate) complete: Times,
}

/// All messages. The first members are those who send.
#[derive(Debug)]
pub(crate) struct Books {
    clock: Instant,
    run: u32,
    members: usize,
    senders: Vec<Sender>,
    under_way: usize,
    pub(crate) window: Window,
    faults: Faults,
}

/// The messages of one member.
#[derive(Clone, Debug)]
struct Sender {
    /// For each message how many members do not have it yet.
    missing: Vec<usize>,
    /// For each member which message must come next.
    next: Vec<usize>,
}

impl Books {
    pub(crate) fn new(members: usize, senders: usize) -> Self {
        Self {
            clock: Instant::now(),
            run: rand::random(),
            members,
            senders: vec![Sender { missing: Vec::new(), next: vec![0; members] }; senders],
            under_way: 0,
            window: Window { deliveries: Times::new(), complete: Times::new() },
            faults: Faults::default(),
        }
    }

    /// What came before does not count as measured.
    pub(crate) fn begin(&mut self) {
        self.window = Window { deliveries: Times::new(), complete: Times::new() };
    }

    /// Messages that somebody still lacks.
    pub(crate) fn under_way(&self) -> usize {
        self.under_way
    }

    pub(crate) fn faults(&self) -> Faults {
        Faults { incomplete: self.under_way as u64, ..self.faults }
    }

    /// The stamp of the next message of a sender.
    pub(crate) fn send(&mut self, sender: usize) -> Stamp {
        let due = self.now();
        let messages = &mut self.senders[sender].missing;
        messages.push(self.members - 1);
        self.under_way += 1;
        let index = |number: usize| u32::try_from(number).expect("nobody sends so many messages");
        Stamp { run: self.run, sender: index(sender), sequence: index(messages.len() - 1), due }
    }

    fn now(&self) -> u64 {
        u64::try_from(self.clock.elapsed().as_nanos()).unwrap_or(u64::MAX)
    }

    /// Something came to a member. Answers whether it was the last one of a message.
    fn receive(&mut self, member: usize, notification: &TurmsNotification) -> bool {
        if notification.close_status.is_some() {
            self.faults.ended += 1;
        }
        let Some(relayed) = &notification.relayed_request else {
            let refused = notification.code.is_some_and(|code| !(1000..1100).contains(&code));
            self.faults.refused += u64::from(refused);
            return false;
        };
        let Some(Kind::CreateMessageRequest(message)) = &relayed.kind else { return false };
        let stamp = message.text.as_deref().and_then(Stamp::read).filter(|stamp| stamp.run == self.run);
        let Some(stamp) = stamp.filter(|stamp| stamp.sender as usize != member) else {
            self.faults.strange += 1;
            return false;
        };
        self.arrive(member, stamp)
    }

    fn arrive(&mut self, member: usize, stamp: Stamp) -> bool {
        let (now, sequence) = (self.now(), stamp.sequence as usize);
        let Some(sender) = self.senders.get_mut(stamp.sender as usize) else {
            self.faults.strange += 1;
            return false;
        };
        if sequence != sender.next[member] {
            self.faults.disordered += 1;
            return false;
        }
        sender.next[member] += 1;
        let took = now.saturating_sub(stamp.due);
        self.window.deliveries.record_nanos(took);
        let Some(missing) = sender.missing.get_mut(sequence) else { return false };
        *missing -= 1;
        if *missing > 0 {
            return false;
        }
        self.under_way -= 1;
        self.window.complete.record_nanos(took);
        true
    }
}

/// Reads what comes to a member and tells when a message is complete.
pub(crate) async fn read(member: usize, mut reader: Reader, books: Rc<RefCell<Books>>, progress: Rc<Notify>) {
    while let Ok(Some(frame)) = reader.next().await {
        if let Frame::Notification(notification) = frame
            && books.borrow_mut().receive(member, &notification)
        {
            progress.notify_one();
        }
    }
    books.borrow_mut().faults.ended += 1;
}

#[cfg(test)]
mod tests {
    use talaria_client::proto::{CreateMessageRequest, TurmsRequest};

    use super::*;
    use crate::load::stamp;

    fn delivery(stamp: Stamp) -> TurmsNotification {
        let mut text = String::new();
        stamp.put(&mut text, &stamp::filler(50).unwrap());
        let kind = Kind::CreateMessageRequest(CreateMessageRequest { text: Some(text), ..Default::default() });
        let relayed = TurmsRequest { kind: Some(kind), ..TurmsRequest::default() };
        TurmsNotification { relayed_request: Some(relayed), ..TurmsNotification::default() }
    }

    #[test]
    fn a_message_is_complete_when_all_but_the_sender_have_it() {
        let mut books = Books::new(3, 1);
        let (first, second) = (books.send(0), books.send(0));
        assert!(!books.receive(1, &delivery(first)));
        assert!(!books.receive(1, &delivery(second)));
        assert_eq!(books.under_way(), 2);
        assert!(books.receive(2, &delivery(first)));
        assert_eq!(books.faults().incomplete, 1);
        assert!(books.receive(2, &delivery(second)));
        assert_eq!(books.faults(), Faults::default());
    }

    #[test]
    fn faults_are_found() {
        let mut books = Books::new(3, 1);
        let (first, second) = (books.send(0), books.send(0));
        books.receive(1, &delivery(second));
        books.receive(0, &delivery(first));
        books.receive(1, &delivery(Stamp { run: first.run.wrapping_add(1), ..first }));
        books.receive(0, &TurmsNotification { code: Some(5000), ..TurmsNotification::default() });
        books.receive(2, &TurmsNotification { close_status: Some(400), ..TurmsNotification::default() });
        let faults = Faults { refused: 1, disordered: 1, strange: 2, ended: 1, incomplete: 2 };
        assert_eq!(books.faults(), faults);
    }
}

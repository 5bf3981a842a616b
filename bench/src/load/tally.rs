//! What was sent, what the server said to it, and what arrived: every message is accounted for.

use std::{collections::BTreeMap, time::Instant};

use serde::Serialize;
use talaria_client::proto::{CreateMessageRequest, TurmsNotification, turms_notification::data, turms_request::Kind};

use super::{correctness::Correctness, stamp::Stamp};
use crate::latency::{Summary, Times};

/// Requests of the load have these ids, by their sequence.
pub(super) const FIRST_REQUEST: i64 = 1000;

/// What the server said to a message.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Answer {
    /// Nothing, so far.
    None,
    /// It is stored under this id.
    Accepted(i64),
    /// The status code.
    Refused(i32),
}

/// One message.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sent {
    due: u64,
    window: usize,
    pub(crate) answer: Answer,
    /// The id under which it arrived at the recipient; 0 for never.
    pub(super) arrived: i64,
}

/// The messages of one sender, by their sequence, all to the same recipient.
#[derive(Clone, Debug, Default)]
pub(crate) struct Flow {
    pub(crate) sent: Vec<Sent>,
    /// What must come next at the recipient, or something later.
    next: usize,
}

/// A stretch of time that is reported by itself. A message belongs to the one in which it was sent.
#[derive(Clone, Debug)]
pub(crate) struct Window {
    pub(crate) sent: u64,
    pub(crate) refused: u64,
    /// From when it was due until the answer came.
    pub(crate) answers: Times,
    /// From when it was due until the recipient had it.
    pub(crate) deliveries: Times,
    /// How much later than due it was sent.
    pub(crate) lateness: Times,
}

/// What a report says of a [`Window`].
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Stretch {
    pub(crate) sent: u64,
    pub(crate) refused: u64,
    pub(crate) acknowledged: Summary,
    pub(crate) delivered: Summary,
    pub(crate) lateness: Summary,
}

/// Everything about one run of load.
#[derive(Debug)]
pub(crate) struct Tally {
    /// Stands in every message.
    pub(crate) run: u32,
    clock: Instant,
    pub(crate) flows: Vec<Flow>,
    pub(crate) windows: Vec<Window>,
    pub(super) correctness: Correctness,
}

impl Window {
    fn new() -> Self {
        Self { sent: 0, refused: 0, answers: Times::new(), deliveries: Times::new(), lateness: Times::new() }
    }
}

impl Tally {
    /// For a ring of so many users: each one writes to the next.
    pub(crate) fn new(run: u32, users: usize) -> Self {
        Self {
            run,
            clock: Instant::now(),
            flows: vec![Flow::default(); users],
            windows: vec![Window::new()],
            correctness: Correctness::default(),
        }
    }

    /// Nanoseconds of the generator's clock.
    pub(crate) fn now(&self) -> u64 {
        u64::try_from(self.clock.elapsed().as_nanos()).unwrap_or(u64::MAX)
    }

    /// From now on messages belong to a new window. Answers its index.
    pub(crate) fn begin(&mut self) -> usize {
        self.windows.push(Window::new());
        self.windows.len() - 1
    }

    /// What came of the messages of a window.
    pub(crate) fn stretch(&self, window: usize) -> Stretch {
        let window = &self.windows[window];
        Stretch {
            sent: window.sent,
            refused: window.refused,
            acknowledged: window.answers.summary(),
            delivered: window.deliveries.summary(),
            lateness: window.lateness.summary(),
        }
    }

    /// To whom a user writes.
    pub(crate) fn recipient(&self, sender: usize) -> usize {
        (sender + 1) % self.flows.len()
    }

    /// How many messages the server has accepted.
    pub(crate) fn accepted(&self) -> u64 {
        self.correctness.accepted
    }

    /// How many messages wait for their answer.
    pub(crate) fn unanswered(&self) -> u64 {
        let Correctness { sent, accepted, refused, .. } = &self.correctness;
        sent - accepted - refused.values().sum::<u64>()
    }

    /// Whether nothing is under way any more.
    pub(crate) fn at_rest(&self) -> bool {
        self.unanswered() == 0 && self.correctness.delivered >= self.correctness.accepted
    }

    /// A message leaves that was due then. Answers the stamp for it.
    pub(super) fn send(&mut self, sender: usize, due: u64) -> Stamp {
        let late = self.now().saturating_sub(due);
        let number = self.windows.len() - 1;
        let window = &mut self.windows[number];
        window.sent += 1;
        window.lateness.record_nanos(late);
        self.correctness.sent += 1;
        let sent = &mut self.flows[sender].sent;
        sent.push(Sent { due, window: number, answer: Answer::None, arrived: 0 });
        Stamp { run: self.run, sender: index(sender), sequence: index(sent.len() - 1), due }
    }

    /// Something came to a user.
    pub(super) fn receive(&mut self, user: usize, notification: TurmsNotification) {
        if let Some(status) = notification.close_status {
            self.end(&format!("the server closed the session with status {status}"));
        } else if let Some(relayed) = notification.relayed_request {
            if let Some(Kind::CreateMessageRequest(message)) = relayed.kind {
                self.arrive(user, &message);
            }
        } else if let Some(sequence) = notification.request_id.and_then(|id| id.checked_sub(FIRST_REQUEST)) {
            let id = match notification.data.and_then(|data| data.kind) {
                Some(data::Kind::Long(id)) => id,
                _ => 0,
            };
            self.answer(user, sequence, notification.code.unwrap_or_default(), id);
        }
    }

    /// A user's connection has ended.
    pub(super) fn end(&mut self, why: &str) {
        *self.correctness.ended.entry(why.to_owned()).or_default() += 1;
    }

    fn answer(&mut self, user: usize, sequence: i64, code: i32, id: i64) {
        let now = self.now();
        let sent = usize::try_from(sequence).ok().and_then(|sequence| self.flows[user].sent.get_mut(sequence));
        let Some(sent) = sent.filter(|sent| sent.answer == Answer::None) else {
            self.correctness.strange += 1;
            return;
        };
        let window = &mut self.windows[sent.window];
        if (1000..1100).contains(&code) && id > 0 {
            sent.answer = Answer::Accepted(id);
            self.correctness.accepted += 1;
            window.answers.record_nanos(now.saturating_sub(sent.due));
        } else {
            sent.answer = Answer::Refused(code);
            *self.correctness.refused.entry(code).or_default() += 1;
            window.refused += 1;
        }
    }

    fn arrive(&mut self, user: usize, message: &CreateMessageRequest) {
        let now = self.now();
        let Some(stamp) = message.text.as_deref().and_then(Stamp::read).filter(|stamp| stamp.run == self.run) else {
            self.correctness.strange += 1;
            return;
        };
        let (sender, sequence) = (stamp.sender as usize, stamp.sequence as usize);
        let expected = sender < self.flows.len() && self.recipient(sender) == user;
        let Some(sent) = self.flows.get_mut(sender).filter(|_| expected).and_then(|flow| {
            // Something later has been here already.
            if sequence < flow.next && flow.sent.get(sequence).is_some_and(|sent| sent.arrived == 0) {
                self.correctness.disordered += 1;
            }
            flow.next = flow.next.max(sequence + 1);
            flow.sent.get_mut(sequence)
        }) else {
            self.correctness.strange += 1;
            return;
        };
        if sent.arrived != 0 {
            self.correctness.duplicates += 1;
            return;
        }
        // A message without an id has arrived all the same; that it has none is found in the end.
        sent.arrived = message.message_id.filter(|id| *id != 0).unwrap_or(-1);
        self.correctness.delivered += 1;
        self.windows[sent.window].deliveries.record_nanos(now.saturating_sub(sent.due));
    }

    /// How the whole run went. Call it when nothing more will come.
    pub(crate) fn correctness(&self) -> Correctness {
        let mut correctness = self.correctness.clone();
        correctness.unanswered = self.unanswered();
        for sent in self.flows.iter().flat_map(|flow| &flow.sent) {
            match (sent.answer, sent.arrived) {
                (Answer::Accepted(_), 0) => correctness.lost += 1,
                (Answer::Accepted(id), arrived) if id != arrived => correctness.strange += 1,
                (Answer::Refused(_), arrived) if arrived != 0 => correctness.delivered_though_refused += 1,
                _ => {}
            }
        }
        correctness
    }
}

fn index(number: usize) -> u32 {
    u32::try_from(number).expect("neither users nor messages of one are so many")
}

/// Codes and how often they came, for people.
pub(super) fn listed<K: ToString>(counts: &BTreeMap<K, u64>) -> String {
    counts.iter().map(|(key, count)| format!("{count} × {}", key.to_string())).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests;

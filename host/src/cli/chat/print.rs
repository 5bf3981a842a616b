//! How a conversation looks. Messages and answers go to standard output, what explains them to standard error.

use talaria_client::{
    Response, Target,
    proto::{InboxConversation, Message},
};

use crate::cli::show;

const COMMANDS: &str = "/history shows the last messages, /inbox all conversations, /find WORDS what was said, \
                        /send FILE sends a file, /get ID [NAME] puts one that was sent into this directory, /url ID shows where it is, /quit ends, \
                        // sends a line that begins with /";

/// Bytes of a file below which nobody wants to watch.
const SMALL: u64 = 1_000_000;

const MILLISECONDS_OF_A_DAY: i64 = 24 * 60 * 60 * 1000;

pub(super) fn greeting(user: i64, target: Target) {
    let to = match target {
        Target::User(id) => format!("user {id}"),
        Target::Group(id) => format!("group {id}"),
    };
    eprintln!("You are user {user} and write to {to}. {COMMANDS}. Times are UTC.");
}

pub(super) fn message(message: &Message) {
    let time = time(message.delivery_date.unwrap_or_default());
    let sender = message.sender_id.unwrap_or_default();
    let group = message.group_id.map(|group| format!(" in group {group}")).unwrap_or_default();
    println!("[{time}] {sender}{group}: {}", text(message));
}

/// What was said, as others have written it.
fn text(message: &Message) -> String {
    message.text.as_deref().map_or_else(|| "(no text)".into(), show::plain_lines)
}

/// How many refusals it is: one or none.
pub(super) fn answer(text: &str, answer: &Response) -> u32 {
    if answer.is_success() {
        println!("✓ stored {}  {}", time(answer.timestamp), show::plain(text));
        0
    } else {
        refused(text, answer.code, answer.reason.as_deref());
        1
    }
}

pub(super) fn refused(text: &str, code: i32, reason: Option<&str>) {
    let reason = show::plain(reason.unwrap_or("no reason given"));
    println!("✗ refused, code {code}: {reason}  {}", show::plain(text));
}

/// The same for what the server has not refused.
pub(super) fn failed(command: &str, why: &str) {
    println!("✗ {}  {}", show::plain(why), show::plain(command));
}

pub(super) fn sent_file(name: &str, id: &str, size: u64) {
    println!("✓ sent {}, {}, as {}", show::plain(name), bytes(size), show::plain(id));
}

pub(super) fn url(url: &str) {
    println!("✓ {}", show::plain(url));
}

pub(super) fn got_file(name: &str, size: u64) {
    println!("✓ got {}, {}", show::plain(name), bytes(size));
}

fn bytes(size: u64) -> String {
    show::size(usize::try_from(size).unwrap_or(usize::MAX))
}

/// How far a large file has got, a line for each tenth of it.
pub(super) struct Progress {
    name: String,
    total: Option<u64>,
    /// Bytes at which there is something to say.
    next: u64,
}

impl Progress {
    /// `total`: if it is known how large the file is.
    pub(super) fn new(name: &str, total: Option<u64>) -> Self {
        let next = total.map_or(SMALL, |total| if total < SMALL { u64::MAX } else { total.div_ceil(10) });
        Self { name: show::plain(name), total, next }
    }

    pub(super) fn at(&mut self, done: u64) {
        if let Some(line) = self.line(done) {
            eprintln!("{line}");
        }
    }

    fn line(&mut self, done: u64) -> Option<String> {
        if done < self.next {
            return None;
        }
        match self.total {
            Some(total) => {
                let tenths = u128::from(done) * 10 / u128::from(total.max(1));
                self.next = u64::try_from((u128::from(total) * (tenths + 1)).div_ceil(10)).unwrap_or(u64::MAX);
                Some(format!("{}: {} % of {}", self.name, tenths * 10, bytes(total)))
            }
            None => {
                // Twice as far each time, as the end is not known.
                self.next = done.saturating_mul(2);
                Some(format!("{}: {}", self.name, bytes(done)))
            }
        }
    }
}

pub(super) fn unknown_command(line: &str) {
    eprintln!("`{}` is no command, or lacks what it takes, and was not sent: {COMMANDS}", show::plain(line));
}

pub(super) fn missed(count: u64) {
    eprintln!("{count} messages came faster than they were shown; /history has them");
}

/// As [`message`], with the other side of a private conversation.
pub(super) fn found(found: &Message) {
    match (found.group_id, found.recipient_id) {
        (None, Some(recipient)) => {
            let (time, sender) = (time(found.delivery_date.unwrap_or_default()), found.sender_id.unwrap_or_default());
            println!("[{time}] {sender} to {recipient}: {}", text(found));
        }
        _ => message(found),
    }
}

pub(super) fn end_of_history(count: usize) {
    eprintln!("{}", counted(count, "message"));
}

pub(super) fn end_of_inbox(count: usize) {
    eprintln!("{}", counted(count, "conversation"));
}

fn counted(count: usize, what: &str) -> String {
    if count == 1 { format!("1 {what}") } else { format!("{count} {what}s") }
}

pub(super) fn end_of_search(count: usize, has_more: bool) {
    let more = if has_more { ", and there may be more" } else { "" };
    eprintln!("{}{more}", counted(count, "message"));
}

pub(super) fn conversation(conversation: &InboxConversation) {
    let with = match (conversation.group_id, conversation.user_id) {
        (Some(group), _) => format!("group {group}"),
        (None, user) => format!("user {}", user.unwrap_or_default()),
    };
    let last = conversation.last_message.as_ref();
    let time = time(last.and_then(|message| message.delivery_date).unwrap_or_default());
    let text = last.map_or_else(|| "(no text)".into(), text);
    println!("[{time}] {with}, {} unread: {text}", conversation.unread_count);
}

/// The time of day in UTC: the machine's time zone is not known without a further crate.
fn time(milliseconds: i64) -> String {
    let seconds = milliseconds.rem_euclid(MILLISECONDS_OF_A_DAY) / 1000;
    format!("{:02}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_large_file_is_told_of_ten_times() {
        let mut progress = Progress::new("a", Some(10_000_000));
        let lines: Vec<_> = (1..=100).filter_map(|n| progress.line(n * 100_000)).collect();
        assert_eq!(lines.len(), 10);
        assert_eq!((lines[0].as_str(), lines[9].as_str()), ("a: 10 % of 10.0 MB", "a: 100 % of 10.0 MB"));
        assert_eq!(Progress::new("a", Some(SMALL - 1)).line(SMALL - 1), None);
        let mut unknown = Progress::new("a", None);
        assert_eq!(unknown.line(SMALL / 2), None);
        assert_eq!(unknown.line(SMALL).as_deref(), Some("a: 1.0 MB"));
        assert_eq!(unknown.line(SMALL + 1), None);
    }

    #[test]
    fn times_are_of_the_day() {
        assert_eq!(time(0), "00:00:00");
        assert_eq!(time(MILLISECONDS_OF_A_DAY - 1), "23:59:59");
        assert_eq!(time(1_700_000_000_000), "22:13:20");
    }
}

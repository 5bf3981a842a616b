//! Between connecting and the end: lines from the terminal, answers and news from the server, whichever comes first.

use std::io::IsTerminal as _;

use anyhow::{Result, bail};
use futures_util::{StreamExt as _, future::BoxFuture, stream::FuturesUnordered};
use talaria_client::{
    Client, Closed, Error, Event, Events, MessageQuery, Response, Target,
    proto::{CreateMessageRequest, Message, TurmsNotification, turms_request::Kind},
};
use tokio::{
    io::{AsyncBufRead, AsyncBufReadExt as _, BufReader, Lines},
    sync::Semaphore,
};

use super::{files, print, status};

const HISTORY: i32 = 20;

/// How many messages may wait for their answer; a pasted book is sent in pieces.
const IN_FLIGHT: usize = 32;

/// How many files may be under way, and how many may wait for it.
const FILES: usize = 4;
const WAITING_FILES: usize = 1000;

/// What was typed, and what the server made of it.
type Answered = (String, Result<Response, Error>);

/// Returns when everything that was typed has been answered. Fails when the server ends the session and, for scripts,
/// when something was refused and nobody watches.
pub(super) async fn hold(client: Client, events: Events, user: i64, target: Target) -> Result<()> {
    print::greeting(user, target);
    let lines = BufReader::new(tokio::io::stdin()).lines();
    let refused = talk(lines, &client, events, user, target).await?;
    client.close().await;
    if refused > 0 && !std::io::stdin().is_terminal() {
        bail!("{refused} of the lines were refused");
    }
    Ok(())
}

/// Answers how much was refused.
async fn talk(
    mut lines: Lines<impl AsyncBufRead + Unpin>,
    client: &Client,
    mut events: Events,
    user: i64,
    target: Target,
) -> Result<u32> {
    let mut answers = FuturesUnordered::new();
    // Large files take their time, and talk goes on meanwhile.
    let turns = Semaphore::new(FILES);
    let mut files: FuturesUnordered<BoxFuture<'_, Result<u32>>> = FuturesUnordered::new();
    let (mut typing, mut refused) = (true, 0_u32);
    while typing || !answers.is_empty() || !files.is_empty() {
        tokio::select! {
            line = lines.next_line(), if typing && answers.len() < IN_FLIGHT && files.len() < WAITING_FILES => match line? {
                None => typing = false,
                Some(line) => match line.trim() {
                    "" => {}
                    "/quit" => typing = false,
                    "/history" => {
                        // What was typed before belongs to it.
                        refused += finish(&mut answers).await?;
                        refused += history(client, user, target).await?;
                    }
                    "/inbox" => {
                        refused += finish(&mut answers).await?;
                        refused += inbox(client).await?;
                    }
                    text => match (text.split_once(' '), literal(text)) {
                        (Some(("/find", words)), _) => {
                            refused += finish(&mut answers).await?;
                            refused += find(client, words.trim()).await?;
                        }
                        (Some(("/send", file)), _) => {
                            let sent = files::send(client, target, file.trim().to_owned());
                            files.push(Box::pin(in_turn(&turns, sent)));
                        }
                        (Some(("/get", file)), _) => {
                            files.push(Box::pin(in_turn(&turns, files::get(client, file.trim().to_owned()))));
                        }
                        (Some(("/url", file)), _) => files.push(Box::pin(files::url(client, file.trim().to_owned()))),
                        (_, Some(text)) => answers.push(send(client, target, text.to_owned())),
                        (_, None) => {
                            refused += 1;
                            print::unknown_command(text);
                        }
                    },
                },
            },
            Some((text, answer)) = answers.next() => refused += print::answer(&text, &answer?),
            Some(file) = files.next() => refused += file?,
            event = events.next() => match event {
                Some(Event::Notification(notification)) => news(&notification),
                Some(Event::Missed(count)) => print::missed(count),
                Some(Event::Closed(closed)) => bail!(end(&closed)),
                None => bail!("the connection is gone; run the command again to reconnect"),
            },
        }
    }
    Ok(refused)
}

/// Those who came first go first.
async fn in_turn<T>(turns: &Semaphore, work: impl Future<Output = T>) -> T {
    let _turn = turns.acquire().await;
    work.await
}

/// The text that a line asks to send; none when it is meant as a command. A second slash says that the first belongs to
/// the text.
fn literal(line: &str) -> Option<&str> {
    match line.strip_prefix('/') {
        Some(rest) if rest.starts_with('/') => Some(rest),
        Some(_) => None,
        None => Some(line),
    }
}

/// Waits for the answers to everything that was sent, and counts the refusals.
async fn finish(answers: &mut FuturesUnordered<impl Future<Output = Answered>>) -> Result<u32> {
    let mut refused = 0;
    while let Some((text, answer)) = answers.next().await {
        refused += print::answer(&text, &answer?);
    }
    Ok(refused)
}

async fn send(client: &Client, target: Target, text: String) -> Answered {
    let (group_id, recipient_id) = match target {
        Target::User(id) => (None, Some(id)),
        Target::Group(id) => (Some(id), None),
    };
    let request =
        CreateMessageRequest { group_id, recipient_id, text: Some(text.clone()), ..CreateMessageRequest::default() };
    let answer = client.request(Kind::CreateMessageRequest(request)).await;
    (text, answer)
}

async fn history(client: &Client, user: i64, target: Target) -> Result<u32> {
    let (of_groups, from) = match target {
        // One's own id among the senders asks for both sides.
        Target::User(other) => (false, vec![other, user]),
        Target::Group(group) => (true, vec![group]),
    };
    let query = MessageQuery { of_groups, from, max_count: Some(HISTORY), descending: true, ..MessageQuery::default() };
    shown("/history", client.query_messages(query).await, |mut messages| {
        messages.reverse();
        messages.iter().for_each(print::message);
        print::end_of_history(messages.len());
    })
}

async fn inbox(client: &Client) -> Result<u32> {
    shown("/inbox", client.query_inbox(None).await, |conversations| {
        conversations.iter().for_each(print::conversation);
        print::end_of_inbox(conversations.len());
    })
}

async fn find(client: &Client, words: &str) -> Result<u32> {
    shown("/find", client.search_messages(words, None).await, |found| {
        found.messages.iter().rev().for_each(print::found);
        print::end_of_search(found.messages.len(), found.next_before_message_id.is_some());
    })
}

/// Prints what a command found; says how many refusals it is.
fn shown<T>(command: &str, answer: Result<T, Error>, print: impl FnOnce(T)) -> Result<u32> {
    match answer {
        Ok(found) => {
            print(found);
            Ok(0)
        }
        Err(Error::Refused { code, reason }) => {
            print::refused(command, code, reason.as_deref());
            Ok(1)
        }
        Err(other) => Err(other.into()),
    }
}

/// Messages are shown, other news pass by.
fn news(notification: &TurmsNotification) {
    let relayed = notification.relayed_request.as_ref().and_then(|request| request.kind.as_ref());
    if let Some(Kind::CreateMessageRequest(request)) = relayed {
        print::message(&Message {
            id: request.message_id,
            delivery_date: request.delivery_date.or(Some(notification.timestamp)),
            text: request.text.clone(),
            sender_id: notification.requester_id,
            group_id: request.group_id,
            ..Message::default()
        });
    }
}

fn end(closed: &Closed) -> String {
    match closed {
        Closed::ByServer { status, reason, .. } => {
            let reason = reason.as_deref().map(|reason| format!(": {reason}")).unwrap_or_default();
            let meaning = status::meaning(*status);
            format!(
                "the server ended the session, {meaning} (status {status}){reason}; run the command again to reconnect"
            )
        }
        Closed::Disconnected | Closed::ByClient | Closed::Failed(_) => {
            format!("{closed}; run the command again to reconnect")
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::cli::chat::testing::{Server, pairs};

    #[tokio::test]
    async fn talk_goes_on_while_many_files_are_under_way() {
        // A port where connections are taken, and nothing is said.
        let silent = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}/", silent.local_addr().unwrap());
        let (mut server, client, events) = Server::start(move |_| pairs(&[("url", &url)])).await;
        let typed = format!("{}hello\n", "/get 1 a.txt\n".repeat(FILES + 3));
        let lines = BufReader::new(typed.as_bytes()).lines();
        let seen = async {
            let mut files = 0;
            loop {
                match server.requests.recv().await {
                    Some(Kind::CreateMessageRequest(_)) => return files,
                    Some(Kind::QueryResourceDownloadInfoRequest(_)) => files += 1,
                    other => panic!("{other:?}"),
                }
            }
        };
        let files = tokio::select! {
            outcome = talk(lines, &client, events, 1, Target::User(2)) => panic!("{outcome:?}"),
            files = tokio::time::timeout(Duration::from_secs(30), seen) => files.expect("it is sent"),
        };
        assert!(files <= FILES, "{files}");
    }

    #[test]
    fn a_slash_begins_a_command_and_two_begin_a_text() {
        assert_eq!(literal("1/2 of it"), Some("1/2 of it"));
        assert_eq!(literal("//etc/hosts"), Some("/etc/hosts"));
        assert_eq!(literal("/hist"), None);
        assert_eq!(literal("/"), None);
    }
}

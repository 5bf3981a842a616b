//! What was acknowledged is there, whatever happens to the server.

use std::{collections::VecDeque, fs, net::SocketAddr, process::Command};

use talaria_client::{
    Closed, MessageQuery, Response, Target,
    proto::{DeviceType, Message, QueryMessagesRequest, turms_notification::data, turms_request::Kind},
};
use tokio::{
    sync::{mpsc, oneshot},
    task::JoinSet,
};

use crate::support::{Transport, User, eventually, process::Server, request, skipped};

const SENDERS: [i64; 4] = [11, 12, 13, 14];
const RECIPIENT: i64 = 20;
const IN_FLIGHT: usize = 32;
const BEFORE_THE_KILL: usize = 400;

/// Sends until the server is gone; reports the number of each text that was acknowledged, with its id.
async fn send_until_the_end(address: SocketAddr, user: i64, acknowledged: mpsc::UnboundedSender<(i64, usize, i64)>) {
    let sender = User::log_in(address, Transport::Tcp, user, DeviceType::Desktop).await;
    let mut waiting = VecDeque::new();
    for number in 0.. {
        match sender.client().fire(request::text(Target::User(RECIPIENT), &number.to_string())).await {
            Ok(answer) => waiting.push_back((number, answer)),
            Err(_) => break,
        }
        if waiting.len() < IN_FLIGHT {
            continue;
        }
        report(user, waiting.pop_front(), &acknowledged).await;
    }
    // What was answered before the end still counts.
    while !waiting.is_empty() {
        report(user, waiting.pop_front(), &acknowledged).await;
    }
}

type Waiting = (usize, oneshot::Receiver<Result<Response, Closed>>);

async fn report(user: i64, waiting: Option<Waiting>, acknowledged: &mpsc::UnboundedSender<(i64, usize, i64)>) {
    if let Some((number, answer)) = waiting
        && let Ok(Ok(response)) = answer.await
    {
        let id = response.into_id().expect("messages are stored");
        acknowledged.send((user, number, id)).expect("the test still listens");
    }
}

async fn by_ids(reader: &User, ids: &[i64]) -> Vec<Message> {
    let query =
        QueryMessagesRequest { ids: ids.to_vec(), are_group_messages: Some(false), ..QueryMessagesRequest::default() };
    match reader.request(Kind::QueryMessagesRequest(query)).await.data {
        Some(data::Kind::Messages(messages)) => messages.messages,
        other => panic!("{other:?}"),
    }
}

fn number(message: &Message) -> usize {
    message.text.as_deref().and_then(|text| text.parse().ok()).expect("texts are numbers here")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_killed_server_has_kept_all_that_it_acknowledged() {
    let directory = tempfile::tempdir().unwrap();
    let mut server = Server::start(directory.path());
    let (sender, mut acknowledgements) = mpsc::unbounded_channel();
    let mut tasks = JoinSet::new();
    for user in SENDERS {
        tasks.spawn(send_until_the_end(server.tcp, user, sender.clone()));
    }
    drop(sender);
    let mut acknowledged = Vec::new();
    while let Some(one) = acknowledgements.recv().await {
        acknowledged.push(one);
        if acknowledged.len() == BEFORE_THE_KILL {
            tokio::task::block_in_place(|| server.process.kill());
        }
    }
    while let Some(ended) = tasks.join_next().await {
        ended.unwrap();
    }
    assert!(acknowledged.len() >= BEFORE_THE_KILL);

    let server = Server::start(directory.path());
    let reader = User::log_in(server.ws, Transport::Ws, RECIPIENT, DeviceType::Desktop).await;
    for user in SENDERS {
        let own: Vec<(usize, i64)> =
            acknowledged.iter().filter(|it| it.0 == user).map(|&(_, number, id)| (number, id)).collect();
        for part in own.chunks(500) {
            let ids: Vec<i64> = part.iter().map(|(_, id)| *id).collect();
            let found: Vec<(usize, i64)> = by_ids(&reader, &ids)
                .await
                .iter()
                .map(|message| (number(message), message.id.unwrap_or_default()))
                .collect();
            assert_eq!(found, part, "of user {user}: each once, in the order in which they were sent");
        }
        let all = reader.query(MessageQuery { from: vec![user], ..MessageQuery::default() }).await;
        assert!(all.iter().map(number).is_sorted_by(|a, b| a < b), "none is stored twice");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_disk_has_a_message_before_its_sender_hears_of_it() {
    if Command::new("strace").arg("-V").output().is_err() {
        skipped("there is no strace here");
        return;
    }
    let directory = tempfile::tempdir().unwrap();
    let log = directory.path().join("trace");
    let log_path = log.display().to_string();
    let calls = "trace=recvfrom,read,fdatasync,fsync,write,writev,sendto,sendmsg";
    // With -D the server is the process that is killed, and strace ends with it.
    let wrapper = ["strace", "-D", "-f", "-s", "200", "-o", &log_path, "-e", calls];
    let server = Server::start_with(&wrapper, &directory.path().join("data"));
    let sender = User::log_in(server.tcp, Transport::Tcp, 1, DeviceType::Desktop).await;
    sender.send(Target::User(2), "a-text-to-be-found").await;
    drop(server);
    let read = || fs::read_to_string(&log).unwrap_or_default();
    eventually("the end of the trace", async || read().contains("killed by SIGKILL")).await;
    let trace = read();
    let lines: Vec<&str> = trace.lines().collect();
    let received = lines
        .iter()
        .position(|line| line.contains("a-text-to-be-found") && (line.contains("recv") || line.contains("read")))
        .expect("the request is received");
    let synced = lines[received..].iter().position(|line| line.contains("sync") && line.ends_with("= 0"));
    let answered = lines[received..]
        .iter()
        .position(|line| {
            ["write(", "writev(", "sendto(", "sendmsg("].iter().any(|call| line.contains(call))
                && line.contains("\\350\\7")
        })
        .expect("the answer is sent: it has code 1000");
    assert!(synced.is_some_and(|synced| synced < answered), "{}", lines[received..].join("\n"));
}

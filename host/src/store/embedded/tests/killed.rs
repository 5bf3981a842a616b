//! What was acknowledged survives `kill -9`: this test binary runs itself as the victim.

use std::{
    io::{BufRead, BufReader},
    path::Path,
    process::{Command, Stdio},
};

use futures_util::{StreamExt, stream};

use super::{message, open_in};
use crate::{
    clock::Clock,
    model::{UserId, message::MessageScope},
    store::{
        MessageStore,
        conformance::NOW,
        embedded::{EmbeddedStore, Options},
    },
};

const DIRECTORY: &str = "TALARIA_TEST_KILLED_DIRECTORY";

/// Does nothing unless the test below runs it: then it inserts until it is killed.
#[tokio::test]
async fn victim() {
    let Ok(directory) = std::env::var(DIRECTORY) else { return };
    let store = EmbeddedStore::open(Path::new(&directory), Options::default(), Clock::fake(NOW)).unwrap();
    let mut inserted = stream::iter(1..)
        .map(|id| {
            let insertion = store.insert_message(message(id, 1, 2));
            async move { insertion.await.map(|_| id) }
        })
        .buffer_unordered(64);
    while let Some(id) = inserted.next().await {
        println!("acknowledged {}", id.unwrap());
    }
}

#[tokio::test]
async fn acknowledged_messages_survive() {
    for enough in [1, 500, 3_000] {
        let directory = tempfile::tempdir().unwrap();
        let acknowledged = kill_after(enough, directory.path());
        assert!(acknowledged.len() >= enough);
        let store = open_in(&directory);
        for id in acknowledged {
            assert!(store.find_message(id.into()).await.unwrap().is_some(), "{id} is lost");
        }
        let last = store.last_message_id().await.unwrap().unwrap();
        let next = store.insert_message(message(last.0 + 1, 2, 1)).await.unwrap();
        let scope = MessageScope::Private { user: UserId(1), with: Some(vec![UserId(2)]) };
        let count = store.count_messages(&scope, None, None).await.unwrap();
        assert_eq!(next.0.cast_unsigned(), count, "the sequence has no gap");
    }
}

fn kill_after(enough: usize, directory: &Path) -> Vec<i64> {
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "store::embedded::tests::killed::victim", "--nocapture", "--test-threads=1"])
        .env(DIRECTORY, directory)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut acknowledged = Vec::new();
    for line in BufReader::new(child.stdout.take().unwrap()).lines() {
        let line = line.unwrap();
        // The harness may write before the first on the same line; the last may be cut.
        if let Some((_, id)) = line.split_once("acknowledged ") {
            acknowledged.push(id.parse().unwrap());
        }
        if acknowledged.len() == enough {
            child.kill().unwrap();
            break;
        }
    }
    child.wait().unwrap();
    acknowledged
}

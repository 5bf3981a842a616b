//! What is shown of refusals, what names become, and what becomes of a file that nobody is told of.

use std::time::Duration;

use talaria_client::proto::turms_notification::data;
use tokio::time::{sleep, timeout};

use super::*;
use crate::cli::chat::testing::{Server, pairs, store};

const PATIENCE: Duration = Duration::from_secs(30);

fn names(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).unwrap();
    entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
}

#[test]
fn a_refusal_is_for_people() {
    let told = |text: &str| match Failure::from(TransferError::Refused { status: 413, text: text.into() }) {
        Failure::Told(told) => told,
        failure => panic!("{failure:?}"),
    };
    assert_eq!(told(r#"{"code":"too_large","message":"at most 9"}"#), "it was answered 413: at most 9");
    assert_eq!(told("<Error><Message>Too large.</Message></Error>"), "it was answered 413: Too large.");
    assert_eq!(told("go away"), "it was answered 413: go away");
}

#[test]
fn a_name_is_no_path() {
    for (name, kept) in [
        ("notes.txt", Some("notes.txt")),
        ("../../etc/passwd", Some("passwd")),
        ("C:\\windows\\system.ini", Some("system.ini")),
        (".bashrc", Some("bashrc")),
        ("..", None),
        ("a/", None),
        ("", None),
        ("calm\u{1b}[2J\u{202e}.txt", Some("calm_[2J_.txt")),
        ("C:x", Some("C_x")),
    ] {
        assert_eq!(file_name(name).as_deref(), kept, "{name}");
    }
    assert_eq!(file_name(&"ä".repeat(200)).unwrap(), "ä".repeat(100));
}

#[test]
fn usual_endings_are_known() {
    assert_eq!(media_type(Path::new("a/b.PNG")), "image/png");
    assert_eq!(media_type(Path::new("Makefile")), "application/octet-stream");
}

#[tokio::test]
async fn a_file_is_deleted_when_its_message_is_refused() {
    let (url, _store) = store("HTTP/1.1 204 No Content\r\n\r\n").await;
    for (code, is_deleted) in [(1000, false), (5002, true)] {
        let url = url.clone();
        let (mut server, client, _events) = Server::start(move |request| match request {
            Kind::QueryResourceUploadInfoRequest(_) => pairs(&[("url", &url), ("id", "77")]),
            Kind::CreateMessageRequest(_) => (code, (code == 1000).then_some(data::Kind::Long(1))),
            _ => (1000, None),
        })
        .await;
        let file = tempfile::NamedTempFile::new().unwrap();
        let outcome = timeout(PATIENCE, upload(&client, Target::User(2), file.path())).await.unwrap();
        assert_eq!(matches!(outcome, Err(Failure::Refused(5002, _))), is_deleted, "{outcome:?}");
        drop(client);
        let mut deleted = Vec::new();
        while let Some(request) = server.requests.recv().await {
            if let Kind::DeleteResourceRequest(request) = request {
                deleted.push(request.id_num);
            }
        }
        assert_eq!(deleted, if is_deleted { vec![Some(77)] } else { Vec::new() });
    }
}

const WHOLE: &str = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nwhole";
const HALF: &str = "HTTP/1.1 200 OK\r\nContent-Length: 8\r\n\r\nhalf";

#[tokio::test]
async fn a_file_comes_under_its_name() {
    let (url, _store) = store(WHOLE).await;
    let (_server, client, _events) = Server::start(move |_| pairs(&[("url", &url)])).await;
    let folder = tempfile::tempdir().unwrap();
    timeout(PATIENCE, download(&client, "7", "a.txt", folder.path())).await.unwrap().unwrap();
    assert_eq!(names(folder.path()), ["a.txt"]);
    assert_eq!(std::fs::read(folder.path().join("a.txt")).unwrap(), b"whole");
}

#[tokio::test]
async fn nothing_is_left_of_a_file_that_nobody_waits_for_any_more() {
    let (url, _store) = store(HALF).await;
    let (_server, client, _events) = Server::start(move |_| pairs(&[("url", &url)])).await;
    let folder = tempfile::tempdir().unwrap();
    let begun = async {
        while names(folder.path()).is_empty() {
            sleep(Duration::from_millis(10)).await;
        }
        assert!(names(folder.path())[0].ends_with(".part"));
    };
    tokio::select! {
        outcome = download(&client, "7", "a.txt", folder.path()) => panic!("{outcome:?}"),
        begun = timeout(PATIENCE, begun) => begun.unwrap(),
    }
    assert!(names(folder.path()).is_empty());
}

#[tokio::test]
async fn a_name_that_is_taken_is_told_of_before_anything_comes() {
    // All of it never comes.
    let (url, _store) = store(HALF).await;
    let (_server, client, _events) = Server::start(move |_| pairs(&[("url", &url)])).await;
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("a.txt"), "dear").unwrap();
    let outcome = timeout(PATIENCE, download(&client, "7", "a.txt", folder.path())).await.unwrap();
    assert!(matches!(&outcome, Err(Failure::Told(why)) if why.contains("is there already")), "{outcome:?}");
    assert_eq!(names(folder.path()), ["a.txt"]);
    assert_eq!(std::fs::read(folder.path().join("a.txt")).unwrap(), b"dear");
}

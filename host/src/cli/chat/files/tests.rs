//! What is shown of refusals, what names become, and what becomes of a file that nobody is told of.

use std::time::Duration;

use talaria_client::proto::turms_notification::data;
use tokio::time::timeout;

use super::*;
use crate::cli::chat::testing::{Server, pairs, store};

const PATIENCE: Duration = Duration::from_secs(30);

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

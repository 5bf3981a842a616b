//! What keeps a server from starting is one clear line, and exit code 1.

use std::{fs, os::unix::fs::PermissionsExt as _};

use crate::support::{
    process::{Process, Server, failure, serve},
    skipped,
};

#[tokio::test(flavor = "multi_thread")]
async fn a_port_or_a_directory_in_use_is_named() {
    let (data, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let server = Server::start(data.path());
    let locked = failure(&serve(data.path()));
    assert!(locked.contains("in use by another process"), "{locked}");
    let mut arguments = serve(other.path());
    let ws = arguments.iter().position(|word| word == "--ws").unwrap();
    arguments[ws + 1] = server.ws.to_string();
    let taken = failure(&arguments);
    assert!(taken.contains(&server.ws.to_string()) && taken.contains("another program has this port"), "{taken}");
}

#[test]
fn a_wrong_key_is_answered_with_the_nearest() {
    let data = tempfile::tempdir().unwrap();
    let file = data.path().join("talaria.toml");
    fs::write(&file, "[gateway]\nmax_conections = 3\n").unwrap();
    let mut arguments = serve(data.path());
    arguments.extend(["--config".to_owned(), file.display().to_string()]);
    let error = failure(&arguments);
    assert!(error.contains("max_conections") && error.contains("did you mean `gateway.max_connections`?"), "{error}");
}

#[tokio::test(flavor = "multi_thread")]
async fn data_of_a_newer_version_is_left_alone() {
    let data = tempfile::tempdir().unwrap();
    drop(Server::start(data.path()));
    let database = fs::read_dir(data.path())
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .find(|path| path.extension().is_some_and(|extension| extension == "db" || extension == "sqlite"))
        .expect("there is a database");
    rusqlite::Connection::open(&database).unwrap().pragma_update(None, "user_version", 9999).unwrap();
    let error = failure(&serve(data.path()));
    assert!(error.contains("newer"), "{error}");
}

#[test]
fn a_directory_that_cannot_be_written_is_named() {
    let data = tempfile::tempdir().unwrap();
    let directory = data.path().join("closed");
    fs::create_dir(&directory).unwrap();
    fs::set_permissions(&directory, fs::Permissions::from_mode(0o555)).unwrap();
    if fs::write(directory.join("probe"), "").is_ok() {
        skipped("this user may write everywhere");
    } else {
        let error = failure(&serve(&directory));
        assert!(error.contains("closed"), "{error}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_in_the_way_of_a_path_is_taken_for_a_directory() {
    let data = tempfile::tempdir().unwrap();
    let file = data.path().join("a-file");
    fs::write(&file, "").unwrap();
    assert!(failure(&serve(&file)).contains("a-file"));
    // The harness kills what it started; ending by itself is another matter.
    let mut help = Process::start(&[], &["--help".to_owned()]);
    assert!(help.finish());
}

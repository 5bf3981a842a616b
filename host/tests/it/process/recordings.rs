//! `talaria plugin record` and `talaria plugin try`.

use std::fs;

use talaria_client::{Target, proto::DeviceType};
use tokio::task::JoinSet;

use super::plugins::{plugin, success};
use crate::support::{
    Transport, User, component,
    process::{Process, Server, failure, run},
};

#[tokio::test(flavor = "multi_thread")]
async fn a_recording_goes_from_a_server_to_the_desk() {
    let data = tempfile::tempdir().unwrap();
    let folder = data.path().join("plugins");
    fs::create_dir_all(&folder).unwrap();
    fs::write(folder.join("noop.wasm"), component("noop")).unwrap();
    let server = Server::start(data.path());
    let arguments =
        ["--data".to_owned(), data.path().display().to_string(), "--admin".to_owned(), server.admin.to_string()];
    let unknown = failure(&plugin(&["record", "noop", "--hook", "message.before-lunch"], &arguments));
    assert!(unknown.contains("no hook `message.before-lunch`"), "{unknown}");
    let (_, nothing) = success(&run(&plugin(&["record", "noop", "--for", "1s"], &arguments)));
    assert_eq!(nothing, "recorded 0 calls\n");

    let mut record = Process::start(&[], &plugin(&["record", "noop", "--limit", "2"], &arguments));
    let sender = User::log_in(server.tcp, Transport::Tcp, 1, DeviceType::Desktop).await;
    let mut sending = JoinSet::new();
    sending.spawn(async move {
        // When it begins to record is not told: some messages may be too early.
        while sender.client().send_message(Target::User(2), "hello").await.is_ok() {
            tokio::time::sleep(crate::support::SILENCE).await;
        }
    });
    let (one, two) = (record.line(), record.line());
    sending.abort_all();
    assert!(tokio::task::block_in_place(|| record.finish()), "it ends by itself");

    let path = |name: &str| data.path().join(name).display().to_string();
    let (recording, same, other) = (path("recording.jsonl"), path("noop.wasm"), path("panics.wasm"));
    fs::write(&same, component("noop")).unwrap();
    fs::write(&other, component("panics")).unwrap();
    fs::write(&recording, format!("{one}\n{two}\n")).unwrap();
    let try_out = |component: &str| plugin(&["try", &recording, component], &[]);
    let (out, _) = success(&run(&try_out(&same)));
    assert!(out.contains("2 calls of 0.1.0, tried on 0.1.0: 2 same, 0 different, 0 failed; median "), "{out}");
    assert!(failure(&try_out(&other)).contains("does not answer as it was recorded"));
    let shown = String::from_utf8(run(&try_out(&other)).stdout).unwrap();
    assert!(shown.contains("line 2, message.before-send") && shown.contains("failed: trap"), "{shown}");

    for (wrong, says) in [
        (format!("{one}\nhello\n"), "line 2: expected value"),
        (two.replace("\"format\":1", "\"format\":9"), "line 1 is of format 9; this program reads format 1"),
    ] {
        fs::write(&recording, wrong).unwrap();
        let refused = failure(&try_out(&same));
        assert!(refused.contains("is no recording") && refused.contains(says), "{refused}");
    }
}

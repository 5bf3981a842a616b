//! `talaria chat`.

use crate::support::process::{Process, Server};

#[tokio::test(flavor = "multi_thread")]
async fn two_people_talk_in_their_terminals() {
    let data = tempfile::tempdir().unwrap();
    let server = Server::start(data.path());
    let chat = |user: &str, to: &str, url: String| {
        Process::start(&[], &["chat", "--user", user, "--to", to, "--url", &url].map(str::to_owned))
    };
    let mut one = chat("1", "2", format!("ws://{}", server.ws));
    let mut two = chat("2", "1", format!("tcp://{}", server.tcp));
    // Whoever can send is logged in.
    two.type_line("anybody there?");
    assert!(two.line().contains("✓ stored"));
    one.type_line("good morning");
    let mark = loop {
        let line = one.line();
        if line.starts_with('✓') {
            break line;
        }
    };
    assert!(mark.contains("✓ stored") && mark.ends_with("good morning"), "{mark}");
    let heard = two.line();
    assert!(heard.ends_with("1: good morning"), "{heard}");
    assert!(one.finish() && two.finish());
}

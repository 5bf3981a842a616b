//! `talaria chat`.

use std::{fs, path::Path, sync::Arc};

use axum::{
    Router,
    extract::{DefaultBodyLimit, Multipart, State},
    http::{StatusCode, header::CONTENT_DISPOSITION},
    routing,
};
use parking_lot::Mutex;

use super::plugins::{plugin, success};
use crate::{
    plugins::outside::Outside,
    support::{
        component,
        process::{Process, Server, run},
    },
};

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

/// A form as it was posted: names and values.
type Form = Vec<(String, Vec<u8>)>;

/// Where the depot says that files go: it keeps the last form, and gives its file to whoever asks for one, under a name
/// that leads elsewhere.
async fn file_server() -> (Outside, Arc<Mutex<Form>>) {
    let posted = Arc::<Mutex<Form>>::default();
    let take = async |State(posted): State<Arc<Mutex<Form>>>, mut form: Multipart| {
        let mut fields = Form::new();
        while let Some(field) = form.next_field().await.expect("it is a form") {
            let name = field.name().expect("a field has a name").to_owned();
            fields.push((name, field.bytes().await.expect("it comes").to_vec()));
        }
        let is_refused = fields.last().is_some_and(|(_, file)| file == b"refuse me");
        *posted.lock() = fields;
        if is_refused { (StatusCode::FORBIDDEN, "EntityTooLarge\u{1b}[2J") } else { (StatusCode::NO_CONTENT, "") }
    };
    let give = async |State(posted): State<Arc<Mutex<Form>>>| {
        let file = posted.lock().last().map(|(_, file)| file.clone()).unwrap_or_default();
        ([(CONTENT_DISPOSITION, "attachment; filename=\"../got.bin\"")], file)
    };
    let router = Router::new()
        .route("/files", routing::post(take))
        .route("/files/{id}", routing::get(give))
        .layer(DefaultBodyLimit::disable())
        .with_state(Arc::clone(&posted));
    (Outside::serve(router).await, posted)
}

fn install_depot(data: &Path, server: &Server, url: &str) {
    let (file, config) = (data.join("depot.wasm"), data.join("depot.json"));
    fs::write(&file, component("depot")).expect("it can be written");
    fs::write(&config, serde_json::json!({ "url": url }).to_string()).expect("it can be written");
    let of = ["--data", &data.display().to_string(), "--admin", &server.admin.to_string()].map(str::to_owned);
    let (file, config) = (file.display().to_string(), config.display().to_string());
    success(&run(&plugin(&["install", &file, "--yes", "--config", &config], &of)));
}

#[tokio::test(flavor = "multi_thread")]
async fn files_are_sent_and_got() {
    let (data, here) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let server = Server::start(data.path());
    let (outside, posted) = file_server().await;
    let chat = |user: &str, to: &[&str]| {
        let directory = here.path().display().to_string();
        let url = format!("ws://{}", server.ws);
        let words = [&["chat", "--user", user, "--url", &url], to].concat();
        Process::start(&["env", "-C", &directory], &words.into_iter().map(str::to_owned).collect::<Vec<_>>())
    };
    let (mut one, mut two) = (chat("1", &["--to", "2"]), chat("2", &["--group", "1"]));
    two.type_line("anybody there?");
    while !two.line().contains("✓ stored") {}
    // Larger than any buffer in between.
    let file: Vec<u8> = (0..3_000_000_u32).map(|n| n.to_le_bytes()[1]).collect();
    fs::write(here.path().join("my notes.txt"), &file).unwrap();
    fs::write(here.path().join("no.txt"), "refuse me").unwrap();
    let answer = |process: &Process| loop {
        let line = process.line();
        if line.starts_with(['✓', '✗']) {
            break line;
        }
    };

    one.type_line("/send my notes.txt");
    assert!(answer(&one).contains("this server stores no files"), "there is no plugin");
    one.type_line("/send no such file");
    assert!(answer(&one).contains("cannot read no such file"));
    install_depot(data.path(), &server, &outside.url("/files"));
    one.type_line("/send my notes.txt");
    assert_eq!(answer(&one), "✓ sent my notes.txt, 3.0 MB, as 1");
    let heard = two.line();
    assert!(heard.ends_with("1: attachment:1 my notes.txt"), "{heard}");
    let form = posted.lock().clone();
    let names: Vec<_> = form.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["key", "policy", "Content-Type", "file"]);
    assert_eq!((&form[0].1[..], &form[2].1[..]), (&b"files/1"[..], &b"text/plain"[..]));
    assert!(form[3].1 == file);

    two.type_line("/get attachment:1");
    assert_eq!(answer(&two), "✓ got got.bin, 3.0 MB", "a name is no path");
    assert!(fs::read(here.path().join("got.bin")).unwrap() == file);
    two.type_line("/get 1");
    assert!(answer(&two).contains("got.bin is there already"));
    two.type_line("/get 1 ../other.bin");
    assert_eq!(answer(&two), "✓ got other.bin, 3.0 MB");
    two.type_line("/url attachment:1");
    assert!(answer(&two).starts_with(&format!("✓ {}", outside.url("/files"))));
    for command in ["/get 9", "/url 9"] {
        two.type_line(command);
        assert!(answer(&two).contains("code 1302: no such file"));
    }
    two.type_line("/send no.txt");
    assert!(answer(&two).contains("it was answered 403: EntityTooLarge\u{fffd}[2J"));
    assert!(!one.finish() && !two.finish(), "some was refused");
}

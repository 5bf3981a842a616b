//! `talaria plugin`, against a server.

use std::{fs, path::Path, process::Output};

use talaria_client::{Target, proto::DeviceType};

use crate::support::{
    Transport, User, component, eventually,
    process::{Process, Server, failure, run, serve},
};

/// A server that grants nothing by itself.
pub(super) fn strict_server(data: &Path) -> (Process, Vec<String>) {
    let mut arguments = serve(data);
    arguments.retain(|word| word != "--dev");
    let process = Process::start(&[], &arguments);
    loop {
        let line = process.line();
        if let Some(address) = line.strip_prefix("listening admin ") {
            let server = ["--data", &data.display().to_string(), "--admin", address].map(str::to_owned).to_vec();
            while process.line() != "ready" {}
            return (process, server);
        }
    }
}

/// The arguments of a command for this server.
pub(super) fn plugin(words: &[&str], server: &[String]) -> Vec<String> {
    ["plugin"].iter().chain(words).map(|word| (*word).to_owned()).chain(server.iter().cloned()).collect()
}

pub(super) fn success(output: &Output) -> (String, String) {
    let (out, error) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{out}{error}");
    (out.into_owned(), error.into_owned())
}

#[tokio::test(flavor = "multi_thread")]
async fn installing_asks_and_says_what_for() {
    let data = tempfile::tempdir().unwrap();
    let file = data.path().join("antispam.wasm");
    fs::write(&file, component("fixture")).unwrap();
    let file = file.display().to_string();
    let (_process, server) = strict_server(&data.path().join("data"));
    let refused = failure(&plugin(&["install", &file], &server));
    assert!(
        refused.contains("no terminal") && refused.contains("--yes") && refused.contains("messages-as-any"),
        "{refused}"
    );
    let (out, asked) = success(&run(&plugin(&["install", &file, "--yes"], &server)));
    assert!(out.contains("installed fixture 0.1.0: running"), "{out}");
    assert!(asked.contains("messages-as-any  send, change and read messages as ANY user"), "{asked}");
    assert!(asked.contains("is called on: auth.authenticate, ") && !asked.contains("(new)"), "{asked}");
    let (list, _) = success(&run(&plugin(&["list"], &server)));
    assert!(list.contains("fixture"), "{list}");
    let (_, again) = success(&run(&plugin(&["install", &file, "--yes", "--shadow"], &server)));
    assert!(again.contains("fixture 0.1.0, in the place of 0.1.0"), "{again}");
    let (list, _) = success(&run(&plugin(&["list"], &server)));
    assert!(list.contains("running in shadow beside 0.1.0"), "{list}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_asks_for_too_much_says_how_to_give_it() {
    let data = tempfile::tempdir().unwrap();
    let folder = data.path().join("plugins");
    fs::create_dir_all(&folder).unwrap();
    fs::write(folder.join("log-flood.wasm"), component("log-flood")).unwrap();
    let (_process, server) = strict_server(data.path());
    let (_, trouble) = success(&run(&plugin(&["list"], &server)));
    assert!(
        trouble.contains("not granted: log") && trouble.contains("talaria plugin grant log-flood log"),
        "{trouble}"
    );
    let (out, _) = success(&run(&plugin(&["grant", "log-flood", "log"], &server)));
    assert!(out.contains("running"), "{out}");
    let unknown = failure(&plugin(&["grant", "log-flood", "teleport"], &server));
    assert!(unknown.contains("no capability `teleport`"), "{unknown}");
}

#[tokio::test(flavor = "multi_thread")]
async fn logs_are_followed_in_the_terminal() {
    let data = tempfile::tempdir().unwrap();
    let server = Server::start(data.path());
    let admin = ["--data", &data.path().display().to_string(), "--admin", &server.admin.to_string()].map(str::to_owned);
    let file = data.path().join("panics.wasm");
    fs::write(&file, component("panics")).unwrap();
    success(&run(&plugin(&["install", &file.display().to_string(), "--yes"], &admin)));
    let follower = Process::start(&[], &plugin(&["logs", "panics", "-f", "--level", "warn"], &admin));
    let user = User::log_in(server.ws, Transport::Ws, 1, DeviceType::Desktop).await;
    // The first may be said before anybody follows; it is among the lines from before then.
    user.send(Target::User(2), "hello").await;
    let line = follower.line();
    assert!(line.contains("WARN  0.1.0 message.before-send (fault): ") && line.contains("on purpose"), "{line}");
    let (lines, _) = success(&run(&plugin(&["logs", "panics", "--tail", "1"], &admin)));
    assert_eq!(lines.lines().count(), 1, "{lines}");
    assert!(failure(&plugin(&["logs", "nobody"], &admin)).contains("no plugin `nobody`"));
}

#[tokio::test(flavor = "multi_thread")]
async fn jobs_that_failed_for_good_are_seen_to() {
    let data = tempfile::tempdir().unwrap();
    let server = Server::start_with(&["env", "TALARIA_PLUGINS__JOBS_ATTEMPTS=1"], data.path());
    let admin = ["--data", &data.path().display().to_string(), "--admin", &server.admin.to_string()].map(str::to_owned);
    let file = data.path().join("errands.wasm");
    fs::write(&file, component("errands")).unwrap();
    success(&run(&plugin(&["install", &file.display().to_string(), "--yes"], &admin)));
    let user = User::log_in(server.ws, Transport::Ws, 1, DeviceType::Desktop).await;
    let jobs = |words: &[&str]| success(&run(&plugin(&[&["jobs", "errands"], words].concat(), &admin))).0;
    user.send(Target::User(2), "!job 60000 note later").await;
    user.send(Target::User(2), "!job 0 fail x").await;
    eventually("it is dead", async || jobs(&["--dead"]).lines().count() == 2).await;
    let all = jobs(&[]);
    let rows: Vec<_> = all.lines().collect();
    assert!(rows[0].starts_with("ID  NAME  STATE"), "{all}");
    assert!(rows[1].contains("note  waiting  0") && rows[2].contains("fail  dead     1"), "{all}");
    assert!(rows[2].contains("there is no job `fail`"), "{all}");
    assert_eq!(jobs(&["--retry", "all"]), "1 dead job of errands is run again\n");
    eventually("it is dead again", async || jobs(&["--dead"]).lines().count() == 2).await;
    let id = rows[2].split(' ').next().expect("it begins with its id");
    assert_eq!(jobs(&["--discard", id]), "deleted 1 dead job of errands\n");
    let gone = failure(&plugin(&["jobs", "errands", "--discard", id], &admin));
    assert!(gone.contains("has no dead job"), "{gone}");
    assert_eq!(jobs(&["--discard", "all"]), "deleted 0 dead jobs of errands\n");
}

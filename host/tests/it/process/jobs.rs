//! What plugins have left for later is done, whatever happens to the server.

use std::{fs, path::Path};

use talaria_client::{Target, proto::DeviceType};

use crate::support::{Admin, Transport, User, component, eventually, process::Server};

async fn users(server: &Server) -> (User, User) {
    let one = User::log_in(server.tcp, Transport::Tcp, 1, DeviceType::Desktop).await;
    (one, User::log_in(server.ws, Transport::Ws, 2, DeviceType::Desktop).await)
}

async fn ask(one: &User, two: &mut User, text: &str) -> String {
    one.send(Target::User(two.id), text).await;
    two.next_message().await.1.text.unwrap_or_default()
}

async fn install(server: &Server, data: &Path) {
    let token = fs::read_to_string(data.join("admin.token")).expect("the server writes it");
    Admin::new(server.admin, Some(token.trim())).install_plugin(component("errands")).await.success();
}

#[tokio::test(flavor = "multi_thread")]
async fn jobs_that_wait_or_are_being_run_survive_a_kill() {
    let directory = tempfile::tempdir().unwrap();
    let mut server = Server::start(directory.path());
    install(&server, directory.path()).await;
    let (one, mut two) = users(&server).await;
    for job in ["!job 0 linger x", "!job 100 note a", "!job 100 note b"] {
        assert_eq!(ask(&one, &mut two, job).await, "Ok(())");
    }
    eventually("the first job is being run", async || ask(&one, &mut two, "!notes jobs").await == "begin x 1").await;
    tokio::task::block_in_place(|| server.process.kill());

    let server = Server::start(directory.path());
    let (one, mut two) = users(&server).await;
    let mut notes = String::new();
    eventually("all jobs are done", async || {
        notes = ask(&one, &mut two, "!notes jobs").await;
        notes.lines().count() >= 5
    })
    .await;
    let mut lines: Vec<_> = notes.lines().collect();
    lines.sort_unstable();
    assert_eq!(lines, ["a Origin::Plugin 0", "b Origin::Plugin 0", "begin x 1", "begin x 2", "end x"]);
}

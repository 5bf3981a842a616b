//! Plugins that ran and whose file is gone, or cannot be read: what a start without them says, and how they come back.

use std::{fs, path::Path, time::Duration};

use serde_json::{Value, json};
use talaria::config::Config;
use talaria_client::Target;

use crate::support::{
    TestServer, component, component_as, eventually,
    process::{Server, failure, run},
};

/// Why a server does not start whose directory has this component.
async fn refusal(name: &str, change: impl FnOnce(&mut Config)) -> Option<String> {
    let data = tempfile::tempdir().expect("there is a place for temporary files");
    refusal_with(data.path(), Some((&format!("{name}.wasm"), &component(name))), change).await
}

/// The same of a directory with this file, where a server may have run before.
async fn refusal_with(data: &Path, file: Option<(&str, &[u8])>, change: impl FnOnce(&mut Config)) -> Option<String> {
    let mut config = Config::for_test(data);
    change(&mut config);
    fs::create_dir_all(config.plugin_directory()).expect("the directory is made");
    if let Some((file, content)) = file {
        fs::write(config.plugin_directory().join(file), content).expect("it is written");
    }
    let metrics = talaria::telemetry::Metrics::detached().expect("there are metrics");
    match talaria::app::App::start(config, metrics).await {
        Ok(app) => {
            app.stop().await;
            None
        }
        Err(error) => Some(error.to_string()),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_does_not_start_when_an_essential_plugin_fails_to() {
    let refused = refusal("fail-start", |config| config.plugins.essential = vec!["fail-start".into()]).await;
    let refused = refused.expect("it does not start");
    assert!(refused.contains("fail-start") && refused.contains("on purpose"), "{refused}");
    assert_eq!(refusal("fail-start", |_| {}).await, None, "another is passed by");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_does_not_start_without_who_decides_about_logins() {
    let refused = refusal("auth-jwt", |config| config.dev = false).await.expect("it does not start");
    assert!(refused.contains("decides who may log in") && refused.contains("auth-jwt.wasm"), "{refused}");
    assert_eq!(refusal("auth-jwt", |_| {}).await, None, "but a developer's does");
}

const JUDGE: &str = "judge.wasm";

/// A directory where the plugin `judge` ran.
async fn after_judge() -> tempfile::TempDir {
    let data = tempfile::tempdir().expect("there is a place for temporary files");
    assert_eq!(refusal_with(data.path(), Some((JUDGE, &component("judge"))), |_| {}).await, None);
    data
}

/// A directory where it ran, and its file is gone.
async fn without_judge() -> tempfile::TempDir {
    let data = after_judge().await;
    fs::remove_file(data.path().join("plugins").join(JUDGE)).expect("it was written");
    data
}

/// Why a server does not start there with this file now.
async fn refusal_after_judge(file: Option<(&str, &[u8])>, dev: bool) -> Option<String> {
    let data = without_judge().await;
    refusal_with(data.path(), file, |config| config.dev = dev).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_cannot_be_read_may_be_that_of_who_decides_about_logins() {
    let half = &component("judge")[..100];
    for file in [JUDGE, "renamed.wasm"] {
        let refused = refusal_after_judge(Some((file, half)), false).await.expect("it does not start");
        assert!(refused.contains("`judge` decides who may log in") && refused.contains(file), "{refused}");
    }
    let data = after_judge().await;
    let too_large = |config: &mut Config| (config.dev, config.plugins.max_file_bytes) = (false, 1 << 10);
    let refused = refusal_with(data.path(), None, too_large).await.expect("it does not start");
    assert!(refused.contains("`judge` decides who may log in"), "{refused}");
    assert_eq!(refusal_after_judge(Some((JUDGE, half)), true).await, None, "but a developer's does");
    let data = tempfile::tempdir().expect("there is a place for temporary files");
    let never_ran = refusal_with(data.path(), Some((JUDGE, half)), |config| config.dev = false);
    assert_eq!(never_ran.await, None, "it has decided nothing yet");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_does_not_start_when_the_file_of_who_decides_about_logins_is_gone() {
    let refused = refusal_after_judge(None, false).await.expect("it does not start");
    assert!(refused.contains("`judge` decides who may log in") && refused.contains("is gone"), "{refused}");
    assert_eq!(refusal_after_judge(None, true).await, None, "but a developer's does");

    let data = without_judge().await;
    for kept in fs::read_dir(data.path().join("versions/judge")).expect("a version is kept") {
        fs::write(kept.expect("it is there").path(), "damaged").expect("it is writable");
    }
    let refused = refusal_with(data.path(), None, |config| config.dev = false).await.expect("it does not start");
    assert!(refused.contains("`judge` may decide who may log in"), "nothing of it is known: {refused}");
}

/// Lets the program forget a plugin.
fn forget(name: &str, data: &Path) -> Vec<String> {
    let data = data.display().to_string();
    ["plugin", "forget", name, "--data", &data].map(str::to_owned).to_vec()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plugin_that_is_forgotten_is_not_missed() {
    let data = without_judge().await;
    let refused = refusal_with(data.path(), None, |config| config.dev = false).await.expect("it does not start");
    let told = forget("judge", data.path()).join(" ");
    assert!(refused.contains(&format!("run `talaria {told}`")), "the way out is told: {refused}");
    let data = without_judge().await;
    let running = Server::start(data.path());
    let held = failure(&forget("judge", data.path()));
    assert!(held.contains("a server runs") && held.contains("`talaria plugin remove judge`"), "{held}");
    drop(running);
    let unknown = run(&forget("jugde", data.path()));
    let note = String::from_utf8_lossy(&unknown.stderr);
    assert!(unknown.status.success() && note.contains("no version of `jugde` is kept"), "{note}");
    let known = run(&forget("judge", data.path()));
    assert!(known.status.success() && known.stderr.is_empty(), "{known:?}");
    assert_eq!(refusal_with(data.path(), None, |config| config.dev = false).await, None, "and leads out");

    let data = after_judge().await;
    for file in [JUDGE, "renamed.wasm"] {
        let file = data.path().join("plugins").join(file);
        assert!(failure(&forget("judge", data.path())).contains(JUDGE), "its file is there");
        fs::rename(data.path().join("plugins").join(JUDGE), &file).expect("it was there");
        assert!(failure(&forget("judge", data.path())).contains(&file.display().to_string()), "under any name");
    }
    assert!(failure(&forget("../judge", data.path())).contains("cannot be a plugin's name"));
    assert!(failure(&forget("judge", &data.path().join("nowhere"))).contains("--data"));
}

#[tokio::test(flavor = "multi_thread")]
async fn settings_without_versions_are_forgotten_as_well() {
    let mut server = TestServer::start().await;
    server.admin().install_plugin(component("judge")).await.success();
    let [data, other] = [(); 2].map(|()| tempfile::tempdir().expect("there is a place for temporary files"));
    server
        .restart_after(|before| {
            for data in [&data, &other] {
                fs::copy(before.join("talaria.db"), data.path().join("talaria.db")).expect("the settings are there");
            }
        })
        .await;
    let start = async |data: &Path| refusal_with(data, None, |config| config.dev = false).await;
    let refused = start(data.path()).await.expect("it does not start");
    assert!(refused.contains("`judge` may decide") && refused.contains("nothing is kept of what ran"), "{refused}");
    assert!(run(&forget("judge", other.path())).status.success());
    assert_eq!(start(other.path()).await, None);
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_is_taken_for_removed_by_a_server_that_does_not_start() {
    let data = after_judge().await;
    let file = data.path().join("plugins/fail-start.wasm");
    fs::write(&file, component("fail-start")).expect("it is writable");
    let essential = |config: &mut Config| config.plugins.essential = vec!["fail-start".into()];
    assert!(refusal_with(data.path(), None, essential).await.is_some(), "it does not start");
    fs::remove_file(data.path().join("plugins").join(JUDGE)).expect("it was there");
    tokio::time::sleep(Duration::from_secs(1)).await;
    assert!(!is_marked(data.path(), "judge"), "nobody watches");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plugin_that_was_removed_is_missed_again_once_its_file_was_read() {
    let data = tempfile::tempdir().expect("there is a place for temporary files");
    fs::create_dir_all(data.path().join("versions/fail-start")).expect("it is made");
    fs::write(data.path().join("versions/fail-start/removed"), "").expect("it is written");
    let file = Some(("fail-start.wasm", &*component("fail-start")));
    assert_eq!(refusal_with(data.path(), file, |_| {}).await, None, "although it does not load");
    assert!(!is_marked(data.path(), "fail-start"));
}

/// Whether a plugin counts as removed.
fn is_marked(data: &Path, name: &str) -> bool {
    data.join("versions").join(name).join("removed").exists()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_file_of_an_essential_plugin_is_missed_also_by_a_developer() {
    let data = tempfile::tempdir().expect("there is a place for temporary files");
    assert_eq!(refusal_with(data.path(), Some(("noop.wasm", &component("noop"))), |_| {}).await, None);
    fs::remove_file(data.path().join("plugins/noop.wasm")).expect("it was written");
    assert_eq!(refusal_with(data.path(), None, |config| config.dev = false).await, None, "it is passed by");
    let essential = |config: &mut Config| config.plugins.essential = vec!["noop".into()];
    let refused = refusal_with(data.path(), None, essential).await.expect("it does not start");
    assert!(refused.contains("`noop` is essential") && refused.contains("is gone"), "{refused}");
}

/// A server of which the file of a plugin was deleted while it did not run.
async fn without_file(server: &mut TestServer, file: &str) {
    server.restart_after(|data| fs::remove_file(data.join("plugins").join(file)).expect("it was there")).await;
}

async fn spam(server: &TestServer) -> i32 {
    server.ws(1).await.try_send(Target::User(2), "spamword").await.code
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plugin_whose_file_is_gone_is_listed_and_comes_back_by_a_rollback() {
    let mut server = TestServer::start().await;
    server.admin().install_plugin(component("antispam")).await.success();
    without_file(&mut server, "antispam.wasm").await;
    assert_eq!(spam(&server).await, 1000);
    let shown = server.admin().plugin("antispam").await.success().json();
    assert_eq!((&shown["state"], &shown["error"]), (&json!("missing"), &json!("its file is gone")));
    assert_eq!(shown["hooks"][0], "message.before-send", "as it ran last");
    assert_eq!(server.admin().plugins().await, ["antispam"]);

    let refused = server.admin().configure_plugin("antispam", &json!({})).await;
    assert_eq!(refused.status.as_u16(), 409, "{}", refused.text);
    assert!(refused.text.contains("rollback antispam"), "{}", refused.text);

    let status = server.admin().roll_back_plugin("antispam", &Value::Null).await.success().json();
    assert_eq!((&status["state"], &status["error"]), (&json!("running"), &Value::Null));
    assert_eq!(spam(&server).await, 5010);
    server.restart().await;
    assert_eq!(spam(&server).await, 5010, "its file is back");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plugin_without_a_kept_version_cannot_be_rolled_back_to() {
    let mut server = TestServer::start().await;
    server.admin().install_plugin(component("antispam")).await.success();
    server
        .restart_after(|data| {
            fs::remove_file(data.join("plugins/antispam.wasm")).expect("it was there");
            fs::remove_dir_all(data.join("versions/antispam")).expect("it was there");
        })
        .await;
    let shown = server.admin().plugin("antispam").await.success().json();
    assert_eq!((&shown["state"], &shown["version"]), (&json!("missing"), &json!("unknown")));
    let refused = server.admin().roll_back_plugin("antispam", &Value::Null).await;
    assert_eq!(refused.status.as_u16(), 404, "{}", refused.text);
    assert!(refused.text.contains("no other version of the plugin `antispam` is kept"), "{}", refused.text);

    assert_eq!(server.admin().disable_plugin("antispam").await.success().json()["state"], "disabled");
    server.admin().remove_plugin("antispam").await.success();
    server.restart().await;
    assert_eq!(server.admin().plugins().await, [""; 0], "it is forgotten");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plugin_whose_file_is_damaged_is_listed_and_comes_back_with_its_file() {
    let mut server = TestServer::start().await;
    server.admin().install_plugin(component("antispam")).await.success();
    server.restart_after(|data| fs::write(data.join("plugins/antispam.wasm"), "half").expect("it is writable")).await;
    let shown = server.admin().plugin("antispam").await.success().json();
    assert_eq!(shown["state"], "damaged");
    assert!(shown["error"].as_str().is_some_and(|error| error.contains("not WebAssembly")), "{shown}");
    let file = server.data().join("plugins/antispam.wasm");
    fs::write(&file, component_as("antispam", "0.2.0")).expect("it is writable");
    eventually("it runs", async || spam(&server).await == 5010).await;
    assert_eq!(server.admin().plugin("antispam").await.json()["state"], "running");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_damaged_file_that_is_deleted_leaves_its_plugin_missing() {
    let mut server = TestServer::start().await;
    server.admin().install_plugin(component("antispam")).await.success();
    let file = server.data().join("plugins/antispam.wasm");
    let is_missing = async |server: &TestServer| {
        fs::remove_file(&file).expect("it is there");
        let state = async || server.admin().plugin("antispam").await.json()["state"].clone();
        eventually("it is missing", async || state().await == "missing").await;
        assert!(!is_marked(server.data(), "antispam"), "nobody has removed it");
        assert_eq!(spam(server).await, 1000);
        server.admin().roll_back_plugin("antispam", &Value::Null).await.success();
        assert_eq!(spam(server).await, 5010);
    };
    server.restart_after(|_| fs::write(&file, "half").expect("it is writable")).await;
    is_missing(&server).await;
    fs::write(&file, "half").expect("it is writable");
    eventually("it is noticed", async || server.admin().plugin("antispam").await.json()["error"].is_string()).await;
    is_missing(&server).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_damaged_file_that_was_mended_is_deleted_like_any_other() {
    let mut server = TestServer::start().await;
    server.admin().install_plugin(component("antispam")).await.success();
    let file = server.data().join("plugins/antispam.wasm");
    server.restart_after(|_| fs::write(&file, "half").expect("it is writable")).await;
    server.admin().roll_back_plugin("antispam", &Value::Null).await.success();
    assert_eq!(spam(&server).await, 5010);
    fs::remove_file(&file).expect("it is there");
    eventually("it is removed", async || is_marked(server.data(), "antispam")).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn another_plugin_in_the_file_of_one_that_is_missing_is_left_alone() {
    let mut server = TestServer::start().await;
    server.admin().install_plugin(component("antispam")).await.success();
    server
        .restart_after(|data| fs::write(data.join("plugins/antispam.wasm"), component("noop")).expect("it is writable"))
        .await;
    assert_eq!(server.admin().plugins().await, ["antispam", "noop"]);
    assert_eq!(server.admin().plugin("antispam").await.json()["state"], "missing");
    let refused = server.admin().roll_back_plugin("antispam", &Value::Null).await;
    assert!(refused.text.contains("holds the plugin `noop`"), "{}", refused.text);
    server.admin().remove_plugin("antispam").await.success();
    server.restart().await;
    assert_eq!(server.admin().plugins().await, ["noop"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_is_deleted_while_the_server_runs_removes_its_plugin() {
    let mut server = TestServer::start().await;
    server.admin().install_plugin(component("antispam")).await.success();
    let file = server.data().join("plugins/antispam.wasm");
    fs::remove_file(&file).expect("it is there");
    eventually("it is gone", async || spam(&server).await == 1000).await;
    server.restart().await;
    assert_eq!(server.admin().plugins().await, [""; 0], "nobody misses it");
    fs::write(&file, component("antispam")).expect("it is writable");
    eventually("it is back", async || spam(&server).await == 5010).await;
    without_file(&mut server, "antispam.wasm").await;
    assert_eq!(server.admin().plugin("antispam").await.json()["state"], "missing", "what was back is missed");
}

//! What plugins leave for later: the hook `job.run`.

use serde_json::json;

use super::relay;
use crate::support::{TestServer, User, component, eventually};

/// A server with the plugin, and two users who talk.
async fn with_errands(change: impl FnOnce(&mut talaria::config::Config)) -> (TestServer, User, User) {
    let server = TestServer::builder().config(change).plugin("errands").start().await;
    let (one, two) = (server.ws(1).await, server.tcp(2).await);
    (server, one, two)
}

/// Waits until the plugin has noted so many lines of its jobs.
async fn notes(one: &User, two: &mut User, count: usize) -> Vec<String> {
    let mut notes = Vec::new();
    eventually(&format!("{count} notes"), async || {
        notes = relay(one, two, "!notes jobs").await.lines().map(str::to_owned).collect();
        notes.len() >= count
    })
    .await;
    assert_eq!(notes.len(), count, "{notes:?}");
    notes
}

#[tokio::test(flavor = "multi_thread")]
async fn jobs_are_run_when_they_are_due() {
    let (_server, one, mut two) = with_errands(|_| {}).await;
    assert_eq!(relay(&one, &mut two, "!job 3000 note late").await, "Ok(())");
    assert_eq!(relay(&one, &mut two, "!job 0 note soon").await, "Ok(())");
    assert_eq!(notes(&one, &mut two, 2).await, ["soon Origin::Plugin 0", "late Origin::Plugin 0"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_waits_once_and_is_taken_back() {
    let (_server, one, mut two) = with_errands(|_| {}).await;
    assert_eq!(relay(&one, &mut two, "!job-once k 60000 note once").await, "Ok(true)");
    assert_eq!(relay(&one, &mut two, "!job-once k 0 note twice").await, "Ok(false)");
    assert_eq!(relay(&one, &mut two, "!cancel k").await, "Ok(true)");
    assert_eq!(relay(&one, &mut two, "!cancel k").await, "Ok(false)");
    assert_eq!(relay(&one, &mut two, "!job-once k 0 note again").await, "Ok(true)");
    assert_eq!(notes(&one, &mut two, 1).await, ["again Origin::Plugin 0"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn one_job_is_run_at_a_time() {
    let (_server, one, mut two) = with_errands(|_| {}).await;
    for name in ["a", "b", "c"] {
        relay(&one, &mut two, &format!("!job 0 linger {name}")).await;
    }
    let notes = notes(&one, &mut two, 6).await;
    assert_eq!(notes, ["begin a 1", "end a", "begin b 1", "end b", "begin c 1", "end c"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn as_many_jobs_are_run_at_a_time_as_are_configured() {
    let (_server, one, mut two) = with_errands(|config| config.plugins.jobs_at_a_time = 2).await;
    relay(&one, &mut two, "!job 0 await b").await;
    relay(&one, &mut two, "!job 0 note b").await;
    assert_eq!(notes(&one, &mut two, 2).await, ["b Origin::Plugin 0", "met b"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_job_that_fails_is_tried_again_and_then_dead() {
    let (server, one, mut two) = with_errands(|config| config.plugins.jobs_attempts = 2).await;
    relay(&one, &mut two, "!job 0 fail x").await;
    assert_eq!(notes(&one, &mut two, 2).await, ["attempt 1", "attempt 2"]);
    let status = async || server.admin().plugin("errands").await.success().json()["jobs"].clone();
    eventually("the job is dead", async || status().await["dead"] == 1).await;
    assert_eq!(status().await["waiting"], 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_job_that_its_plugin_gives_up_is_dead_at_once() {
    let (server, one, mut two) = with_errands(|_| {}).await;
    relay(&one, &mut two, "!job 0 give-up x").await;
    let jobs =
        async || server.admin().get("/v1/plugins/errands/jobs?state=dead").await.success().json()["jobs"].clone();
    eventually("the job is dead", async || jobs().await.as_array().is_some_and(|jobs| jobs.len() == 1)).await;
    assert_eq!(notes(&one, &mut two, 1).await, ["attempt 1"]);
    assert_eq!(jobs().await[0]["failure"]["cause"], "there is no job `give-up`");
    let status = server.admin().plugin("errands").await.success().json();
    assert_eq!(status["faults"], 0, "it is no failure of the plugin");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_operator_has_the_dead_run_again_or_deletes_them() {
    let (server, one, mut two) = with_errands(|config| config.plugins.jobs_attempts = 1).await;
    let admin = server.admin();
    let jobs = async |state: &str| {
        let list = admin.get(&format!("/v1/plugins/errands/jobs{state}")).await.success().json();
        list["jobs"].as_array().expect("there is a list").clone()
    };
    relay(&one, &mut two, "!job 60000 note later").await;
    relay(&one, &mut two, "!job 0 fail x").await;
    eventually("it is dead", async || jobs("?state=dead").await.len() == 1).await;
    let all = jobs("").await;
    assert_eq!([&all[0]["state"], &all[1]["state"]], ["waiting", "dead"]);
    let dead = &all[1];
    assert_eq!((&dead["name"], &dead["attempts"], &dead["due"]), (&json!("fail"), &json!(1), &json!(null)));
    assert!(dead["failure"]["cause"].as_str().is_some_and(|cause| cause.contains("no job `fail`")), "{dead}");
    assert!(dead["failure"]["date"].as_i64() >= dead["added"].as_i64());

    let path = format!("/v1/plugins/errands/jobs/{}", dead["id"]);
    let nothing = json!({});
    assert_eq!(admin.post(&format!("{path}/retry"), &nothing).await.success().json(), json!({"retried": 1}));
    assert_eq!(notes(&one, &mut two, 2).await, ["attempt 1", "attempt 1"], "as if it had never been tried");
    eventually("it is dead again", async || jobs("?state=dead").await.len() == 1).await;
    assert_eq!(admin.delete(&path).await.success().json(), json!({"discarded": 1}));
    for gone in [admin.delete(&path).await, admin.post(&format!("{path}/retry"), &nothing).await] {
        assert_eq!(gone.status, 404);
        assert!(gone.text.contains("has no dead job"), "{}", gone.text);
    }
    assert_eq!(admin.post("/v1/plugins/errands/jobs/retry", &nothing).await.json(), json!({"retried": 0}));
    assert_eq!(admin.delete("/v1/plugins/errands/jobs").await.json(), json!({"discarded": 0}));
    assert_eq!(jobs("?limit=5").await.len(), 1, "what waits is left alone");
    assert_eq!(admin.get("/v1/plugins/nobody/jobs").await.status, 404);
    assert_eq!(admin.get("/v1/plugins/errands/jobs?state=undead").await.status, 400);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_quota_keeps_a_plugin_from_filling_the_store() {
    let (_server, one, mut two) = with_errands(|config| config.plugins.jobs_waiting = 2).await;
    assert_eq!(relay(&one, &mut two, "!job 60000 note a").await, "Ok(())");
    assert_eq!(relay(&one, &mut two, "!job 60000 note b").await, "Ok(())");
    assert_eq!(relay(&one, &mut two, "!job 60000 note c").await, "Err(Error::Full)");
}

#[tokio::test(flavor = "multi_thread")]
async fn jobs_of_a_removed_plugin_wait_until_it_is_back() {
    let (server, one, mut two) = with_errands(|_| {}).await;
    relay(&one, &mut two, "!job 1000 note kept").await;
    server.admin().remove_plugin("errands").await.success();
    tokio::time::sleep(std::time::Duration::from_millis(1200)).await;
    server.admin().install_plugin(component("errands")).await.success();
    assert_eq!(notes(&one, &mut two, 1).await, ["kept Origin::Plugin 0"]);

    relay(&one, &mut two, "!job 1000 note gone").await;
    server.admin().delete("/v1/plugins/errands?purge=true").await.success();
    server.admin().install_plugin(component("errands")).await.success();
    relay(&one, &mut two, "!job 1500 note new").await;
    assert_eq!(notes(&one, &mut two, 1).await, ["new Origin::Plugin 0"]);
}

//! Installing, switching and removing, by the admin API.

use std::fs;

use reqwest::Method;
use serde_json::json;
use talaria::dispatch::hostcalls::Capability;
use talaria_client::Target;

use super::{relay, with_fixture};
use crate::support::{TestServer, component};

#[tokio::test(flavor = "multi_thread")]
async fn a_plugin_is_installed_configured_switched_and_removed() {
    let server = TestServer::start().await;
    let (one, mut two) = (server.ws(1).await, server.tcp(2).await);
    let admin = server.admin();
    assert_eq!(relay(&one, &mut two, "buy spamword").await, "buy spamword");

    let installed = admin.install_plugin(component("antispam")).await.success().json();
    assert_eq!((&installed["name"], &installed["state"]), (&json!("antispam"), &json!("running")));
    let hooks = installed["hooks"].as_array().expect("it has hooks");
    assert!(hooks.contains(&json!("message.before-send")), "{hooks:?}");
    assert_eq!(one.try_send(Target::User(2), "buy S-P-A-M-W-O-R-D").await.code, 5010);

    admin.configure_plugin("antispam", &json!({"words": ["carrot"], "action": "mask"})).await.success();
    assert_eq!(relay(&one, &mut two, "a carrot").await, "a ******");

    assert_eq!(admin.disable_plugin("antispam").await.success().json()["state"], "disabled");
    assert_eq!(relay(&one, &mut two, "a carrot").await, "a carrot");
    admin.enable_plugin("antispam").await.success();
    assert_eq!(relay(&one, &mut two, "a carrot").await, "a ******");

    admin.remove_plugin("antispam").await.success();
    assert_eq!(relay(&one, &mut two, "a carrot").await, "a carrot");
    assert_eq!(admin.plugin("antispam").await.status.as_u16(), 404);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_operator_decided_survives_a_restart() {
    let mut server = TestServer::start().await;
    let config = json!({"words": ["carrot"]});
    server.admin().install_plugin_with(component("antispam"), &config).await.success();
    server.admin().install_plugin(component("noop")).await.success();
    server.admin().disable_plugin("noop").await.success();
    server.restart().await;
    assert_eq!(server.ws(1).await.try_send(Target::User(2), "carrot").await.code, 5010);
    assert_eq!(server.admin().plugin("noop").await.success().json()["state"], "disabled");
}

#[tokio::test(flavor = "multi_thread")]
async fn files_that_are_no_plugin_are_refused_with_a_reason() {
    let server = TestServer::builder().config(|config| config.plugins.max_file_bytes = 2_000_000).start().await;
    let mut cut = component("noop");
    cut.truncate(cut.len() / 2);
    let cases: [(Vec<u8>, &str); 5] = [
        (b"garbage".to_vec(), "not WebAssembly"),
        (b"\0asm\x01\0\0\0".to_vec(), "core module"),
        (cut, "damaged"),
        (of_another_package(), "this server speaks version 0.1"),
        (vec![0; 2_000_001], "2000000"),
    ];
    for (file, why) in cases {
        let answer = server.admin().install_plugin(file).await;
        assert!(answer.status.is_client_error(), "{why}: {} {}", answer.status, answer.text);
        assert!(answer.text.contains(why), "{why}: {}", answer.text);
    }
    assert_eq!(server.admin().get("/v1/plugins").await.success().json()["plugins"], json!([]));
}

/// A component made for another version of the plugin package.
fn of_another_package() -> Vec<u8> {
    let mut component = component("noop");
    let (package, version) = (b"talaria:plugin/", b"@0.1.0");
    let mut inside = false;
    for at in 0..component.len() - version.len() {
        inside |= component[at..].starts_with(package);
        if inside && component[at..].starts_with(version) {
            component[at + 3] = b'2';
            inside = false;
        }
    }
    component
}

#[tokio::test(flavor = "multi_thread")]
async fn capabilities_are_granted_or_the_plugin_stays_out() {
    let server = TestServer::builder().config(|config| config.dev = false).start().await;
    let refused = server.admin().install_plugin(component("fixture")).await;
    assert!(refused.status.is_client_error(), "{} {}", refused.status, refused.text);
    // The fixture uses all that there is but these.
    let used =
        Capability::ALL.into_iter().filter(|capability| !matches!(capability, Capability::Jobs | Capability::Objects));
    let names: Vec<_> = used.map(Capability::name).collect();
    assert!(refused.text.contains(&names.join(", ")), "each missing grant is named: {}", refused.text);
    let path = format!("/v1/plugins?grants={}", names.join(","));
    let installed = server.admin().send(Method::POST, &path, component("fixture")).await.success().json();
    assert_eq!(installed["grants"], json!(names));
    server.admin().install_plugin(component("fixture")).await.success();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plugins_keys_outlive_its_versions() {
    let (server, one, mut two) = with_fixture().await;
    relay(&one, &mut two, "!kv fruit apple").await;
    server.admin().configure_plugin("fixture", &json!({"tag": "!"})).await.success();
    assert_eq!(relay(&one, &mut two, "!get fruit").await, "apple");
}

#[tokio::test(flavor = "multi_thread")]
async fn compiled_components_that_are_damaged_are_compiled_again() {
    let mut server = TestServer::start().await;
    server.admin().install_plugin(component("antispam")).await.success();
    let compiled = server.data().join("compiled");
    let files = || fs::read_dir(&compiled).expect("it is there").map(|entry| entry.expect("it is readable").path());
    let spoilt = files().filter(|file| file.extension().is_some_and(|extension| extension == "cwasm"));
    for file in spoilt {
        let mut code = fs::read(&file).expect("it is readable");
        let middle = code.len() / 2;
        code[middle] ^= 1;
        fs::write(&file, code).expect("it is writable");
    }
    server.restart().await;
    assert_eq!(server.ws(1).await.try_send(Target::User(2), "spamword").await.code, 5010);
    assert_eq!(files().count(), 2, "one component and its seal");
}

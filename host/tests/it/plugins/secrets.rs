//! Secrets of plugins.

use std::collections::BTreeMap;

use talaria::config::{Config, Secret};

use super::relay;
use crate::support::TestServer;

fn give(config: &mut Config, plugin: &str, name: &str, secret: &str) {
    config.plugins.secrets.insert(plugin.into(), BTreeMap::from([(name.into(), Secret::new(secret))]));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plugin_has_its_own_secrets_and_no_others() {
    let secrets = |config: &mut Config| {
        give(config, "fixture", "key", "hunter2");
        give(config, "antispam", "other", "swordfish");
    };
    let server = TestServer::builder().config(secrets).plugin("fixture").start().await;
    let (one, mut two) = (server.ws(1).await, server.tcp(2).await);
    assert_eq!(relay(&one, &mut two, "?secret key").await, "hunter2");
    assert_eq!(relay(&one, &mut two, "?secret other").await, "none");
    let shown = server.admin().plugin("fixture").await.success().text;
    assert!(!shown.contains("hunter2"), "{shown}");
}

//! Settings of plugins.

use super::NOW;
use crate::{
    model::plugin::{Beside, Mode, PluginSettings},
    store::Store,
};

pub(in crate::store) async fn upsert_find_list_delete(store: &dyn Store) {
    let settings = |name: &str, enabled| PluginSettings {
        name: name.into(),
        enabled,
        config: serde_json::json!({"words": ["x"], "n": 1.5}),
        grants: vec!["kv".into(), "log".into()],
        mode: if enabled { Mode::Canary(10) } else { Mode::Full },
        beside: enabled.then(|| Beside { sha256: "ab".into(), config: serde_json::json!({"n": 1}) }),
        updated: NOW,
    };
    assert_eq!(store.find_plugin("b").await.unwrap(), None);
    store.upsert_plugin(settings("b", true)).await.unwrap();
    store.upsert_plugin(settings("a", true)).await.unwrap();
    store.upsert_plugin(settings("b", false)).await.unwrap();
    assert_eq!(store.find_plugin("b").await.unwrap(), Some(settings("b", false)));
    assert_eq!(store.list_plugins().await.unwrap(), [settings("a", true), settings("b", false)]);
    assert!(store.delete_plugin("b").await.unwrap());
    assert!(!store.delete_plugin("b").await.unwrap());
    assert_eq!(store.list_plugins().await.unwrap(), [settings("a", true)]);
}

//! What is kept, and for how long.

use serde_json::json;
use tempfile::TempDir;

use super::*;

struct Bench {
    versions: Versions,
    data: TempDir,
}

impl Bench {
    fn new(count: usize) -> Self {
        let data = tempfile::tempdir().unwrap();
        Self { versions: Versions::new(data.path().join("versions"), count), data }
    }

    async fn keep(&self, sha256: &str, config: Value, now: i64) -> Vec<String> {
        let kept = self
            .versions
            .keep(&manifest(sha256), sha256.as_bytes(), (&config, &["log".to_owned()]), Some("spared"), Timestamp(now))
            .await
            .unwrap();
        assert_eq!(kept, self.versions.list("calm").await.unwrap(), "what is answered is what is there");
        kept.into_iter().map(|version| version.sha256).collect()
    }

    fn files(&self) -> usize {
        std::fs::read_dir(self.data.path().join("versions/calm")).unwrap().count()
    }
}

fn manifest(sha256: &str) -> Manifest {
    Manifest { version: "1.0.0".into(), sha256: sha256.into(), size: 2, ..Manifest::unknown("calm") }
}

#[tokio::test]
async fn the_last_ones_are_kept_in_the_order_in_which_they_came_to_run() {
    let bench = Bench::new(3);
    assert_eq!(bench.versions.list("calm").await.unwrap(), []);
    assert_eq!(bench.keep("aa", json!({}), 1).await, ["aa"]);
    assert_eq!(bench.keep("bb", json!({}), 2).await, ["bb", "aa"]);
    assert_eq!(bench.keep("cc", json!({}), 3).await, ["cc", "bb", "aa"]);
    assert_eq!(bench.keep("aa", json!({}), 4).await, ["aa", "cc", "bb"], "it runs again");
    assert_eq!(bench.keep("dd", json!({}), 5).await, ["dd", "aa", "cc"]);
    assert_eq!(bench.files(), 6, "three components with their records");
    assert_eq!(&*bench.versions.read("calm", "cc", 9).await.unwrap(), b"cc");
    bench.versions.delete("calm").await.unwrap();
    bench.versions.delete("calm").await.unwrap();
    assert_eq!(bench.versions.list("calm").await.unwrap(), []);
}

#[tokio::test]
async fn one_that_runs_beside_another_is_not_forgotten() {
    let bench = Bench::new(2);
    bench.keep("spared", json!({}), 1).await;
    for (date, sha256) in [(2, "aa"), (3, "bb"), (4, "cc")] {
        assert!(bench.keep(sha256, json!({}), date).await.contains(&"spared".to_owned()), "{sha256}");
    }
    assert_eq!(bench.files(), 6, "two and the spared one");
}

#[tokio::test]
async fn each_has_the_configuration_that_it_ran_with_last() {
    let bench = Bench::new(3);
    bench.keep("aa", json!({"tag": 1}), 1).await;
    bench.keep("bb", json!({"tag": 2}), 2).await;
    bench.keep("bb", json!({"tag": 2}), 3).await;
    bench.keep("bb", json!({"tag": 4}), 4).await;
    bench.keep("bb", json!({"tag": 4}), 5).await;
    let kept = bench.versions.list("calm").await.unwrap();
    let shown: Vec<_> = kept.iter().map(|version| (&*version.sha256, &version.config, version.since.0)).collect();
    assert_eq!(shown, [("bb", &json!({"tag": 4}), 4), ("aa", &json!({"tag": 1}), 1)], "a restart changes nothing");
}

#[tokio::test]
async fn a_mark_stays_with_its_version() {
    let bench = Bench::new(3);
    bench.keep("aa", json!({}), 1).await;
    let failure = Failure { date: Timestamp(2), cause: "oh no".into() };
    bench.versions.mark("calm", "aa", failure.clone()).await.unwrap();
    bench.versions.mark("calm", "zz", failure.clone()).await.unwrap();
    bench.keep("bb", json!({}), 3).await;
    bench.keep("aa", json!({}), 4).await;
    let kept = bench.versions.list("calm").await.unwrap();
    assert_eq!(kept[0].failure, Some(failure));
    assert_eq!(kept[1].failure, None);
}

#[tokio::test]
async fn a_plugin_is_removed_until_it_runs_again() {
    let bench = Bench::new(3);
    bench.keep("aa", json!({}), 1).await;
    assert!(!bench.versions.is_removed("calm").await);
    for plugin in ["calm", "calm", "never-ran"] {
        bench.versions.mark_removed(plugin).await.unwrap();
        assert!(bench.versions.is_removed(plugin).await);
    }
    assert_eq!(bench.versions.list("calm").await.unwrap().len(), 1, "what ran is kept");
    bench.keep("aa", json!({}), 2).await;
    assert!(!bench.versions.is_removed("calm").await);
}

#[tokio::test]
async fn deletions_that_were_cut_short_are_ended() {
    let bench = Bench::new(3);
    bench.versions.clear_up().await.unwrap();
    let left = |plugin: &str| bench.data.path().join(format!("versions/.{plugin}.gone"));
    let leave = |plugin: &str| {
        std::fs::create_dir_all(left(plugin)).unwrap();
        std::fs::write(left(plugin).join("aa.wasm"), b"aa").unwrap();
    };
    bench.keep("aa", json!({}), 1).await;
    leave("calm");
    leave("other");
    bench.versions.delete("calm").await.unwrap();
    assert!(!left("calm").exists() && left("other").exists());
    assert_eq!(bench.versions.plugins().await.unwrap(), [""; 0], "what is left is no plugin");
    bench.keep("aa", json!({}), 2).await;
    bench.versions.clear_up().await.unwrap();
    assert!(!left("other").exists());
    assert_eq!(bench.versions.list("calm").await.unwrap().len(), 1);
}

#[tokio::test]
async fn what_is_damaged_is_left_out() {
    let bench = Bench::new(3);
    bench.keep("aa", json!({}), 1).await;
    bench.keep("bb", json!({}), 2).await;
    bench.keep("cc", json!({}), 3).await;
    std::fs::write(bench.versions.file("calm", "aa", RECORD), b"{").unwrap();
    std::fs::remove_file(bench.versions.file("calm", "bb", COMPONENT)).unwrap();
    let kept = bench.versions.list("calm").await.unwrap();
    assert_eq!(kept.iter().map(|version| &*version.sha256).collect::<Vec<_>>(), ["cc"]);
}

#[cfg(unix)]
#[tokio::test]
async fn nobody_else_reads_the_configurations() {
    use std::os::unix::fs::PermissionsExt;
    let bench = Bench::new(3);
    bench.keep("aa", json!({"password": "secret"}), 1).await;
    let mode = std::fs::metadata(bench.data.path().join("versions")).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o700);
}

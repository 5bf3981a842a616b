//! A disk without room, which is a small one that nothing but the server sees.

use std::process::Command;

use reqwest::Client;

use crate::{
    objects::{ask, refusal},
    support::{component, process::Server, skipped},
};

/// Puts a disk of 4 MiB in the place of the folder that follows it, and goes on as the program after that.
const WITH_DISK: [&str; 6] =
    ["unshare", "-Urm", "sh", "-c", r#"mount -t tmpfs -o size=4m none "$0" && exec "$@""#, "FOLDER"];
const BUCKET: &str = "message-attachment";

/// The plugin `errands` in such a server, and who asks it.
struct Small {
    _server: Server,
    client: Client,
    url: String,
}

impl Small {
    async fn ask(&self, lines: &[&str]) -> Result<String, String> {
        ask(&self.client, &self.url, lines).await
    }

    /// The status of an upload, and the word of a refusal.
    async fn put(&self, key: &str, bytes: usize) -> (u16, String) {
        let url = self.ask(&["presign-put", BUCKET, key, "60"]).await.expect("it is signed");
        let answer = self.client.put(url).body(vec![7; bytes]).send().await.expect("it answers");
        if answer.status().is_success() { (answer.status().as_u16(), String::new()) } else { refusal(answer).await }
    }

    async fn size(&self, key: &str) -> usize {
        let url = self.ask(&["presign-get", BUCKET, key, "60", ""]).await.expect("it is signed");
        let answer = self.client.get(url).send().await.expect("it answers");
        answer.bytes().await.expect("it comes to its end").len()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_disk_is_told_and_goes_on_when_there_is_room() {
    let data = tempfile::tempdir().expect("there is a place for temporary files");
    let (objects, plugins) = (data.path().join("objects"), data.path().join("plugins"));
    for folder in [&objects, &plugins] {
        std::fs::create_dir_all(folder).expect("the folder is made");
    }
    std::fs::write(plugins.join("errands.wasm"), component("errands")).expect("it is written");
    let mut wrapper = WITH_DISK;
    wrapper[5] = objects.to_str().expect("it is text");
    let tried = Command::new(wrapper[0]).args(&wrapper[1..]).arg("true").output();
    if !tried.is_ok_and(|tried| tried.status.success()) {
        return skipped("no disk can be mounted in a namespace of one's own here (unshare -Urm)");
    }
    // The disk is smaller than what stays free otherwise.
    let wrapper = [&wrapper[..], &["env", "TALARIA_OBJECTS__MIN_FREE_BYTES=0"]].concat();
    let server = Server::start_with(&wrapper, data.path());
    let url = format!("http://{}/plugins/errands/public/objects", server.http);
    let small = Small { _server: server, client: Client::new(), url };
    small.ask(&["ensure", BUCKET, "private"]).await.expect("there is room for a folder");
    assert_eq!(small.put("large", 3_000_000).await.0, 200);
    assert_eq!(small.put("beyond", 1_900_000).await, (507, "full".to_owned()));
    assert_eq!(small.ask(&["head", BUCKET, "beyond"]).await.expect("it answers"), "-");
    assert_eq!(small.size("large").await, 3_000_000, "what is there is still to be had");
    assert_eq!(small.put("little", 200_000).await.0, 200, "nothing is left of the one that failed");
    small.ask(&["delete", BUCKET, "large"]).await.expect("it is done");
    small.ask(&["delete", BUCKET, "little"]).await.expect("it is done");
    assert_eq!(small.put("beyond", 4_000_000).await.0, 200);
    assert_eq!(small.size("beyond").await, 4_000_000);
}

//! Components that somebody vouches for.

use std::{fs, path::Path};

use crate::support::{
    component, component_as, eventually,
    process::{Process, failure, run, serve},
};

use super::plugins::{plugin, success};

/// A development server that trusts a key, named `release`.
fn server(data: &Path, key: &str) -> (Process, Vec<String>) {
    let config = data.join("talaria.toml");
    fs::write(&config, format!("[plugins.trusted_keys]\nrelease = \"{key}\"\n")).expect("it is writable");
    let mut arguments = serve(data);
    arguments.extend(["--config".to_owned(), config.display().to_string()]);
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

fn keygen(folder: &Path, name: &str) -> (String, String) {
    let file = folder.join(name).display().to_string();
    let (public, hint) = success(&run(&plugin(&["keygen", "--out", &file], &[])));
    assert!(hint.contains("[plugins.trusted_keys]"), "{hint}");
    (file, public.trim().to_owned())
}

#[tokio::test(flavor = "multi_thread")]
async fn with_trusted_keys_only_what_they_signed_comes_in() {
    let data = tempfile::tempdir().unwrap();
    let (trusted, public) = keygen(data.path(), "trusted.key");
    let (other, _) = keygen(data.path(), "other.key");
    assert!(failure(&plugin(&["keygen", "--out", &trusted], &[])).contains("exists"), "a key is not written over");
    let (mut process, admin) = server(data.path(), &public);
    let file = data.path().join("noop.wasm");
    let path = file.display().to_string();
    let install = || plugin(&["install", &path, "--yes"], &admin);

    fs::write(&file, component("noop")).unwrap();
    assert!(failure(&install()).contains("`noop` is not signed"));
    success(&run(&plugin(&["sign", &path, "--key", &other], &[])));
    assert!(failure(&install()).contains("is not among plugins.trusted_keys"));
    // Signed anew, the signature is replaced.
    success(&run(&plugin(&["sign", &path, "--key", &trusted], &[])));
    let (inspected, _) = success(&run(&plugin(&["inspect", &path], &[])));
    assert!(inspected.contains(&public), "{inspected}");
    let signed = fs::read(&file).unwrap();

    let mut altered = signed.clone();
    let metadata = b"\x07version";
    let at = altered.windows(metadata.len()).position(|window| window == metadata).unwrap();
    altered[at + metadata.len()] = b'9';
    let mut twice = signed.clone();
    twice.extend_from_slice(&signed[component("noop").len()..]);
    let cut = signed[..signed.len() - 10].to_vec();
    for (bytes, why) in [(altered, "altered"), (twice, "more than one"), (cut, "damaged, or cut off")] {
        fs::write(&file, bytes).unwrap();
        let refused = failure(&install());
        assert!(refused.contains(why), "{why}: {refused}");
    }
    fs::write(&file, &signed).unwrap();
    success(&run(&install()));
    let (list, _) = success(&run(&plugin(&["list"], &admin)));
    assert!(list.contains("SIGNED BY") && list.contains("release"), "{list}");

    // By the directory, and by a version that was kept.
    fs::write(data.path().join("plugins/noop.wasm"), component_as("noop", "0.2.0")).unwrap();
    eventually("the failure is shown", async || {
        let output = run(&plugin(&["list"], &admin));
        String::from_utf8_lossy(&output.stderr).contains("`noop` is not signed")
    })
    .await;
    fs::write(data.path().join("plugins/noop.wasm"), &signed).unwrap();
    process.kill();
    fs::remove_file(data.path().join("talaria.toml")).unwrap();
    let (process, admin) = server(data.path(), &keygen(data.path(), "third.key").1);
    let (list, error) = success(&run(&plugin(&["list"], &admin)));
    assert!(list.contains("failed") && error.contains("is not among plugins.trusted_keys"), "{list}{error}");
    drop(process);
}

#[test]
fn a_key_that_is_none_is_refused_at_the_start() {
    let data = tempfile::tempdir().unwrap();
    let config = data.path().join("talaria.toml");
    fs::write(&config, "[plugins.trusted_keys]\nrelease = \"abc\"\n").unwrap();
    let mut arguments = serve(data.path());
    arguments.extend(["--config".to_owned(), config.display().to_string()]);
    let error = failure(&arguments);
    assert!(error.contains("plugins.trusted_keys.release") && error.contains("64 hexadecimal digits"), "{error}");
}

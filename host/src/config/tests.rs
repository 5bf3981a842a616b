//! Layers, errors and the example file.

use std::path::{Path, PathBuf};

use super::*;

fn file(text: &str) -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("talaria.toml");
    std::fs::write(&path, text).unwrap();
    (folder, path)
}

fn variables(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

fn load(text: &str, pairs: &[(&str, &str)], flags: &[Flag]) -> Result<Config, String> {
    let (folder, path) = file(text);
    let layers = Layers { file: Some(path), variables: variables(pairs), flags: flags.to_vec() };
    let parent = format!("{}/", folder.path().display());
    Config::load(&Config::default(), &layers).map_err(|error| error.to_string().replace(&parent, ""))
}

fn port(address: Address) -> u16 {
    address.get().unwrap().port()
}

fn ws(value: &str) -> Flag {
    Flag { name: "--ws", key: "gateway.ws", value: value.into() }
}

#[test]
fn a_later_layer_wins() {
    let text = "[gateway]\nws = \"127.0.0.1:1\"\ntcp = \"127.0.0.1:2\"\n[log]\nformat = \"json\"";
    let pairs = [("TALARIA_GATEWAY__WS", "127.0.0.1:3"), ("TALARIA_SERVER__STOP_SECONDS", "7"), ("PATH", "/bin")];
    let config = load(text, &pairs, &[]).unwrap();
    assert_eq!(port(config.gateway.ws), 3);
    assert_eq!(port(config.gateway.tcp), 2);
    assert_eq!(config.server.stop_seconds, 7);
    assert_eq!(config.log.format, LogFormat::Json);
    assert_eq!(config.admin, Admin::default());
    assert_eq!(port(load(text, &pairs, &[ws("127.0.0.1:4")]).unwrap().gateway.ws), 4);
}

#[test]
fn mistakes_in_the_file_are_named_with_their_place() {
    for (text, expected) in [
        ("[gatway]\nws = \"a\"", "unknown key `gatway.ws` in talaria.toml:2; did you mean `gateway.ws`?"),
        ("\n\nws = \"a\"", "unknown key `ws` in talaria.toml:3; did you mean `gateway.ws`?"),
        ("[gateway]\nxyzzy_plugh = 1", "unknown key `gateway.xyzzy_plugh` in talaria.toml:2"),
        ("gatway.ws = 1", "unknown key `gatway.ws` in talaria.toml:1; did you mean `gateway.ws`?"),
        (
            "[gateway]\n\nws = \"here\"",
            "talaria.toml:3: `gateway.ws` has a wrong value: `here` is no address; write 127.0.0.1:10510, or off",
        ),
        (
            "[server]\nstop_seconds = \"x\"",
            "talaria.toml:2: `server.stop_seconds` has a wrong value: invalid type: string \"x\", expected u64",
        ),
        (
            "gateway = 3",
            "talaria.toml:1: `gateway` has a wrong value: invalid type: integer `3`, expected struct GatewayConfig",
        ),
        ("[admin]\ntoken = \"short\"", "admin.token is shorter than 16 characters"),
    ] {
        assert_eq!(load(text, &[], &[]).unwrap_err(), expected, "{text}");
    }
    let syntax = load("[gateway\n", &[], &[]).unwrap_err();
    assert!(syntax.starts_with("talaria.toml:1: "), "{syntax}");
}

#[test]
fn mistakes_in_variables_and_flags_are_named() {
    for (name, value, expected) in [
        ("TALARIA_GATWAY__WS", "x", "unknown variable TALARIA_GATWAY__WS; did you mean TALARIA_GATEWAY__WS?"),
        ("TALARIA_GATEWAY", "x", "unknown variable TALARIA_GATEWAY"),
        (
            "TALARIA_GATEWAY__WS",
            "x",
            "TALARIA_GATEWAY__WS: `gateway.ws` has a wrong value: `x` is no address; write 127.0.0.1:10510, or off",
        ),
        (
            "TALARIA_SERVER__STOP_SECONDS",
            "soon",
            "TALARIA_SERVER__STOP_SECONDS: `server.stop_seconds` does not take `soon`",
        ),
    ] {
        assert_eq!(load("", &[(name, value)], &[]).unwrap_err(), expected);
    }
    let flag = load("", &[], &[ws("x")]).unwrap_err();
    assert_eq!(flag, "--ws: `gateway.ws` has a wrong value: `x` is no address; write 127.0.0.1:10510, or off");
    for other in ["TALARIA_CONFIG", "TALARIA_IMAGE", "TALARIA_MINIO"] {
        assert!(load("", &[(other, "x")], &[]).is_ok(), "{other} is no setting");
    }
}

#[test]
fn a_missing_file_is_named() {
    let layers = Layers { file: Some("nowhere/talaria.toml".into()), ..Layers::default() };
    let error = Config::load(&Config::default(), &layers).unwrap_err().to_string();
    assert!(error.starts_with("cannot read nowhere/talaria.toml: "), "{error}");
}

#[test]
fn development_stays_on_the_loopback() {
    let layers = Layers { flags: vec![ws("0.0.0.0:10510")], ..Layers::default() };
    let error = Config::load(&Config::dev(), &layers).unwrap_err().to_string();
    assert!(error.starts_with("gateway.ws is 0.0.0.0:10510, but a development server"), "{error}");
    let config = Config::load(&Config::dev(), &Layers::default()).unwrap();
    assert_eq!(config, Config::dev());
    assert!(config.dev);
}

#[test]
fn no_file_makes_a_development_server() {
    assert!(load("dev = true", &[], &[]).is_err());
}

#[test]
fn all_defaults_are_valid() {
    for config in [Config::default(), Config::dev(), Config::for_test("data")] {
        config.validate().unwrap();
    }
}

#[test]
fn every_key_is_documented_and_settable_by_a_variable() {
    let root = keys::of::<Config>();
    assert!(root.leaves().len() > 5);
    for key in root.leaves() {
        assert!(!key.doc.is_empty(), "{} has no documentation", key.path);
        let variable = load::variable_name(&key.path);
        assert_eq!(variable.strip_prefix(VARIABLE_PREFIX).unwrap().to_lowercase().replace("__", "."), key.path);
    }
}

#[test]
fn the_example_says_the_defaults() {
    let uncommented = |line: &str| line.strip_prefix('#').filter(|rest| !rest.starts_with(' ')).map(str::to_owned);
    let text: Vec<String> = example()
        .lines()
        .filter_map(|line| uncommented(line).or_else(|| line.starts_with('[').then(|| line.into())))
        .collect();
    let mut config: Config = toml::from_str(&text.join("\n")).unwrap();
    // Absent by default; the example shows what they could be.
    assert!(config.admin.token.take().is_some());
    assert!(config.plugins.directory.take().is_some());
    assert!(config.objects.directory.take().is_some());
    assert!(config.objects.public_url.take().is_some());
    assert!(config.objects.s3.endpoint.take().is_some());
    assert!(config.objects.s3.access_key.take().is_some());
    assert!(config.objects.s3.secret_key.take().is_some());
    assert!(config.objects.s3.ca_file.take().is_some());
    assert!(config.gateway.tls.certificate.take().is_some());
    assert!(config.gateway.tls.key.take().is_some());
    assert_eq!(config, Config::default());
}

#[test]
fn the_example_file_is_current() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/config.example.toml");
    let stored = std::fs::read_to_string(path).unwrap_or_default();
    assert!(stored == example(), "docs/config.example.toml is stale; run `cargo xtask gen` and commit the result");
}

#[test]
fn the_settings_of_the_container_are_valid() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../deploy/talaria.toml");
    let config = Config::load(&Config::default(), &Layers { file: Some(path), ..Layers::default() }).unwrap();
    assert_eq!(config.server.data, Path::new("/data"));
}

/// The variables for the server in a file for compose, with what it has for those that are not set.
fn composed(text: &str) -> Vec<(String, String)> {
    let value = |text: &str| match text.strip_prefix("${").and_then(|rest| rest.strip_suffix('}')) {
        Some(variable) => variable.split_once(":-").map_or("a secret", |(_, otherwise)| otherwise).to_owned(),
        None => text.to_owned(),
    };
    let pairs = text.lines().filter_map(|line| line.trim().split_once(": "));
    pairs.filter(|(name, _)| name.starts_with(VARIABLE_PREFIX)).map(|(name, text)| (name.into(), value(text))).collect()
}

#[test]
fn the_settings_of_the_composed_server_are_valid() {
    let deploy = Path::new(env!("CARGO_MANIFEST_DIR")).join("../deploy");
    let variables = composed(&std::fs::read_to_string(deploy.join("compose.minio.yaml")).unwrap());
    let layers = Layers { file: Some(deploy.join("talaria.toml")), variables, ..Layers::default() };
    let config = Config::load(&Config::default(), &layers).unwrap();
    assert_eq!(config.objects.backend, ObjectBackend::S3);
    assert_eq!(config.objects.s3.secret_key.as_ref().map(Secret::reveal), Some("a secret"));
    let granted = &config.plugins.grants["storage"];
    assert!(granted.len() == 6 && granted.contains(&"objects".to_owned()), "{granted:?}");
    assert_eq!(config.plugins.buckets["storage"].len(), 3);
    assert!(config.plugins.grants.contains_key("antispam"), "what the image has stays");
}

#[test]
fn a_variable_names_a_key_that_is_anybodys_choice() {
    let text = "[plugins.secrets.chatbot]\ntoken = \"from the file\"\nother = \"kept\"";
    let pairs =
        [("TALARIA_PLUGINS__SECRETS__CHATBOT__TOKEN", "hunter2"), ("TALARIA_PLUGINS__ACCOUNTS__CHATBOT", "900")];
    let config = load(text, &pairs, &[]).unwrap();
    let secrets = &config.plugins.secrets["chatbot"];
    assert_eq!((secrets["token"].reveal(), secrets["other"].reveal()), ("hunter2", "kept"));
    assert_eq!(config.plugins.accounts["chatbot"], 900);
    assert!(!format!("{config:?}").contains("hunter2"));
    assert!(load("", &[("TALARIA_PLUGINS__SECRETS__CHATBOT__TOKEN__MORE", "x")], &[]).is_err());
    assert!(load("[plugins.accounts]\nchatbot = 0", &[], &[]).unwrap_err().contains("positive"));
}

//! Why a plugin was not installed or changed.

use std::path::PathBuf;

use crate::{
    dispatch::{
        Denial,
        hostcalls::Capability,
        wasm::{HandoverError, LoadError, ManifestError},
    },
    store,
};

/// The version that ran goes on when one of these is returned.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error(transparent)]
    Manifest(#[from] ManifestError),
    #[error(transparent)]
    Load(#[from] LoadError),
    #[error("{0}; it goes on")]
    Handover(#[from] HandoverError),
    #[error("the plugin `{0}` is serial: its state is in one instance, so that no second version can run beside it")]
    Serial(String),
    #[error(
        "the plugin `{0}` is essential and has no version beside it, so that nobody would decide; install it in full first"
    )]
    EssentialAlone(String),
    /// By a plugin.
    #[error("{}", .0.text)]
    Denied(Denial),
    #[error("{0} is no percentage from 1 to 100")]
    Percent(u8),
    #[error("the plugin `{0}` is not signed, and this server takes only what a key of plugins.trusted_keys has signed")]
    Unsigned(String),
    #[error("the plugin `{plugin}` is signed with the key {key}, which is not among plugins.trusted_keys")]
    Untrusted { plugin: String, key: String },
    #[error("the plugin `{plugin}` needs capabilities that it is not granted: {}; give them with `talaria plugin grant {plugin} {}`, at its installation, or by plugins.grants", names(.missing, ", "), names(.missing, " "))]
    MissingGrants { plugin: String, missing: Vec<Capability> },
    #[error("there is no capability `{name}`; capabilities are: {known}", name = .0, known = Capability::ALL.map(Capability::name).join(", "))]
    UnknownGrant(String),
    #[error("there is no hook `{0}`")]
    UnknownHook(String),
    #[error("there is no plugin `{0}`; list them with `talaria plugin list`")]
    NotFound(String),
    #[error(
        "the plugin `{plugin}` cannot run: {cause}; install it again, or go back to a version that ran here with `talaria plugin rollback {plugin}`"
    )]
    Absent { plugin: String, cause: String },
    #[error(
        "the plugin `{plugin}` may have the file {}, so it is not missed; delete that first, or remove the plugin from a running server with `talaria plugin remove {plugin}`", .file.display()
    )]
    HasFile { plugin: String, file: PathBuf },
    #[error("the plugin `{0}` does not observe anything, so there is nothing to tell it again")]
    NotAnObserver(String),
    #[error("the plugin `{plugin}` has no dead job {job}; list them with `talaria plugin jobs {plugin} --dead`")]
    NoDeadJob { plugin: String, job: i64 },
    #[error("no other version of the plugin `{plugin}` is kept{}; see `talaria plugin versions {plugin}`", .wanted.as_ref().map(|wanted| format!(" that is called `{wanted}`")).unwrap_or_default())]
    NoVersion { plugin: String, wanted: Option<String> },
    #[error("the kept version {sha256} of the plugin `{plugin}` is damaged")]
    DamagedVersion { plugin: String, sha256: String },
    #[error(
        "the plugin `{plugin}` has the command `/{command}`, which the plugin `{owner}` has already; disable that one, or build this one with another name for it"
    )]
    CommandTaken { command: String, plugin: String, owner: String },
    #[error("the configuration must be a JSON object")]
    ConfigNotAnObject,
    #[error("the file {} names the plugin `{plugin}`, which is installed from {}", .file.display(), .other.display())]
    TwoFiles { plugin: String, file: PathBuf, other: PathBuf },
    #[error("the file {} holds the plugin `{found}` now, no longer `{expected}`", .file.display())]
    OtherPlugin { file: PathBuf, expected: String, found: String },
    #[error("the plugin directory {} cannot be used: {source}", .directory.display())]
    Directory { directory: PathBuf, source: std::io::Error },
    #[error("the plugin's file {} cannot be used: {source}", .file.display())]
    File { file: PathBuf, source: std::io::Error },
    #[error(transparent)]
    Store(#[from] store::Error),
}

fn names(capabilities: &[Capability], between: &str) -> String {
    capabilities.iter().map(|capability| capability.name()).collect::<Vec<_>>().join(between)
}

//! Asking cargo: which crate it is, and to compile it.

use std::{
    env,
    ffi::{OsStr, OsString},
    fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use anyhow::{Context, Result, anyhow, bail, ensure};
use serde::Deserialize;

pub(super) const TARGET: &str = "wasm32-wasip2";

/// The workspace's own profile for plugins, used when it is defined.
const PLUGIN_PROFILE: &str = "plugin";

/// What its manifest says about a crate.
#[derive(Deserialize, Debug, Clone)]
pub(super) struct Package {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) version: String,
    pub(super) description: Option<String>,
    pub(super) license: Option<String>,
    pub(super) authors: Vec<String>,
    pub(super) repository: Option<String>,
    manifest_path: PathBuf,
    targets: Vec<Target>,
}

#[derive(Deserialize, Debug, Clone)]
struct Target {
    crate_types: Vec<String>,
}

/// A crate with its place.
#[derive(Debug)]
pub(super) struct Crate {
    pub(super) package: Package,
    manifest: PathBuf,
    workspace_root: PathBuf,
    pub(super) target_directory: PathBuf,
}

#[derive(Deserialize)]
struct Metadata {
    packages: Vec<Package>,
    workspace_root: PathBuf,
    target_directory: PathBuf,
}

#[derive(Deserialize)]
struct Artifact {
    reason: String,
    package_id: Option<String>,
    #[serde(default)]
    filenames: Vec<PathBuf>,
}

impl Crate {
    /// The crate of this manifest, or of the nearest one upward from the current folder.
    pub(super) fn find(manifest: Option<&Path>) -> Result<Self> {
        let manifest = match manifest {
            Some(given) => given.to_owned(),
            None => nearest_manifest(&env::current_dir()?).ok_or_else(|| {
                anyhow!(
                    "there is no Cargo.toml here or above; run this in the plugin's folder, or give --manifest-path"
                )
            })?,
        };
        let manifest = manifest.canonicalize().with_context(|| format!("cannot read {}", manifest.display()))?;
        let mut ask = cargo();
        ask.args(["metadata", "--no-deps", "--format-version", "1", "--manifest-path"]).arg(&manifest);
        let printed = output(&mut ask)?;
        let metadata: Metadata = serde_json::from_slice(&printed).context("cargo metadata answered something else")?;
        let package =
            metadata.packages.into_iter().find(|package| package.manifest_path == manifest).ok_or_else(|| {
                anyhow!(
                    "{} has no [package]; run this in the plugin's folder, or give --manifest-path",
                    manifest.display()
                )
            })?;
        let is_component = |target: &Target| target.crate_types.iter().any(|kind| kind == "cdylib");
        ensure!(
            package.targets.iter().any(is_component),
            "{} is no plugin: run this in the plugin's folder, or give --manifest-path; if it is to be one, add `[lib]` with \
             `crate-type = [\"cdylib\"]` to its Cargo.toml",
            package.name
        );
        let (workspace_root, target_directory) = (metadata.workspace_root, metadata.target_directory);
        Ok(Self { package, manifest, workspace_root, target_directory })
    }

    /// Compiles the crate and answers where its component lies.
    pub(super) fn compile(&self, profile: Option<&str>) -> Result<PathBuf> {
        let mut build = cargo();
        build.args(["build", "--lib", "--target", TARGET, "--message-format", "json-render-diagnostics"]);
        build.args(["--profile", profile.unwrap_or_else(|| self.profile())]).arg("--manifest-path").arg(&self.manifest);
        let printed = output(&mut build).map_err(|failure| if has_target() { failure } else { no_target() })?;
        let mut files = printed.split(|byte| *byte == b'\n').filter_map(|line| self.component(line));
        files.next_back().ok_or_else(|| anyhow!("cargo built {} but named no .wasm file", self.package.name))
    }

    /// Runs the crate's tests, with a variable.
    pub(super) fn test(&self, arguments: &[OsString], (name, value): (&str, &OsStr)) -> Result<()> {
        let mut test = cargo();
        test.arg("test").arg("--manifest-path").arg(&self.manifest).args(arguments).env(name, value);
        let status = test.status().context("cannot run cargo; install Rust with rustup, or put cargo on PATH")?;
        if status.success() { Ok(()) } else { bail!("the tests failed, see above") }
    }

    fn component(&self, line: &[u8]) -> Option<PathBuf> {
        let artifact: Artifact = serde_json::from_slice(line).ok()?;
        let ours = artifact.reason == "compiler-artifact" && artifact.package_id.as_ref() == Some(&self.package.id);
        let mut files = artifact.filenames.into_iter();
        files.find(|file| ours && file.extension().is_some_and(|extension| extension == "wasm"))
    }

    fn profile(&self) -> &'static str {
        let root = fs::read_to_string(self.workspace_root.join("Cargo.toml")).unwrap_or_default();
        let header = format!("[profile.{PLUGIN_PROFILE}]");
        if root.lines().any(|line| line.trim() == header) { PLUGIN_PROFILE } else { "release" }
    }
}

fn nearest_manifest(from: &Path) -> Option<PathBuf> {
    from.ancestors().map(|folder| folder.join("Cargo.toml")).find(|file| file.is_file())
}

/// The cargo that runs us, else the one on PATH.
fn cargo() -> Command {
    Command::new(env::var_os("CARGO").unwrap_or_else(|| OsString::from("cargo")))
}

/// What cargo prints; its progress and errors go to our standard error.
fn output(command: &mut Command) -> Result<Vec<u8>> {
    let output = command
        .stdin(Stdio::null())
        .stderr(Stdio::inherit())
        .output()
        .context("cannot run cargo; install Rust with rustup, or put cargo on PATH")?;
    if !output.status.success() {
        bail!("cargo failed, see above");
    }
    Ok(output.stdout)
}

fn has_target() -> bool {
    let libraries = Command::new("rustc").args(["--print", "target-libdir", "--target", TARGET]).output();
    libraries.is_ok_and(|printed| Path::new(String::from_utf8_lossy(&printed.stdout).trim()).is_dir())
}

fn no_target() -> anyhow::Error {
    anyhow!("the target {TARGET} is not installed: run `rustup target add {TARGET}`")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_manifest_is_found_upward() {
        let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/cli");
        let found = nearest_manifest(&src).expect("this crate has a manifest");
        assert_eq!(found, Path::new(env!("CARGO_MANIFEST_DIR")).join("Cargo.toml"));
    }

    #[test]
    fn a_crate_that_is_no_cdylib_is_refused() {
        let manifest = Path::new(env!("CARGO_MANIFEST_DIR")).join("Cargo.toml");
        let refused = Crate::find(Some(&manifest)).expect_err("the server is no plugin").to_string();
        assert!(refused.contains("crate-type"), "{refused}");
    }
}

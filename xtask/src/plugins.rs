//! `cargo xtask plugins`: every plugin crate, or those that are named, becomes a component with its metadata in
//! `target/plugins/`.
//!
//! One cargo call compiles all of them, so that the SDK is built once; then `talaria plugin build` finds each crate
//! fresh and only adds the metadata, by the same code that plugin authors use.

use std::{
    fs,
    path::{Path, PathBuf},
};

use crate::{
    args,
    languages::{self, Missing},
    process::{self, Result, cargo, program},
    targets, tree,
};

/// What a first run has loaded. Everything else is installed by whoever wants it: what lies in the plugin directory
/// runs, and some plugins do not without settings.
const FIRST: [&str; 1] = ["antispam"];
/// What a developer's server has loaded besides; elsewhere it has to be told where clients reach the files.
const FOR_DEVELOPERS: [&str; 1] = ["storage"];

/// A plugin crate of this workspace.
#[derive(Debug)]
pub(crate) struct Plugin {
    pub(crate) name: String,
    manifest: PathBuf,
}

impl Plugin {
    /// Where its component is after a build.
    pub(crate) fn component(&self) -> PathBuf {
        tree::components().join(format!("{}.wasm", self.name))
    }
}

pub(crate) fn run(args: &[String]) -> Result {
    let (named, flags): (Vec<&str>, Vec<&str>) = args.iter().map(String::as_str).partition(|arg| !arg.starts_with('-'));
    let with_languages = args::only_flag(&flags, "--languages")?;
    let plugins = choose(find()?, &named)?;
    targets::ensure(targets::WASM)?;
    process::run(&mut cargo(["build", "-p", "talaria"]))?;
    let server = tree::server("debug");
    build(&plugins, &server)?;
    if with_languages { languages::build(&server, Missing::Skip) } else { Ok(()) }
}

/// Those of these names; all when none is named.
fn choose(mut plugins: Vec<Plugin>, named: &[&str]) -> Result<Vec<Plugin>> {
    if let Some(unknown) = named.iter().find(|name| plugins.iter().all(|plugin| plugin.name != **name)) {
        let known: Vec<_> = plugins.iter().map(|plugin| plugin.name.as_str()).collect();
        return Err(format!("there is no plugin `{unknown}`; there are {}", known.join(", ")).into());
    }
    plugins.retain(|plugin| named.is_empty() || named.contains(&plugin.name.as_str()));
    Ok(plugins)
}

/// Builds these plugins with the server program at `server`, which must be there. The target must be, too.
pub(crate) fn build(plugins: &[Plugin], server: &PathBuf) -> Result {
    if plugins.is_empty() {
        eprintln!("no plugin crates");
        return Ok(());
    }
    let mut compile = cargo(["build", "--target", targets::WASM, "--profile", "plugin"]);
    for plugin in plugins {
        compile.args(["-p", &plugin.name]);
    }
    process::run(&mut compile)?;

    let folder = tree::components();
    fs::create_dir_all(&folder).map_err(|cause| format!("cannot create {}: {cause}", folder.display()))?;
    for plugin in plugins {
        let mut finish = program(server);
        finish.args(["plugin", "build", "--manifest-path"]);
        finish.arg(&plugin.manifest);
        process::run(finish.arg("--out").arg(plugin.component()))?;
    }
    Ok(())
}

/// The plugins that the image comes with.
pub(crate) fn first() -> Result<Vec<Plugin>> {
    choose(find()?, &FIRST)
}

/// The plugins that `up` comes with.
pub(crate) fn for_developers() -> Result<Vec<Plugin>> {
    choose(find()?, &[FIRST, FOR_DEVELOPERS].concat())
}

/// Every crate below `plugins/` whose library is a `cdylib`, by path.
pub(crate) fn find() -> Result<Vec<Plugin>> {
    let mut found = Vec::new();
    look_below(&tree::root().join("plugins"), &mut found)?;
    Ok(found)
}

/// What is below a crate is its own affair.
fn look_below(folder: &Path, found: &mut Vec<Plugin>) -> Result {
    for folder in subfolders(folder)? {
        let manifest = folder.join("Cargo.toml");
        if manifest.exists() {
            found.extend(read(manifest));
        } else {
            look_below(&folder, found)?;
        }
    }
    Ok(())
}

fn read(manifest: PathBuf) -> Option<Plugin> {
    let text = fs::read_to_string(&manifest).ok()?;
    let name = plugin_name(&text)?.to_owned();
    Some(Plugin { name, manifest })
}

/// The package's name when the manifest asks for a `cdylib`. Cargo has checked the syntax, so lines are enough.
fn plugin_name(manifest: &str) -> Option<&str> {
    let lines = || {
        let code = manifest.lines().filter_map(|line| line.split('#').next());
        code.map(str::trim)
    };
    lines().find(|line| line.contains("\"cdylib\""))?;
    let mut package = lines().skip_while(|line| *line != "[package]").skip(1).take_while(|line| !line.starts_with('['));
    package.find_map(|line| {
        let value = line.strip_prefix("name")?.trim_start().strip_prefix('=')?;
        Some(value.trim().trim_matches('"'))
    })
}

fn subfolders(folder: &Path) -> Result<Vec<PathBuf>> {
    let entries = fs::read_dir(folder).map_err(|cause| format!("cannot read {}: {cause}", folder.display()))?;
    let mut folders: Vec<PathBuf> =
        entries.filter_map(|entry| Some(entry.ok()?.path())).filter(|path| path.is_dir()).collect();
    folders.sort();
    Ok(folders)
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::{Plugin, choose, plugin_name};
    use crate::process::{Failure, Result};

    #[test]
    fn name_is_the_packages() {
        let manifest = "[lib]\ncrate-type = [\"cdylib\"] # a component\nname = \"other\"\n\n[package]\n\
                        version = \"1.0.0\"\nname = \"anti-spam\"\n";
        assert_eq!(plugin_name(manifest), Some("anti-spam"));
    }

    #[test]
    fn those_that_are_named_are_built() {
        let chosen = |named: &[&str]| {
            let plugins = ["antispam", "push"].map(|name| Plugin { name: name.into(), manifest: PathBuf::new() });
            let chosen = choose(plugins.into(), named)?;
            Result::Ok(chosen.into_iter().map(|plugin| plugin.name).collect::<Vec<_>>())
        };
        assert_eq!(chosen(&[]).unwrap(), ["antispam", "push"]);
        assert_eq!(chosen(&["push"]).unwrap(), ["push"]);
        let refused = chosen(&["pull"]);
        assert!(matches!(refused, Err(Failure::Because(reason)) if reason.contains("there are antispam, push")));
    }

    #[test]
    fn only_cdylibs_are_plugins() {
        assert_eq!(plugin_name("[package]\nname = \"helper\"\n"), None);
        assert_eq!(plugin_name("[package]\nname = \"helper\"\n# crate-type = [\"cdylib\"]\n"), None);
    }
}

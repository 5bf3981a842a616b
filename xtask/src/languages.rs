//! `cargo xtask plugins --languages`: the examples in JavaScript and Python become components in `target/plugins/`.
//!
//! Each is staged in `target/languages/` together with the contract and built there by the tools of its language, which
//! are installed there, too: nothing is written to the sources, nor to the machine. What has not changed is not built
//! again.

use std::{
    fs, io,
    path::{Path, PathBuf},
    process::Command,
};

use crate::{
    process::{self, Result, program},
    tree,
};

/// What is done about an example whose language is not on this machine.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Missing {
    /// Said aloud, and so do the tests that need it.
    Skip,
    Fail,
}

struct Language {
    /// Folder of the example and, with `example-`, name of the plugin.
    name: &'static str,
    /// Programs without which nothing can be built, each with the argument that it answers by itself.
    needs: &'static [(&'static str, &'static [&'static str])],
    remedy: &'static str,
    /// Says who the plugin is.
    identity: &'static str,
    /// Names the versions of the tools: they are installed again when it changes.
    pins: &'static str,
    install: fn(&Path) -> Result,
    build: fn(&Path) -> Command,
}

const LANGUAGES: &[Language] = &[
    Language {
        name: "javascript",
        needs: &[("node", &["--version"]), ("npm", &["--version"])],
        remedy: "install Node.js 20 or later with npm",
        identity: "package.json",
        pins: "package-lock.json",
        install: |folder| process::run(within(folder, "npm").args(["ci", "--no-audit", "--no-fund"])),
        build: |folder| {
            let mut build = within(folder, "npm");
            build.args(["run", "build"]);
            build
        },
    },
    Language {
        name: "python",
        needs: &[("python3", &["-c", "import sys, venv, ensurepip; assert sys.version_info >= (3, 10)"])],
        remedy: "install Python 3.10 or later with venv (apt-get install python3-venv)",
        identity: "pyproject.toml",
        pins: "requirements.txt",
        install: |folder| {
            process::run(within(folder, "python3").args(["-m", "venv", "--clear", "venv"]))?;
            let mut install = within(folder, folder.join("venv/bin/pip"));
            install.args(["install", "--quiet", "--disable-pip-version-check", "-r", "requirements.txt"]);
            process::run(&mut install)
        },
        build: |folder| {
            let mut build = within(folder, folder.join("venv/bin/componentize-py"));
            build.args(["--quiet", "--wit-path", "wit", "--world", "plugin", "componentize", "plugin"]);
            build.args(["--python-path", ".", "--output", BUILT]);
            build
        },
    },
];

/// What each language's tools write in the staged folder.
const BUILT: &str = "component.wasm";

/// Builds the examples and has the server program at `server`, which must be there, write who they are.
pub(crate) fn build(server: &Path, missing: Missing) -> Result {
    for language in LANGUAGES {
        let found = |(name, args): &(&str, &[&str])| process::succeeds(program(*name).args(*args));
        if language.needs.iter().all(found) {
            build_one(language, server)?;
        } else if missing == Missing::Fail {
            return Err(format!("{} cannot be built: {}", language.name, language.remedy).into());
        } else {
            println!("SKIPPED plugins/examples/{}: {}", language.name, language.remedy);
        }
    }
    Ok(())
}

fn build_one(language: &Language, server: &Path) -> Result {
    let sources = tree::root().join("plugins/examples").join(language.name);
    let staged = tree::root().join("target/languages").join(language.name);
    let failed = |cause: io::Error| format!("cannot stage {}: {cause}", staged.display());
    let contract =
        stage(&tree::root().join("proto/plugin"), &staged.join("wit/deps/talaria-plugin")).map_err(failed)?;
    let changed = stage(&sources, &staged).map_err(failed)? || contract;

    let (pins, installed) = (staged.join(language.pins), staged.join("installed"));
    if !same(&pins, &installed) {
        (language.install)(&staged)?;
        fs::copy(&pins, &installed).map_err(failed)?;
    } else if !changed && staged.join(BUILT).exists() {
        return stamp(language, server, &staged);
    }
    // What a build leaves that fails is not taken for a fresh one.
    let _ = fs::remove_file(staged.join(BUILT));
    process::run(&mut (language.build)(&staged))?;
    stamp(language, server, &staged)
}

fn stamp(language: &Language, server: &Path, staged: &Path) -> Result {
    let mut stamp = program(server);
    stamp.args(["plugin", "stamp"]).arg(staged.join(BUILT)).arg("--from").arg(staged.join(language.identity));
    let component = tree::components().join(format!("example-{}.wasm", language.name));
    process::run(stamp.arg("--out").arg(component))
}

fn within(folder: &Path, name: impl Into<std::ffi::OsString>) -> Command {
    let mut command = program(name);
    command.current_dir(folder);
    command
}

/// Copies what differs, folder by folder, and answers whether anything did.
fn stage(from: &Path, to: &Path) -> io::Result<bool> {
    fs::create_dir_all(to)?;
    let mut changed = false;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let (source, copy): (PathBuf, PathBuf) = (entry.path(), to.join(entry.file_name()));
        if entry.file_type()?.is_dir() {
            changed |= stage(&source, &copy)?;
        } else if !same(&source, &copy) {
            fs::copy(&source, &copy)?;
            changed = true;
        }
    }
    Ok(changed)
}

fn same(one: &Path, other: &Path) -> bool {
    matches!((fs::read(one), fs::read(other)), (Ok(one), Ok(other)) if one == other)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn staging_tells_whether_something_changed() {
        let folder = std::env::temp_dir().join(format!("xtask-stage-{}", std::process::id()));
        let (from, to) = (folder.join("from"), folder.join("to"));
        fs::create_dir_all(from.join("wit")).unwrap();
        fs::write(from.join("wit/world.wit"), "one").unwrap();
        assert!(stage(&from, &to).unwrap());
        assert!(!stage(&from, &to).unwrap());
        fs::write(from.join("wit/world.wit"), "two").unwrap();
        assert!(stage(&from, &to).unwrap());
        assert_eq!(fs::read_to_string(to.join("wit/world.wit")).unwrap(), "two");
        fs::remove_dir_all(folder).unwrap();
    }

    #[test]
    fn the_examples_say_who_they_are() {
        for language in LANGUAGES {
            let folder = tree::root().join("plugins/examples").join(language.name);
            let text = fs::read_to_string(folder.join(language.identity)).unwrap();
            assert!(text.contains(&format!("example-{}", language.name)), "{}", folder.display());
            assert!(folder.join(language.pins).is_file(), "{}", folder.display());
        }
    }
}

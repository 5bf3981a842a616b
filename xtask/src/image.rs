//! `cargo xtask image`: a static server, staged with plugins and settings, then packed by `deploy/container.sh`.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use crate::{
    args, plugins,
    process::{self, Result, cargo, program},
    targets, tree,
};

pub(crate) fn run(args: &[String]) -> Result {
    args::none(args)?;
    need_musl_compiler()?;
    build()
}

/// Builds the image and talks to a server that runs in it. Without the tools for it this is skipped, aloud.
pub(crate) fn check() -> Result {
    let container = || program(tree::root().join("deploy/container.sh"));
    if !process::succeeds(container().arg("check")) {
        println!("SKIPPED image: podman does not work here (apt-get install podman buildah runc; podman info)");
        return Ok(());
    }
    if !has_musl_compiler() {
        println!("SKIPPED image: musl-gcc is not on PATH (apt-get install musl-tools)");
        return Ok(());
    }
    build()?;
    process::run(container().arg("smoke"))
}

fn build() -> Result {
    targets::ensure(targets::WASM)?;
    targets::ensure(targets::MUSL)?;

    let mut compile = cargo(["build", "--release", "-p", "talaria", "--target"]);
    // The names of functions are a fifth of the program; whoever debugs builds without a container.
    compile.arg(targets::MUSL).env("CARGO_PROFILE_RELEASE_STRIP", "symbols");
    process::run(&mut compile)?;
    let server = tree::target().join(targets::MUSL).join("release/talaria");
    // A static program runs here as well, so no second server is built for the plugins' metadata.
    let plugins = plugins::first()?;
    plugins::build(&plugins, &server)?;

    let context = tree::root().join("target/image");
    stage(&server, &plugins, &context).map_err(|cause| format!("cannot stage {}: {cause}", context.display()))?;
    process::run(program(tree::root().join("deploy/container.sh")).arg("pack"))
}

/// C code in the tree (SQLite, the allocator) is compiled for the target, too.
fn need_musl_compiler() -> Result {
    if has_musl_compiler() {
        return Ok(());
    }
    Err("musl-gcc is not on PATH: apt-get install musl-tools".to_owned().into())
}

fn has_musl_compiler() -> bool {
    process::succeeds(program("musl-gcc").arg("--version"))
}

/// Lays out the build context: what `deploy/Containerfile` copies.
fn stage(server: &Path, plugins: &[plugins::Plugin], context: &PathBuf) -> io::Result<()> {
    if context.exists() {
        fs::remove_dir_all(context)?;
    }
    let shipped = context.join("data/plugins");
    fs::create_dir_all(&shipped)?;
    fs::copy(server, context.join("talaria"))?;
    for plugin in plugins {
        fs::copy(plugin.component(), shipped.join(format!("{}.wasm", plugin.name)))?;
    }
    let settings = tree::root().join("deploy/talaria.toml");
    fs::copy(settings, context.join("talaria.toml"))?;
    Ok(())
}

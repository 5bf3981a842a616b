//! `cargo xtask up`: from a clean clone to a running development server. The server says where to connect.

use std::{
    fs::{self, DirBuilder},
    path::Path,
};

use crate::{
    args, plugins,
    process::{self, Result, cargo, program},
    targets, tree,
};

/// Relative to the root, where the server keeps its data as well.
const PLUGIN_FOLDER: &str = "talaria-data/plugins";

pub(crate) fn run(args: &[String]) -> Result {
    let (ours, servers) = args::split(args);
    let release = args::only_flag(ours, "--release")?;

    step(1, "wasm target");
    targets::ensure(targets::WASM)?;

    step(2, "server (the first build takes some minutes)");
    let mut build = cargo(["build", "-p", "talaria"]);
    if release {
        build.arg("--release");
    }
    process::run(&mut build)?;
    let server = tree::server(if release { "release" } else { "debug" });

    step(3, "plugins");
    let first = plugins::for_developers()?;
    plugins::build(&first, &server)?;
    let folder = tree::root().join(PLUGIN_FOLDER);
    if folder.exists() {
        update(&first, &folder)?;
    } else {
        install(&first, &folder)?;
    }

    step(4, "start");
    let mut serve = program(server);
    serve.args(["serve", "--dev"]);
    if !servers.iter().any(|arg| arg.starts_with("--plugins")) {
        serve.args(["--plugins", PLUGIN_FOLDER]);
    }
    process::become_program(serve.args(servers))
}

fn step(number: u8, name: &str) {
    eprintln!("[{number}/4] {name} …");
}

fn install(plugins: &[plugins::Plugin], folder: &Path) -> Result {
    let failed = |cause| format!("cannot fill {}: {cause}", folder.display());
    let mut private = DirBuilder::new();
    private.recursive(true);
    // What people write will be in there.
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut private, 0o700);
    private.create(folder).map_err(failed)?;
    for plugin in plugins {
        let component = plugin.component();
        let file = component.file_name().expect("a component is a file");
        fs::copy(&component, folder.join(file)).map_err(failed)?;
    }
    Ok(())
}

/// Brings what is still installed up to date; what was removed stays away.
fn update(plugins: &[plugins::Plugin], folder: &Path) -> Result {
    for plugin in plugins {
        let component = plugin.component();
        let installed = folder.join(component.file_name().expect("a component is a file"));
        let read = |file: &Path| fs::read(file).map_err(|cause| format!("cannot read {}: {cause}", file.display()));
        if installed.exists() && read(&installed)? != read(&component)? {
            fs::copy(&component, &installed)
                .map_err(|cause| format!("cannot replace {}: {cause}", installed.display()))?;
            eprintln!("{} was of another build and is replaced", installed.display());
        }
    }
    Ok(())
}

//! Developer commands: `cargo xtask help` lists them. Plain Rust on the standard library alone, so that the first run
//! waits for nothing but this crate. One file a command.

mod args;
mod bench;
mod ci;
mod counts;
mod deny;
mod doc;
mod fmt;
mod generated;
mod image;
mod languages;
mod lint;
mod plugins;
mod process;
mod services;
mod targets;
mod test;
mod tree;
mod up;

use std::{env, process::ExitCode};

use process::{Failure, Result};

struct Command {
    name: &'static str,
    usage: &'static str,
    about: &'static str,
    run: fn(&[String]) -> Result,
}

const COMMANDS: &[Command] = &[
    Command {
        name: "up",
        usage: "up [--release] [-- ARGS]",
        about: "build everything that is missing and start a development server",
        run: up::run,
    },
    Command {
        name: "test",
        usage: "test [CARGO ARGS] [-- ARGS]",
        about: "build the plugins, run every test and count them",
        run: test::run,
    },
    Command {
        name: "plugins",
        usage: "plugins [--languages] [NAME...]",
        about: "build every plugin, or those named, as a component into target/plugins/; with the examples of other languages",
        run: plugins::run,
    },
    Command {
        name: "fmt",
        usage: "fmt [--check]",
        about: "format the code, or say what is not formatted",
        run: fmt::run,
    },
    Command { name: "lint", usage: "lint", about: "clippy on all targets, warnings are errors", run: lint::run },
    Command { name: "doc", usage: "doc", about: "rustdoc with private items, warnings are errors", run: doc::run },
    Command {
        name: "deny",
        usage: "deny",
        about: "bans, licences and sources of dependencies; advisories where reachable",
        run: deny::run,
    },
    Command {
        name: "gen",
        usage: "gen [--check]",
        about: "write the generated files, or say which are stale",
        run: generated::run,
    },
    Command {
        name: "services",
        usage: "services",
        about: "build what some tests need beside the server, into target/services/: MinIO, which takes Go",
        run: services::run,
    },
    Command { name: "image", usage: "image", about: "static server and a container image of it", run: image::run },
    Command {
        name: "bench",
        usage: "bench [ARGS]",
        about: "run talaria-bench with the server, both in release",
        run: bench::run,
    },
    Command { name: "ci", usage: "ci", about: "everything a change must pass, in the order CI does it", run: ci::run },
    Command { name: "help", usage: "help", about: "this list", run: help },
];

fn main() -> ExitCode {
    let mut given = env::args().skip(1);
    let name = given.next().unwrap_or_else(|| "help".to_owned());
    let rest: Vec<String> = given.collect();
    match dispatch(&name, &rest) {
        Ok(()) => ExitCode::SUCCESS,
        Err(Failure::AlreadyTold) => ExitCode::FAILURE,
        Err(Failure::Because(reason)) => {
            eprintln!("error: {reason}");
            ExitCode::FAILURE
        }
    }
}

fn dispatch(name: &str, rest: &[String]) -> Result {
    let name = match name {
        "-h" | "--help" => "help",
        other => other,
    };
    let Some(command) = COMMANDS.iter().find(|command| command.name == name) else {
        return Err(format!("no command `{name}`; `cargo xtask help` lists them").into());
    };
    (command.run)(rest)
}

fn help(_: &[String]) -> Result {
    println!("cargo xtask COMMAND\n");
    for command in COMMANDS {
        println!("  {:<28} {}", command.usage, command.about);
    }
    Ok(())
}

//! `talaria plugin`: from a new crate to a running plugin.

mod build;
mod cargo;
mod inspect;
mod new;
mod show;

use anyhow::Result;
use clap::Subcommand;

#[derive(Subcommand, Debug)]
pub(super) enum Command {
    /// Write a crate to start from
    New(new::Args),
    /// Compile a plugin's crate into a component that names itself
    Build(build::Args),
    /// Show what a component is: hooks, capabilities, size, metadata
    Inspect(inspect::Args),
}

pub(super) fn run(command: Command) -> Result<()> {
    match command {
        Command::New(args) => new::run(&args),
        Command::Build(args) => build::run(&args),
        Command::Inspect(args) => inspect::run(&args),
    }
}

//! `talaria plugin`: from a new crate to a running plugin.

mod build;
mod cargo;
mod change;
mod consent;
mod forget;
mod identity;
mod inspect;
mod install;
mod jobs;
mod list;
mod logs;
mod mode;
mod new;
mod record;
mod sign;
mod stamp;
mod status;
mod test;
mod try_out;
mod versions;

use std::path::{Path, PathBuf};

use anyhow::Result;
use clap::Subcommand;

use super::show;

#[derive(Subcommand, Debug)]
pub(super) enum Command {
    /// Write a crate to start from
    New(new::Args),
    /// Compile a plugin's crate into a component that names itself
    Build(build::Args),
    /// Write into a component of another language who it is
    Stamp(stamp::Args),
    /// Build a plugin's component and run its crate's tests
    Test(test::Args),
    /// Make a key to sign components with
    Keygen(sign::Keygen),
    /// Sign a component
    Sign(sign::Sign),
    /// Show what a component is: hooks, capabilities, size, metadata
    Inspect(inspect::Args),
    /// Install a component in a running server, or replace the version that runs
    Install(install::Args),
    /// Show the plugins of a running server
    List(list::Args),
    /// Show what a plugin says, and how it fails
    Logs(logs::Args),
    /// Show what a plugin has left for later, and run or delete what failed for good
    Jobs(jobs::Args),
    /// Write down what a plugin is asked and what it answers, until interrupted
    Record(record::Args),
    /// Ask a component what was recorded, and show which answers differ
    Try(try_out::Args),
    /// Let a plugin handle its hooks again
    Enable(change::Named),
    /// Take a plugin off its hooks; it stays installed
    Disable(change::Named),
    /// Let a plugin do more than was agreed to when it was installed
    Grant(change::Grant),
    /// Let a plugin decide everything, for some of the users, or nothing
    Mode(mode::Args),
    /// Tell a plugin that observes again of what happened lately
    Replay(change::Replay),
    /// Give a plugin another configuration
    Configure(change::Configure),
    /// Show the versions of a plugin that it can be rolled back to
    Versions(change::Named),
    /// Put a version that ran before in the place of the one that runs
    Rollback(change::Rollback),
    /// Delete a plugin with its settings
    Remove(change::Remove),
    /// Let a server that does not run start without a plugin whose file is gone
    Forget(forget::Args),
}

/// Builds the component of the crate with this Cargo.toml, for the test kit. Answers where it lies.
pub(super) fn build_component(manifest: &Path) -> Result<PathBuf> {
    build::component(&cargo::Crate::find(Some(manifest))?, None, None)
}

pub(super) fn run(command: Command) -> Result<()> {
    match command {
        Command::New(args) => new::run(&args),
        Command::Build(args) => build::run(&args),
        Command::Stamp(args) => stamp::run(&args),
        Command::Test(args) => test::run(&args),
        Command::Keygen(args) => sign::keygen(&args),
        Command::Sign(args) => sign::sign(&args),
        Command::Inspect(args) => inspect::run(&args),
        Command::Install(args) => install::run(&args),
        Command::List(args) => list::run(&args),
        Command::Jobs(args) => jobs::run(&args),
        Command::Enable(args) => change::switch(&args, true),
        Command::Disable(args) => change::switch(&args, false),
        Command::Grant(args) => change::grant(&args),
        Command::Logs(args) => logs::run(&args),
        Command::Record(args) => record::run(&args),
        Command::Try(args) => try_out::run(&args),
        Command::Mode(args) => mode::run(&args),
        Command::Replay(args) => change::replay(&args),
        Command::Configure(args) => change::configure(&args),
        Command::Versions(args) => versions::run(&args),
        Command::Rollback(args) => change::roll_back(&args),
        Command::Remove(args) => change::remove(&args),
        Command::Forget(args) => forget::run(&args),
    }
}

//! The commands of the `talaria` program, one file each. Results go to standard output, everything else to standard
//! error.

mod api;
mod chat;
mod config;
mod held;
mod plugin;
mod runtime;
mod serve;
mod settings;
mod show;

use std::{
    ffi::OsString,
    path::{Path, PathBuf},
    process::ExitCode,
};

use clap::{Parser, Subcommand};

const EXIT_CODES: &str = "\
Exit codes:
  0  done
  1  failed; one line on standard error says why and what to do
  2  the command line is wrong";

/// An instant-messaging engine whose behaviour is WebAssembly plugins.
#[derive(Parser, Debug)]
#[command(name = "talaria", version, after_help = EXIT_CODES, max_term_width = 100)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand, Debug)]
enum Command {
    /// Run the server
    Serve(serve::Args),
    /// Talk to others in the terminal, to try a server
    Chat(chat::Args),
    /// Write, build and manage plugins
    #[command(subcommand)]
    Plugin(plugin::Command),
    /// Decide about messages that plugins hold back
    #[command(subcommand)]
    Held(held::Command),
    /// Show and check settings
    #[command(subcommand)]
    Config(config::Command),
}

/// Runs the command that `arguments` (the program's name first) ask for, to its end.
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    let cli = match Cli::try_parse_from(arguments) {
        Ok(cli) => cli,
        Err(usage) => {
            // Help is no failure and goes to standard output; nothing is left to do when that is closed.
            let _ = usage.print();
            return ExitCode::from(u8::try_from(usage.exit_code()).unwrap_or(2));
        }
    };
    let outcome = match cli.command {
        Command::Serve(args) => serve::run(&args),
        Command::Chat(args) => chat::run(&args),
        Command::Plugin(command) => plugin::run(command),
        Command::Held(command) => held::run(command),
        Command::Config(command) => config::run(command),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("error: {}", causes(&failure));
            ExitCode::FAILURE
        }
    }
}

/// Builds the component of the crate with this Cargo.toml, as `talaria plugin build` does. Answers where it lies.
///
/// # Errors
///
/// When it is no plugin, or cargo fails.
pub fn build_component(manifest: &Path) -> anyhow::Result<PathBuf> {
    plugin::build_component(manifest)
}

/// The failure and what caused it, in one line. An error often quotes its cause, which is then not said again.
fn causes(failure: &anyhow::Error) -> String {
    let mut told = String::new();
    for cause in failure.chain().map(ToString::to_string).filter(|cause| !cause.is_empty()) {
        if told.is_empty() {
            told = cause;
        } else if !told.contains(&cause) {
            told = format!("{told}: {cause}");
        }
    }
    told
}

#[cfg(test)]
mod tests {
    use anyhow::anyhow;

    use super::causes;

    #[test]
    fn each_cause_is_told_once() {
        let failure = anyhow!("no such file").context("cannot read x: no such file").context("it does not start");
        assert_eq!(causes(&failure), "it does not start: cannot read x: no such file");
    }
}

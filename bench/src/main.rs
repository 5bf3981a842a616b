//! Measures servers of the Turms client protocol: what a message costs them, how long it takes, and whether what they
//! acknowledge is true. The first measure is always the machine itself.

mod crash;
mod files;
mod floors;
mod knee;
mod latency;
mod load;
mod machine;
mod output;
mod report;
mod run;
mod server;
mod swap;
mod table;
mod w1;
mod w2;
mod w3;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// Measures an instant-messaging server, and the machine that it runs on.
#[derive(Debug, Parser)]
#[command(name = "talaria-bench", version)]
struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// What the machine costs: the least that any server must spend
    Floors(floors::Args),
    /// Users who are online write to each other: cost and times of a message
    W1(Box<w1::Args>),
    /// The highest rate of such messages that the server keeps up with
    Knee(Box<knee::Args>),
    /// A member writes to a group that is online: cost and times of a delivery
    W2(Box<w2::Args>),
    /// Idle connections: memory and heartbeats
    W3(Box<w3::Args>),
    /// A plugin is replaced under load: failures and times
    Swap(Box<swap::Args>),
    /// Files go up and down beside messages: how much later those are
    Files(Box<files::Args>),
    /// The server is killed under load: is everything there that it acknowledged?
    Crash(Box<crash::Args>),
    /// Floors and messages, with and without a plugin, in several rounds: the table of the documentation
    Report(Box<report::Args>),
    /// The server half of a floor
    #[command(hide = true)]
    FloorServer { role: floors::Role },
    /// A user who moves files
    #[command(hide = true)]
    FileClient(files::Client),
}

fn main() -> ExitCode {
    let result = match Args::parse().command {
        Command::Floors(args) => floors::run(&args),
        Command::W1(args) => w1::run(&args),
        Command::Knee(args) => knee::run(&args),
        Command::W2(args) => w2::run(&args),
        Command::W3(args) => w3::run(&args),
        Command::Swap(args) => swap::run(&args),
        Command::Files(args) => files::run(&args),
        Command::Crash(args) => crash::run(&args),
        Command::Report(args) => report::run(&args),
        Command::FloorServer { role } => floors::serve(role),
        Command::FileClient(args) => files::run_client(&args),
    };
    let Err(error) = result else { return ExitCode::SUCCESS };
    eprintln!("error: {error:#}");
    ExitCode::FAILURE
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    #[test]
    fn arguments_do_not_contradict_each_other() {
        super::Args::command().debug_assert();
    }
}

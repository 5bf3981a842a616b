//! Measures servers of the Turms client protocol: what a message costs them, how long it takes, and whether what they
//! acknowledge is true. The first measure is always the machine itself.

mod floors;
mod latency;
mod machine;
mod output;
mod table;

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
    /// The server half of a floor
    #[command(hide = true)]
    FloorServer { role: floors::Role },
}

fn main() -> anyhow::Result<()> {
    match Args::parse().command {
        Command::Floors(args) => floors::run(&args),
        Command::FloorServer { role } => floors::serve(role),
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    #[test]
    fn arguments_do_not_contradict_each_other() {
        super::Args::command().debug_assert();
    }
}

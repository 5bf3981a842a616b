//! `talaria config`: the settings there are, and whether a file is right.

use std::path::PathBuf;

use anyhow::Result;
use clap::Subcommand;

use crate::config::{self, Config, Layers};

#[derive(Subcommand, Debug)]
pub(super) enum Command {
    /// Print a file with every setting, its documentation and its default
    Example,
    /// Check a file, together with the TALARIA_ variables
    Check { file: PathBuf },
}

pub(super) fn run(command: Command) -> Result<()> {
    match command {
        Command::Example => print!("{}", config::example()),
        Command::Check { file } => {
            let shown = file.display().to_string();
            let layers = Layers { file: Some(file), variables: super::settings::variables(), ..Layers::default() };
            Config::load(&Config::default(), &layers)?;
            println!("{shown}: ok");
        }
    }
    Ok(())
}

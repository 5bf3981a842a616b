//! From the command line to a [`Config`]: the file, the variables of this process and the flags, for every command
//! alike.

use std::path::PathBuf;

use anyhow::Result;

use crate::config::{Config, Flag, Layers};

/// Names the file with settings where no flag does.
pub(super) const FILE_VARIABLE: &str = "TALARIA_CONFIG";

/// The data directory, which every command that deals with a server may name.
#[derive(clap::Args, Debug)]
pub(super) struct Data {
    /// Data directory [default: talaria-data]
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
}

impl Data {
    /// The settings of `file` and the variables on top of `base`; `flags` are the command's own.
    pub(super) fn load(&self, base: &Config, file: Option<PathBuf>, mut flags: Vec<Flag>) -> Result<Config> {
        if let Some(data) = &self.data {
            flags.push(Flag { name: "--data", key: "server.data", value: data.display().to_string() });
        }
        Ok(Config::load(base, &Layers { file, variables: variables(), flags })?)
    }
}

/// The variables of this process; what is no text is nobody's setting.
pub(super) fn variables() -> Vec<(String, String)> {
    std::env::vars_os()
        .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
        .collect()
}

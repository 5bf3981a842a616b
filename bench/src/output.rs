//! Where files go: reports, and the data of servers that are started here.

use std::path::{Path, PathBuf};

use anyhow::Context as _;
use serde::Serialize;
use tempfile::TempDir;

use crate::machine::about::Machine;

/// Where the report goes.
#[derive(Clone, Debug, clap::Args)]
pub(crate) struct Destination {
    /// Write the report as JSON into this file, `-` for standard output
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,
}

/// Where data go.
#[derive(Clone, Debug, clap::Args)]
pub(crate) struct DataRoot {
    /// Folder in which temporary data are put; it decides which disk is measured
    #[arg(long, default_value = ".", value_name = "FOLDER")]
    data_root: PathBuf,
}

/// What a report consists of.
#[derive(Debug, Serialize)]
pub(crate) struct Report<'a, T> {
    pub(crate) machine: &'a Machine,
    #[serde(flatten)]
    pub(crate) result: &'a T,
}

impl Destination {
    /// Writes the report, if it is wanted.
    pub(crate) fn write(&self, report: &impl Serialize) -> anyhow::Result<()> {
        let Some(file) = &self.json else { return Ok(()) };
        let text = serde_json::to_string_pretty(report)? + "\n";
        if file == Path::new("-") {
            print!("{text}");
            return Ok(());
        }
        std::fs::write(file, text).with_context(|| format!("cannot write {}", file.display()))
    }
}

impl DataRoot {
    /// A folder that is deleted when dropped.
    pub(crate) fn folder(&self) -> anyhow::Result<TempDir> {
        let builder = tempfile::Builder::new().prefix("talaria-bench-").tempdir_in(&self.data_root);
        builder.with_context(|| format!("cannot make a folder in {}", self.data_root.display()))
    }
}

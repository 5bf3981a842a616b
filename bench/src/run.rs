//! What all measurements of a server share: one thread, a core for it, a folder for the data.

use std::path::Path;

use tempfile::TempDir;
use tokio::task::LocalSet;

use crate::{
    machine::{about::Machine, cores::Cores},
    output::{DataRoot, Destination},
    server::{self, Server},
};

/// Options of every measurement of a server.
#[derive(Clone, Debug, clap::Args)]
pub(crate) struct Setup {
    #[command(flatten)]
    pub(crate) server: server::Target,
    #[command(flatten)]
    pub(crate) cores: Cores,
    #[command(flatten)]
    pub(crate) data: DataRoot,
    #[command(flatten)]
    pub(crate) output: Destination,
}

/// A measurement under way.
pub(crate) struct Bench<'a> {
    pub(crate) setup: &'a Setup,
    pub(crate) machine: Machine,
    folder: TempDir,
}

impl<'a> Bench<'a> {
    /// Moves this process to its core and makes the folder.
    pub(crate) fn new(setup: &'a Setup) -> anyhow::Result<Self> {
        let folder = setup.data.folder()?;
        let machine = Machine::here(folder.path(), setup.cores.pins());
        machine.warn();
        setup.cores.pin_generator();
        Ok(Self { setup, machine, folder })
    }

    /// Where files go that are not the server's.
    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// A server with data that no server has had, unless it is one that runs already.
    pub(crate) async fn server(&self) -> anyhow::Result<(Server, TempDir)> {
        self.server_with(&self.setup.server).await
    }

    /// The same with other options.
    pub(crate) async fn server_with(&self, args: &server::Target) -> anyhow::Result<(Server, TempDir)> {
        let folder = tempfile::tempdir_in(self.folder())?;
        let server = Server::start(args, &self.setup.cores, folder.path()).await?;
        Ok((server, folder))
    }
}

/// Runs it on this thread.
pub(crate) fn block_on<T>(work: impl Future<Output = anyhow::Result<T>>) -> anyhow::Result<T> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let result = LocalSet::new().block_on(&runtime, work);
    // A thread that looks up a name would be waited for.
    runtime.shutdown_background();
    result
}

//! The server that is measured: started here, or running already.

mod admin;
mod process;

use std::path::{Path, PathBuf};

use anyhow::Context as _;

pub(crate) use admin::{Admin, NewUser};
use process::{Launch, Process};

use crate::machine::cores::Cores;

/// How clients connect.
#[derive(Clone, Copy, PartialEq, Eq, Debug, clap::ValueEnum, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Transport {
    Ws,
    Tcp,
}

/// Which server to measure.
#[derive(Clone, Debug, clap::Args)]
#[command(next_help_heading = "Server")]
pub(crate) struct Target {
    /// Start this program as the server, with `serve --dev` and fresh data, and end it afterwards [default: `talaria`
    /// beside this program, unless --admin names a server that runs]
    #[arg(long, value_name = "FILE")]
    spawn: Option<PathBuf>,
    /// Folder with the plugins of the server that is started
    #[arg(long, value_name = "FOLDER", conflicts_with = "admin")]
    pub(crate) plugins: Option<PathBuf>,
    /// Another argument for the server that is started; may be given several times
    #[arg(long, value_name = "ARGUMENT", conflicts_with = "admin", allow_hyphen_values = true)]
    pub(crate) server_arg: Vec<String>,
    /// WebSocket address of a running server
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:10510", requires = "admin")]
    ws: String,
    /// TCP address of a running server
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:11510", requires = "admin")]
    tcp: String,
    /// Admin API of a running server, such as http://127.0.0.1:8510
    #[arg(long, value_name = "URL", conflicts_with = "spawn", requires = "token_file")]
    admin: Option<String>,
    /// File with the token of the admin API
    #[arg(long, value_name = "FILE", requires = "admin")]
    token_file: Option<PathBuf>,
    /// Processes of a running server whose CPU and memory count, its database included
    #[arg(long, value_name = "PID", value_delimiter = ',', requires = "admin")]
    server_pid: Vec<u32>,
    /// Whether the server that is started takes and gives files.
    #[arg(skip)]
    files: bool,
}

impl Target {
    /// The same, with files.
    pub(crate) fn with_files(self) -> Self {
        Self { files: true, ..self }
    }

    /// The program to start; `None` when the server runs already.
    pub(crate) fn program(&self) -> anyhow::Result<Option<PathBuf>> {
        if self.admin.is_some() {
            return Ok(None);
        }
        let program = match &self.spawn {
            Some(program) => program.clone(),
            None => std::env::current_exe()?.with_file_name("talaria"),
        };
        anyhow::ensure!(program.exists(), "there is no {}: say with --spawn what to start", program.display());
        Ok(Some(program))
    }

    /// The program to start, for what cannot be done to a server that others use.
    pub(crate) fn own_program(&self) -> anyhow::Result<PathBuf> {
        self.program()?.context("this needs a server of its own, not one that runs already")
    }
}

/// A server that is ready.
pub(crate) struct Server {
    /// Its processes; none when only its clients' view is measured.
    pub(crate) pids: Vec<u32>,
    pub(crate) admin: Admin,
    ws: String,
    tcp: String,
    process: Option<Process>,
}

impl Server {
    /// Starts the server with its data in `folder`, or finds the one that runs.
    pub(crate) async fn start(args: &Target, cores: &Cores, folder: &Path) -> anyhow::Result<Self> {
        let Some(program) = args.program()? else { return Self::running(args) };
        let data = folder.join("data");
        let process = Process::launch(&Launch {
            program: &program,
            cores,
            data: &data,
            plugins: args.plugins.as_deref(),
            files: args.files,
            arguments: &args.server_arg,
            log: &folder.join("server.log"),
        })?;
        let token = read_token(&data.join("admin.token"))?;
        Ok(Self {
            pids: vec![process.pid()],
            admin: Admin::new(&format!("http://{}", process.admin), &token),
            ws: process.ws.clone(),
            tcp: process.tcp.clone(),
            process: Some(process),
        })
    }

    #[cfg(test)]
    pub(crate) fn for_test(tcp: &str) -> Self {
        let (ws, tcp, admin) = (String::new(), tcp.to_owned(), Admin::new("", ""));
        Self { pids: Vec::new(), admin, ws, tcp, process: None }
    }

    fn running(args: &Target) -> anyhow::Result<Self> {
        let admin = args.admin.as_deref().context("--admin is missing")?;
        let token = read_token(args.token_file.as_deref().context("--token-file is missing")?)?;
        Ok(Self {
            pids: args.server_pid.clone(),
            admin: Admin::new(admin, &token),
            ws: args.ws.clone(),
            tcp: args.tcp.clone(),
            process: None,
        })
    }

    /// Where clients connect.
    pub(crate) fn address(&self, transport: Transport) -> &str {
        match transport {
            Transport::Ws => &self.ws,
            Transport::Tcp => &self.tcp,
        }
    }

    /// Ends a server that was started here and waits for its end.
    pub(crate) async fn stop(mut self) -> anyhow::Result<()> {
        match &mut self.process {
            Some(process) => process.stop().await,
            None => Ok(()),
        }
    }

    /// Ends a server that was started here as a power cut would, more or less.
    pub(crate) fn kill(mut self) -> anyhow::Result<()> {
        self.process.as_mut().context("only a server that was started here can be killed")?.kill()
    }
}

fn read_token(file: &Path) -> anyhow::Result<String> {
    let token =
        std::fs::read_to_string(file).with_context(|| format!("cannot read the token in {}", file.display()))?;
    Ok(token.trim().to_owned())
}

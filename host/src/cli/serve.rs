//! `talaria serve`: the server. Standard output gets a line for each listener and `ready`, so that programs can wait
//! for them; everything else goes to standard error.

use std::{
    env,
    io::{self, Write as _},
    path::{Path, PathBuf},
    time::Duration,
};

use anyhow::{Context, Result};
use tokio::{
    signal::unix::{Signal, SignalKind, signal},
    time,
};

use super::{
    chat, runtime,
    settings::{Data, FILE_VARIABLE},
};
use crate::{
    app::{Addresses, App},
    config::{Config, Flag},
    telemetry::{self, Metrics},
};

/// Signals that come so soon after the first ask for the same.
const ECHO: Duration = Duration::from_secs(1);

#[derive(clap::Args, Debug)]
pub(super) struct Args {
    /// Development: users 1 to 100 with the password 123, no rate limits in the way, loopback only
    #[arg(long)]
    dev: bool,
    #[command(flatten)]
    data: Data,
    /// Address of the WebSocket listener, or off [default: 0.0.0.0:10510]
    #[arg(long, value_name = "ADDR")]
    ws: Option<String>,
    /// Address of the TCP listener, or off [default: 0.0.0.0:11510]
    #[arg(long, value_name = "ADDR")]
    tcp: Option<String>,
    /// Address of the admin interface [default: 127.0.0.1:8510]
    #[arg(long, value_name = "ADDR")]
    admin: Option<String>,
    /// Address of the listener for routes of plugins and for objects, or off [default: off, with --dev 127.0.0.1:9510]
    #[arg(long, value_name = "ADDR")]
    http: Option<String>,
    /// Directory of plugins, which is watched [default: plugins in the data directory]
    #[arg(long, value_name = "DIR")]
    plugins: Option<PathBuf>,
    /// File with settings; `talaria config example` prints one
    #[arg(long, value_name = "FILE", env = FILE_VARIABLE)]
    config: Option<PathBuf>,
}

impl Args {
    fn load(&self) -> Result<Config> {
        let plugins = self.plugins.as_ref().map(|directory| directory.display().to_string());
        let flags = [
            ("--ws", "gateway.ws", self.ws.clone()),
            ("--tcp", "gateway.tcp", self.tcp.clone()),
            ("--admin", "admin.listen", self.admin.clone()),
            ("--http", "http.listen", self.http.clone()),
            ("--plugins", "plugins.directory", plugins),
        ];
        let given = flags.into_iter().filter_map(|(name, key, value)| Some(Flag { name, key, value: value? }));
        let base = if self.dev { Config::dev() } else { Config::default() };
        self.data.load(&base, self.config.clone(), given.collect())
    }
}

pub(super) fn run(args: &Args) -> Result<()> {
    let config = args.load()?;
    telemetry::log(&config.log)?;
    let metrics = Metrics::install()?;
    runtime::serve(config.server.worker_threads, serve(config, metrics))
}

async fn serve(config: Config, metrics: Metrics) -> Result<()> {
    let mut signals = Signals::new()?;
    let (dev, data) = (config.dev, config.server.data.clone());
    let app = tokio::select! {
        app = App::start(config, metrics) => app?,
        // Nothing has been promised to anybody yet.
        () = signals.next() => return Ok(()),
    };
    announce(app.addresses()).context("cannot write to standard output")?;
    if dev {
        let program = env::current_exe().unwrap_or_else(|_| "talaria".into());
        eprintln!("{}", help_for_developers(app.addresses(), &data, &program));
    }
    signals.next().await;
    tracing::info!("stopping; a second signal ends the process at once");
    tokio::select! {
        () = app.stop() => tracing::info!("stopped"),
        () = signals.again() => {
            tracing::warn!("ended without waiting");
            std::process::exit(1);
        }
    }
    Ok(())
}

fn announce(addresses: Addresses) -> io::Result<()> {
    let mut out = io::stdout().lock();
    let listeners =
        [("ws", addresses.ws), ("tcp", addresses.tcp), ("admin", Some(addresses.admin)), ("http", addresses.http)];
    for (name, address) in listeners {
        if let Some(address) = address {
            writeln!(out, "listening {name} {address}")?;
        }
    }
    writeln!(out, "ready")?;
    out.flush()
}

fn help_for_developers(addresses: Addresses, data: &Path, program: &Path) -> String {
    let url = match (addresses.ws, addresses.tcp) {
        (Some(ws), _) => format!("ws://{ws}"),
        (None, Some(tcp)) => format!("tcp://{tcp}"),
        (None, None) => chat::URL.into(),
    };
    // What the commands assume need not be typed.
    let standard = Config::default();
    let url = if url == chat::URL { String::new() } else { format!(" --url {url}") };
    let admin =
        if addresses.admin == standard.admin.listen { String::new() } else { format!(" --admin {}", addresses.admin) };
    let place = if data == standard.server.data { String::new() } else { format!(" --data {}", data.display()) };
    format!(
        "
  ──────────────────────────────────────────────────────────────────────────────
   FOR DEVELOPMENT ONLY: users 1 to 100 have the password 123, rate limits are
   off, and plugins get whatever they ask for. It listens on the loopback only.
  ──────────────────────────────────────────────────────────────────────────────

   In each further terminal:
     alias talaria={program}

   Talk, each in a terminal of its own:
     talaria chat --user 1 --to 2{url}
     talaria chat --user 2 --to 1{url}

   Users 1 to 3 are in group 1:
     talaria chat --user 1 --group 1{url}

   Change what happens meanwhile:
     talaria plugin new hello && cd hello
     cargo test && talaria plugin build
     talaria plugin install target/plugins/hello.wasm{admin}{place}
     talaria plugin list{admin}{place}

   The admin token is in {token}; the commands find it there.
",
        program = program.display(),
        token = data.join("admin.token").display()
    )
}

/// The signals that ask for an end.
struct Signals {
    interrupt: Signal,
    terminate: Signal,
}

impl Signals {
    fn new() -> Result<Self> {
        let listen = |kind| signal(kind).context("cannot listen for signals");
        Ok(Self { interrupt: listen(SignalKind::interrupt())?, terminate: listen(SignalKind::terminate())? })
    }

    /// The next one that is not an echo of the one before: some programs signal a process and then its group.
    async fn again(&mut self) {
        let echoes = async {
            loop {
                self.next().await;
            }
        };
        let _: Result<(), _> = time::timeout(ECHO, echoes).await;
        self.next().await;
    }

    async fn next(&mut self) {
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
        }
    }
}

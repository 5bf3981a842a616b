//! W3: connections that are logged in and say nothing but heartbeats.

use std::time::Duration;

use anyhow::Context as _;
use serde::Serialize;
use talaria_client::Frame;

use crate::{
    latency::{micros, readable},
    load::fleet::{self, Online},
    machine::{cpu::Usage, memory::Memory},
    output::Report,
    run::{Bench, Setup, block_on},
    server::{Server, Transport},
};

/// Users who are online before the first measure, so that what the server makes once does not count.
const FIRST: usize = 200;
const HEARTBEAT_TIMEOUT: Duration = Duration::from_secs(30);

/// Options of `w3`.
#[derive(Clone, Debug, clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    setup: Setup,
    /// How clients connect
    #[arg(long, value_enum, default_value = "ws")]
    transport: Transport,
    /// Connections that are logged in
    #[arg(long, default_value_t = 10_000)]
    connections: usize,
    /// Seconds of silence before memory is measured
    #[arg(long, default_value_t = 5.0)]
    settle: f64,
    /// Heartbeats of each connection, whose CPU is measured
    #[arg(long, default_value_t = 3)]
    heartbeats: u32,
}

/// How it went. Costs are CPU of the server in microseconds.
#[derive(Clone, Debug, Serialize)]
struct Outcome {
    workload: &'static str,
    transport: Transport,
    connections: usize,
    login_seconds: f64,
    cpu_per_login: f64,
    cpu_per_heartbeat: f64,
    memory_before: Memory,
    memory_after: Memory,
    /// User memory, that is without what the kernel keeps for the sockets.
    bytes_per_connection: f64,
}

/// `talaria-bench w3`.
pub(crate) fn run(args: &Args) -> anyhow::Result<()> {
    let bench = Bench::new(&args.setup)?;
    let outcome = block_on(async {
        let (mut server, folder) = bench.server().await?;
        fleet::create(&server, FIRST + args.connections).await?;
        if args.setup.server.program()?.is_some() {
            // Making users leaves memory free that connections would fill unseen.
            server.stop().await?;
            server = Server::start(&args.setup.server, &args.setup.cores, folder.path()).await?;
        }
        let outcome = measure(&server, args).await?;
        server.stop().await?;
        Ok(outcome)
    })?;
    args.setup.output.write(&Report { machine: &bench.machine, result: &outcome })?;
    println!("{}\n\n{}", bench.machine.line(), outcome.text());
    Ok(())
}

async fn measure(server: &Server, args: &Args) -> anyhow::Result<Outcome> {
    anyhow::ensure!(!server.pids.is_empty(), "without --server-pid nothing can be measured");
    let settle = Duration::from_secs_f64(args.settle);
    let (_first, _) = fleet::log_in(server, args.transport, 0..FIRST).await?;
    tokio::time::sleep(settle).await;
    let (memory_before, usage) = (Memory::of(&server.pids)?, Usage::of(&server.pids)?);
    let (mut online, login) = fleet::log_in(server, args.transport, FIRST..FIRST + args.connections).await?;
    let logins = Usage::of(&server.pids)?.since(&usage);
    tokio::time::sleep(settle).await;
    let memory_after = Memory::of(&server.pids)?;
    let usage = Usage::of(&server.pids)?;
    for _ in 0..args.heartbeats {
        tokio::time::timeout(HEARTBEAT_TIMEOUT, heartbeat(&mut online))
            .await
            .context("heartbeats are not answered")??;
    }
    let heartbeats = Usage::of(&server.pids)?.since(&usage);
    let count = online.len() as f64;
    Ok(Outcome {
        workload: "w3",
        transport: args.transport,
        connections: online.len(),
        login_seconds: login.as_secs_f64(),
        cpu_per_login: micros(logins) / count,
        cpu_per_heartbeat: micros(heartbeats) / (count * f64::from(args.heartbeats)),
        memory_before,
        memory_after,
        bytes_per_connection: (memory_after.pss as f64 - memory_before.pss as f64) / count,
    })
}

/// One heartbeat on each connection, there and back.
async fn heartbeat(online: &mut [Online]) -> anyhow::Result<()> {
    for user in &mut *online {
        user.writer.heartbeat().await?;
    }
    for user in online {
        let frame = user.reader.next().await?;
        anyhow::ensure!(frame == Some(Frame::Heartbeat), "a heartbeat was answered with {frame:?}");
    }
    Ok(())
}

impl Outcome {
    fn text(&self) -> String {
        let Self { connections, transport, bytes_per_connection, .. } = self;
        let megabytes = |memory: Memory| memory.pss as f64 / 1e6;
        let memory =
            format!("{:.1} MB before, {:.1} MB after", megabytes(self.memory_before), megabytes(self.memory_after));
        [
            format!("{connections} connections over {transport:?}, logged in within {:.1} s", self.login_seconds),
            format!("memory: {memory}: {bytes_per_connection:.0} bytes a connection, without the kernel's"),
            format!("login: {} of CPU", readable(self.cpu_per_login)),
            format!("heartbeat: {} of CPU", readable(self.cpu_per_heartbeat)),
        ]
        .join("\n")
    }
}

//! Kills the server in the middle of the load, starts it again on the same data and looks for what it had acknowledged.

use std::time::Duration;

use serde::Serialize;

use crate::{
    load::{Load, Stored, Tally, fleet, history},
    output::Report,
    run::{Bench, Setup, block_on},
    server::{Server, Transport},
};

/// How long what the dead server had sent is read on.
const OUTLIVE: Duration = Duration::from_secs(10);

/// Options of `crash`.
#[derive(Clone, Debug, clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    setup: Setup,
    /// How often the server is killed
    #[arg(long, default_value_t = 3)]
    kills: u32,
    /// Seconds of load before each kill
    #[arg(long, default_value_t = 5.0)]
    seconds: f64,
    /// How clients connect
    #[arg(long, value_enum, default_value = "ws")]
    transport: Transport,
    /// Messages a second
    #[arg(long, default_value_t = 2000.0)]
    rate: f64,
    /// Users who are online
    #[arg(long, default_value_t = 200)]
    users: usize,
    /// Characters of a text
    #[arg(long, default_value_t = 200)]
    size: usize,
}

/// One kill and what was found after it.
#[derive(Clone, Debug, Serialize)]
struct Kill {
    sent: u64,
    accepted: u64,
    unanswered: u64,
    stored: Stored,
}

/// How it went.
#[derive(Clone, Debug, Serialize)]
struct Outcome {
    workload: &'static str,
    kills: Vec<Kill>,
    /// What is found of all the runs at the end.
    end: Vec<Stored>,
}

/// A run whose messages must be there from now on.
struct Past {
    tally: Tally,
    since: i64,
}

/// `talaria-bench crash`.
pub(crate) fn run(args: &Args) -> anyhow::Result<()> {
    args.setup.server.own_program()?;
    let bench = Bench::new(&args.setup)?;
    let outcome = block_on(measure(&bench, args))?;
    args.setup.output.write(&Report { machine: &bench.machine, result: &outcome })?;
    println!("{}\n\n{}", bench.machine.line(), outcome.text());
    let holds = outcome.kills.iter().all(|kill| kill.stored.holds()) && outcome.end.iter().all(Stored::holds);
    anyhow::ensure!(holds, "what was acknowledged is not there as it must be");
    Ok(())
}

async fn measure(bench: &Bench<'_>, args: &Args) -> anyhow::Result<Outcome> {
    let start = || Server::start(&args.setup.server, &args.setup.cores, bench.folder());
    let mut server = start().await?;
    fleet::create(&server, args.users).await?;
    let (mut pasts, mut kills) = (Vec::new(), Vec::new());
    for _ in 0..args.kills {
        let past = load_and_kill(server, args).await?;
        server = start().await?;
        let tally = &past.tally;
        let correctness = tally.correctness();
        kills.push(Kill {
            sent: correctness.sent,
            accepted: correctness.accepted,
            unanswered: correctness.unanswered,
            stored: history::check(&server, args.transport, tally, past.since).await?,
        });
        pasts.push(past);
    }
    let mut end = Vec::new();
    for past in &pasts {
        end.push(history::check(&server, args.transport, &past.tally, past.since).await?);
    }
    server.stop().await?;
    Ok(Outcome { workload: "crash", kills, end })
}

/// The server dies while messages are under way in all stages.
async fn load_and_kill(server: Server, args: &Args) -> anyhow::Result<Past> {
    let (fleet, _) = fleet::log_in(&server, args.transport, 0..args.users).await?;
    let mut load = Load::new(fleet, args.size)?;
    tokio::select! {
        stopped = load.drive(args.rate) => stopped.map(|never| match never {})?,
        () = tokio::time::sleep(Duration::from_secs_f64(args.seconds)) => {}
    }
    server.kill()?;
    load.outlive(OUTLIVE).await;
    let since = load.since;
    Ok(Past { tally: load.end().await, since })
}

impl Outcome {
    fn text(&self) -> String {
        let kills = self.kills.iter().zip(1..).map(|(kill, number)| {
            let Kill { sent, accepted, unanswered, stored } = kill;
            format!("kill {number}: {sent} sent, {accepted} acknowledged, {unanswered} under way; after it {stored}")
        });
        let end = self.end.iter().zip(1..).map(|(stored, number)| format!("at the end, of run {number}: {stored}"));
        kills.chain(end).collect::<Vec<_>>().join("\n")
    }
}

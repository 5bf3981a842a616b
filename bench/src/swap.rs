//! Replaces a plugin again and again while users write to each other: nobody may notice.

use std::{
    cell::RefCell,
    path::PathBuf,
    rc::Rc,
    time::{Duration, Instant},
};

use anyhow::Context as _;
use serde::Serialize;

use crate::{
    latency::{Summary, Times, readable},
    load::{Correctness, Load, Steady, Stretch, Tally, fleet, history},
    output::Report,
    run::{Bench, Setup, block_on},
    server::Server,
    table::Table,
};

const DRAIN: Duration = Duration::from_secs(15);

/// Options of `swap`.
#[derive(Clone, Debug, clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    setup: Setup,
    /// One version of a plugin
    #[arg(long, value_name = "FILE")]
    plugin_a: PathBuf,
    /// Another version of it; the same file will do
    #[arg(long, value_name = "FILE")]
    plugin_b: PathBuf,
    /// How often the plugin is replaced
    #[arg(long, default_value_t = 100)]
    swaps: u32,
    /// Milliseconds from one replacement to the next
    #[arg(long, default_value_t = 200)]
    pause: u64,
    #[command(flatten)]
    load: Steady,
    /// Seconds before the first replacement that are compared with the rest
    #[arg(long, default_value_t = 10.0)]
    before: f64,
}

/// How it went.
#[derive(Clone, Debug, Serialize)]
struct Outcome {
    workload: &'static str,
    swaps: u32,
    /// What the admin API took for each of them.
    swap: Summary,
    before: Stretch,
    during: Stretch,
    /// p99 until the answer, during against before.
    p99_ratio: f64,
    failed_requests: u64,
    correctness: Correctness,
}

/// `talaria-bench swap`.
pub(crate) fn run(args: &Args) -> anyhow::Result<()> {
    let bench = Bench::new(&args.setup)?;
    let outcome = block_on(async {
        let (server, _folder) = bench.server().await?;
        let outcome = measure(&server, args).await?;
        server.stop().await?;
        Ok(outcome)
    })?;
    args.setup.output.write(&Report { machine: &bench.machine, result: &outcome })?;
    println!("{}\n\n{}", bench.machine.line(), outcome.text());
    anyhow::ensure!(outcome.correctness.holds(), "the run was not correct: {}", outcome.correctness);
    anyhow::ensure!(outcome.failed_requests == 0, "{} requests failed", outcome.failed_requests);
    Ok(())
}

async fn measure(server: &Server, args: &Args) -> anyhow::Result<Outcome> {
    let read = |file: &PathBuf| std::fs::read(file).with_context(|| format!("cannot read {}", file.display()));
    let versions = [read(&args.plugin_a)?, read(&args.plugin_b)?];
    // Both are compiled once before, as versions in a running system have been.
    for version in &versions {
        server.admin.install_plugin(version.clone()).await?;
    }
    fleet::create(server, args.load.users).await?;
    let (fleet, _) = fleet::log_in(server, args.load.transport, 0..args.load.users).await?;
    let mut load = Load::new(fleet, args.load.size)?;
    let tally = load.tally();
    let (before, swap) = tokio::select! {
        stopped = load.drive(args.load.rate) => stopped.map(|never| match never {})?,
        swapped = replace(server, &tally, &versions, args) => swapped?,
    };
    load.drain(DRAIN).await;
    let since = load.since;
    let tally = load.end().await;
    let mut correctness = tally.correctness();
    correctness.stored = Some(history::check(server, args.load.transport, &tally, since).await?);
    let (before, during) = (tally.stretch(before), tally.stretch(before + 1));
    Ok(Outcome {
        workload: "swap",
        swaps: args.swaps,
        swap,
        p99_ratio: during.acknowledged.p99 / before.acknowledged.p99,
        failed_requests: before.refused + during.refused + correctness.unanswered,
        before,
        during,
        correctness,
    })
}

/// Answers the window before the first replacement, which the window during them follows, and how long they took.
async fn replace(
    server: &Server,
    tally: &Rc<RefCell<Tally>>,
    versions: &[Vec<u8>; 2],
    args: &Args,
) -> anyhow::Result<(usize, Summary)> {
    tokio::time::sleep(Duration::from_secs(2)).await;
    let before = tally.borrow_mut().begin();
    tokio::time::sleep(Duration::from_secs_f64(args.before)).await;
    tally.borrow_mut().begin();
    let mut times = Times::new();
    for (_, version) in (0..args.swaps).zip(versions.iter().cycle()) {
        let start = Instant::now();
        server.admin.install_plugin(version.clone()).await?;
        times.record(start.elapsed());
        tokio::time::sleep(Duration::from_millis(args.pause)).await;
    }
    Ok((before, times.summary()))
}

impl Outcome {
    fn text(&self) -> String {
        let mut table = Table::new(&["from due to acknowledged", "messages", "p50", "p99", "max"]);
        for (name, stretch) in [("before", &self.before), ("during", &self.during)] {
            let times = [stretch.acknowledged.p50, stretch.acknowledged.p99, stretch.acknowledged.max].map(readable);
            table.row(&[vec![name.to_owned(), stretch.sent.to_string()], times.to_vec()].concat());
        }
        let Self { swaps, swap, failed_requests, p99_ratio, correctness, .. } = self;
        let took = format!("{} at p50, {} at most", readable(swap.p50), readable(swap.max));
        format!(
            "{swaps} replacements, each took {took}\n{failed_requests} requests failed; p99 during them is {p99_ratio:.2} \
             times that before\n{correctness}\n\n{table}"
        )
    }
}

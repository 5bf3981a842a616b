//! The whole table: everything in several rounds, one after the other, so that a noisy neighbour disturbs all alike,
//! and the floors before each. What is published are medians, with the range that was seen.

mod rows;
mod spread;

use std::{
    fs,
    path::{Path, PathBuf},
    time::Duration,
};

use anyhow::Context as _;
use serde::Serialize;

use crate::{
    floors::{self, Floors},
    knee,
    output::Report,
    run::{Bench, Setup, block_on},
    server::{Target, Transport},
    w1::{self, Outcome, Shape},
};

const FLOOR: Duration = Duration::from_secs(1);
const TRANSPORTS: [Transport; 2] = [Transport::Tcp, Transport::Ws];

/// Options of `report`.
#[derive(Clone, Debug, clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    setup: Setup,
    /// Rounds
    #[arg(long, default_value_t = 5)]
    rounds: usize,
    /// Messages a second [default: half of what the server keeps up with]
    #[arg(long)]
    rate: Option<f64>,
    /// Seconds of each measurement
    #[arg(long, default_value_t = 20.0)]
    duration: f64,
    /// Users who are online
    #[arg(long, default_value_t = 1000)]
    users: usize,
    /// A plugin that filters messages and lets all pass: everything is measured with and without it
    #[arg(long, value_name = "FILE")]
    filter: Option<PathBuf>,
    /// Write the rows for the documentation into this file as well
    #[arg(long, value_name = "FILE")]
    markdown: Option<PathBuf>,
}

/// What was measured in all rounds.
#[derive(Clone, Debug, Serialize)]
struct Everything {
    floors: Vec<Floors>,
    cases: Vec<Case>,
}

/// One row of the table: its outcomes in all rounds.
#[derive(Clone, Debug, Serialize)]
struct Case {
    transport: Transport,
    /// With the plugin.
    filtered: bool,
    shape: Shape,
    outcomes: Vec<Outcome>,
}

/// `talaria-bench report`.
pub(crate) fn run(args: &Args) -> anyhow::Result<()> {
    let program = args.setup.server.own_program()?;
    let bench = Bench::new(&args.setup)?;
    let everything = block_on(measure(&bench, args))?;
    args.setup.output.write(&Report { machine: &bench.machine, result: &everything })?;
    let markdown = rows::markdown(&everything, &bench.machine, &program);
    println!("{markdown}");
    if let Some(file) = &args.markdown {
        fs::write(file, &markdown).with_context(|| format!("cannot write {}", file.display()))?;
    }
    everything.cases.iter().flat_map(|case| &case.outcomes).try_for_each(Outcome::conclude)
}

async fn measure(bench: &Bench<'_>, args: &Args) -> anyhow::Result<Everything> {
    let mut everything = Everything { floors: Vec::new(), cases: cases(bench, args).await? };
    let filtered = with_filter(bench, args)?;
    for round in 1..=args.rounds {
        eprintln!("round {round} of {}: floors", args.rounds);
        everything.floors.push(floors::measure(&bench.setup.cores, bench.folder(), FLOOR)?);
        for case in &mut everything.cases {
            eprintln!("round {round} of {}: {}", args.rounds, case.name());
            let target = if case.filtered { &filtered } else { &bench.setup.server };
            let (server, _folder) = bench.server_with(target).await?;
            case.outcomes.push(w1::measure(&server, &case.shape).await?);
            server.stop().await?;
        }
    }
    Ok(everything)
}

/// What is measured in each round, at rates that are found out first.
async fn cases(bench: &Bench<'_>, args: &Args) -> anyhow::Result<Vec<Case>> {
    let mut cases = Vec::new();
    for transport in TRANSPORTS {
        let rate = match args.rate {
            Some(rate) => rate,
            None => half_the_knee(bench, transport, args.users).await?,
        };
        for filtered in [false, true] {
            if filtered && args.filter.is_none() {
                continue;
            }
            let shape = Shape { transport, rate, duration: args.duration, users: args.users, ..Shape::default() };
            cases.push(Case { transport, filtered, shape, outcomes: Vec::new() });
        }
    }
    Ok(cases)
}

async fn half_the_knee(bench: &Bench<'_>, transport: Transport, users: usize) -> anyhow::Result<f64> {
    let (server, _folder) = bench.server().await?;
    let knee = knee::find(&server, transport, users, Shape::default().size).await?;
    server.stop().await?;
    anyhow::ensure!(knee.rate > 0.0, "the server does not even keep up with a low rate");
    eprintln!("over {transport:?} the server keeps up with {:.0} messages a second", knee.rate);
    Ok(knee.rate / 2.0)
}

/// The server with the plugin, in a folder of its own.
fn with_filter(bench: &Bench<'_>, args: &Args) -> anyhow::Result<Target> {
    let mut target = bench.setup.server.clone();
    if let Some(filter) = &args.filter {
        let folder = bench.folder().join("filter");
        fs::create_dir_all(&folder)?;
        let name = filter.file_name().map_or(Path::new("filter.wasm"), Path::new);
        fs::copy(filter, folder.join(name)).with_context(|| format!("cannot read {}", filter.display()))?;
        target.plugins = Some(folder);
    }
    Ok(target)
}

impl Case {
    fn name(&self) -> String {
        let filter = if self.filtered { "with a filter" } else { "without plugins" };
        format!("W1 over {:?}, {filter}", self.transport)
    }
}

//! Users write to each other while files go up and down beside them, and while none does, in turn: how much later
//! messages are for that.

mod client;

use std::{
    cell::RefCell,
    convert::Infallible,
    fs::File,
    path::{Path, PathBuf},
    rc::Rc,
    time::{Duration, Instant},
};

use anyhow::Context as _;
use serde::Serialize;
use serde_json::json;

pub(crate) use self::client::{Client, run as run_client};
use self::client::{Direction, Peer};
use crate::{
    latency::{Summary, readable},
    load::{Correctness, Load, Steady, Stretch, Tally, fleet, history},
    machine::memory::Memory,
    output::Report,
    run::{Bench, Setup, block_on},
    server::Server,
    table::Table,
};

const DRAIN: Duration = Duration::from_secs(15);
const WARM_UP: Duration = Duration::from_secs(2);
/// From one look at the server's memory to the next.
const LOOK: Duration = Duration::from_secs(1);
/// As many as one address may move, and as large as an object may be, where the operator says nothing of it.
const MOVERS: usize = 32;
const LARGEST: u64 = 1024;
const MIB: u64 = 1 << 20;

/// Options of `files`.
#[derive(Clone, Debug, clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    setup: Setup,
    /// The plugin `storage`
    #[arg(long, value_name = "FILE")]
    plugin: PathBuf,
    /// Files that go up at a time
    #[arg(long, default_value_t = 2)]
    uploads: usize,
    /// Files that come down at a time
    #[arg(long, default_value_t = 2)]
    downloads: usize,
    /// Mebibytes of each file
    #[arg(long, default_value_t = 1024)]
    mebibytes: u64,
    /// Megabytes a second that the line takes, of all files together [default: what the loopback takes]
    #[arg(long, value_name = "MEGABYTES")]
    megabytes: Option<f64>,
    /// How often they are moved
    #[arg(long, default_value_t = 3)]
    rounds: u32,
    /// Seconds without files before each round
    #[arg(long, default_value_t = 10.0)]
    quiet: f64,
    /// Cores of those who move files [default: those of the generator]
    #[arg(long, value_name = "LIST")]
    file_cores: Option<String>,
    #[command(flatten)]
    load: Steady,
}

/// Without files, and with them.
#[derive(Clone, Debug, Serialize)]
struct Round {
    quiet: Stretch,
    moving: Stretch,
    /// Bytes a second of all files together.
    bytes_per_second: f64,
    /// p99 until the answer, with against without.
    p99_ratio: f64,
    /// By how many bytes the server's memory was larger with files than before them; absent for a server whose
    /// processes are not known.
    grown: Option<u64>,
}

/// How it went.
#[derive(Clone, Debug, Serialize)]
struct Outcome {
    workload: &'static str,
    rounds: Vec<Round>,
    correctness: Correctness,
}

/// `talaria-bench files`.
pub(crate) fn run(args: &Args) -> anyhow::Result<()> {
    let movers = args.uploads + args.downloads;
    anyhow::ensure!((1..=MOVERS).contains(&movers), "at least one file moves at a time, and at most {MOVERS} do");
    anyhow::ensure!((1..=LARGEST).contains(&args.mebibytes), "a file has 1 to {LARGEST} mebibytes");
    let bench = Bench::new(&args.setup)?;
    let outcome = block_on(async {
        let target = args.setup.server.clone().with_files();
        let (server, folder) = bench.server_with(&target).await?;
        let outcome = measure(&server, args, folder.path()).await?;
        server.stop().await?;
        Ok(outcome)
    })?;
    args.setup.output.write(&Report { machine: &bench.machine, result: &outcome })?;
    println!("{}\n\n{}", bench.machine.line(), outcome.text());
    anyhow::ensure!(outcome.correctness.holds(), "the run was not correct: {}", outcome.correctness);
    Ok(())
}

async fn measure(server: &Server, args: &Args, folder: &Path) -> anyhow::Result<Outcome> {
    let plugin = std::fs::read(&args.plugin).with_context(|| format!("cannot read {}", args.plugin.display()))?;
    server.admin.install_plugin(plugin).await?;
    let bytes = args.mebibytes * MIB;
    let limits = json!({"attachments": {"max_bytes": bytes, "max_bytes_per_user": 4 * bytes}});
    server.admin.configure_plugin("storage", &limits).await?;
    // All of it is a hole, which takes no room and no disk's time.
    let file = folder.join("file");
    File::create(&file)?.set_len(bytes)?;

    let movers = args.uploads + args.downloads;
    fleet::create(server, args.load.users + movers).await?;
    let directions = [vec![Direction::Up; args.uploads], vec![Direction::Down; args.downloads]].concat();
    let cores = args.file_cores.as_deref();
    let mut peers = Vec::with_capacity(movers);
    for (index, direction) in (args.load.users..).zip(directions) {
        let client = Client {
            server: server.address(args.load.transport).to_owned(),
            transport: args.load.transport,
            user: fleet::user(index),
            direction,
            file: file.clone(),
            pace: args.megabytes.map(|megabytes| megabytes * 1e6 / movers as f64),
        };
        peers.push(Peer::start(&client, &args.setup.cores, cores).await?);
    }

    let (fleet, _) = fleet::log_in(server, args.load.transport, 0..args.load.users).await?;
    let mut load = Load::new(fleet, args.load.size)?;
    let tally = load.tally();
    let moved = tokio::select! {
        stopped = load.drive(args.load.rate) => stopped.map(|never| match never {})?,
        moved = rounds(server, &tally, &mut peers, args) => moved?,
    };
    load.drain(DRAIN).await;
    let since = load.since;
    let tally = load.end().await;
    let mut correctness = tally.correctness();
    correctness.stored = Some(history::check(server, args.load.transport, &tally, since).await?);
    let rounds = moved.into_iter().map(|moved| moved.round(&tally, bytes * movers as u64)).collect();
    Ok(Outcome { workload: "files", rounds, correctness })
}

/// One round, by its windows.
struct Moved {
    quiet: usize,
    moving: usize,
    took: Duration,
    grown: Option<u64>,
}

async fn rounds(
    server: &Server,
    tally: &Rc<RefCell<Tally>>,
    peers: &mut [Peer],
    args: &Args,
) -> anyhow::Result<Vec<Moved>> {
    tokio::time::sleep(WARM_UP).await;
    let mut rounds = Vec::new();
    for _ in 0..args.rounds {
        let quiet = tally.borrow_mut().begin();
        tokio::time::sleep(Duration::from_secs_f64(args.quiet)).await;
        let mut memory = Growth::of(server)?;
        let moving = tally.borrow_mut().begin();
        let start = Instant::now();
        for peer in &mut *peers {
            peer.go()?;
        }
        let moved = async {
            for peer in &mut *peers {
                peer.done().await?;
            }
            anyhow::Ok(())
        };
        tokio::select! {
            moved = moved => moved?,
            failed = memory.watch() => failed.map(|never| match never {})?,
        }
        rounds.push(Moved { quiet, moving, took: start.elapsed(), grown: memory.grown() });
        // What is left to do of it belongs to no round.
        tally.borrow_mut().begin();
        tokio::time::sleep(WARM_UP).await;
    }
    Ok(rounds)
}

/// How much more memory a server takes than at first.
struct Growth<'a> {
    pids: &'a [u32],
    first: u64,
    most: u64,
}

impl<'a> Growth<'a> {
    fn of(server: &'a Server) -> anyhow::Result<Self> {
        let first = Memory::of(&server.pids)?.pss;
        Ok(Self { pids: &server.pids, first, most: first })
    }

    /// Looks now and then, until it is dropped.
    async fn watch(&mut self) -> anyhow::Result<Infallible> {
        loop {
            tokio::time::sleep(LOOK).await;
            self.most = self.most.max(Memory::of(self.pids)?.pss);
        }
    }

    fn grown(&self) -> Option<u64> {
        (!self.pids.is_empty()).then_some(self.most - self.first)
    }
}

impl Moved {
    fn round(self, tally: &Tally, bytes: u64) -> Round {
        let (quiet, moving) = (tally.stretch(self.quiet), tally.stretch(self.moving));
        Round {
            bytes_per_second: bytes as f64 / self.took.as_secs_f64(),
            grown: self.grown,
            p99_ratio: moving.acknowledged.p99 / quiet.acknowledged.p99,
            quiet,
            moving,
        }
    }
}

impl Outcome {
    fn text(&self) -> String {
        let mut table = Table::new(&[
            "round",
            "messages",
            "acknowledged p50",
            "p99",
            "max",
            "delivered p99",
            "late p99",
            "late max",
            "MB/s",
            "memory",
        ]);
        for (round, number) in self.rounds.iter().zip(1..) {
            let speed = format!("{:.0}", round.bytes_per_second / 1e6);
            let grown = round.grown.map_or_else(String::new, |bytes| format!("+{:.1} MB", bytes as f64 / 1e6));
            for (name, stretch, last) in
                [("quiet", &round.quiet, [String::new(), String::new()]), ("files", &round.moving, [speed, grown])]
            {
                let Stretch { acknowledged, delivered, lateness, .. } = stretch;
                let Summary { p50, p99, max, .. } = *acknowledged;
                let times = [p50, p99, max, delivered.p99, lateness.p99, lateness.max];
                let head = vec![format!("{number} {name}"), stretch.sent.to_string()];
                table.row(&[head, times.map(readable).to_vec(), last.to_vec()].concat());
            }
        }
        let mut ratios: Vec<_> = self.rounds.iter().map(|round| round.p99_ratio).collect();
        ratios.sort_by(f64::total_cmp);
        let median = ratios.get(ratios.len() / 2).copied().unwrap_or_default();
        format!("p99 until the answer is {median:.2} times that without files\n{}\n\n{table}", self.correctness)
    }
}

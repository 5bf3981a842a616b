//! W1: users who are all online write to each other, each one to the next in a ring.

use std::{
    cell::RefCell,
    rc::Rc,
    time::{Duration, Instant},
};

use serde::Serialize;

use crate::{
    latency::{Summary, micros, readable},
    load::{Correctness, Load, Tally, fleet, history},
    machine::{cpu::Usage, memory::Memory},
    output::Report,
    run::{Bench, Setup, block_on},
    server::{Server, Transport},
    table::Table,
};

/// How long answers and deliveries are waited for at the end.
const DRAIN: Duration = Duration::from_secs(15);
/// A generator that is so late at p99 tells of itself and not of the server, in microseconds.
const LATE: f64 = 1000.0;
/// The share of the rate that is accepted when a server keeps up.
const KEPT_UP: f64 = 0.99;

/// What the load is.
#[derive(Clone, Debug, clap::Args, Serialize)]
#[command(next_help_heading = "Load")]
pub(crate) struct Shape {
    /// How clients connect
    #[arg(long, value_enum, default_value_t = Self::default().transport)]
    pub(crate) transport: Transport,
    /// Messages a second, of all users together
    #[arg(long, default_value_t = Self::default().rate)]
    pub(crate) rate: f64,
    /// Seconds that are measured
    #[arg(long, default_value_t = Self::default().duration)]
    pub(crate) duration: f64,
    /// Seconds of the same load before
    #[arg(long, default_value_t = Self::default().warm_up)]
    pub(crate) warm_up: f64,
    /// Users who are online
    #[arg(long, default_value_t = Self::default().users)]
    pub(crate) users: usize,
    /// Characters of a text
    #[arg(long, default_value_t = Self::default().size)]
    pub(crate) size: usize,
    /// Do not ask the server afterwards what it has stored
    #[arg(long)]
    pub(crate) skip_history: bool,
}

impl Default for Shape {
    fn default() -> Self {
        Self {
            transport: Transport::Ws,
            rate: 10_000.0,
            duration: 30.0,
            warm_up: 5.0,
            users: 1000,
            size: 200,
            skip_history: false,
        }
    }
}

/// Options of `w1`.
#[derive(Clone, Debug, clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    setup: Setup,
    #[command(flatten)]
    shape: Shape,
}

/// How it went.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Outcome {
    pub(crate) workload: &'static str,
    pub(crate) load: Shape,
    pub(crate) login_seconds: f64,
    /// Messages that were accepted each second.
    pub(crate) throughput: f64,
    /// CPU of the server, user and system, for each accepted message, in microseconds; absent for a server whose
    /// processes are not known.
    pub(crate) cpu_per_message: Option<f64>,
    /// Cores that the server kept busy.
    pub(crate) server_cores: Option<f64>,
    /// Memory of the server at the end of the load.
    pub(crate) memory: Option<Memory>,
    /// From when a message was due until its sender had the answer.
    pub(crate) acknowledged: Summary,
    /// From when a message was due until its recipient had it.
    pub(crate) delivered: Summary,
    /// How much later than due the generator sent.
    pub(crate) lateness: Summary,
    /// Messages that waited for their answer when the schedule ended.
    pub(crate) backlog: u64,
    pub(crate) correctness: Correctness,
    pub(crate) warnings: Vec<String>,
}

/// `talaria-bench w1`.
pub(crate) fn run(args: &Args) -> anyhow::Result<()> {
    let bench = Bench::new(&args.setup)?;
    let outcome = block_on(async {
        let (server, _folder) = bench.server().await?;
        let outcome = measure(&server, &args.shape).await?;
        server.stop().await?;
        Ok(outcome)
    })?;
    args.setup.output.write(&Report { machine: &bench.machine, result: &outcome })?;
    println!("{}\n\n{}", bench.machine.line(), outcome.table());
    outcome.conclude()
}

/// Measures a server that is ready.
pub(crate) async fn measure(server: &Server, shape: &Shape) -> anyhow::Result<Outcome> {
    fleet::create(server, shape.users).await?;
    let (fleet, login) = fleet::log_in(server, shape.transport, 0..shape.users).await?;
    let mut load = Load::new(fleet, shape.size)?;
    let tally = load.tally();
    let measured = tokio::select! {
        stopped = load.drive(shape.rate) => stopped.map(|never| match never {})?,
        measured = watch(server, &tally, shape) => measured?,
    };
    load.drain(DRAIN).await;
    let since = load.since;
    let tally = load.end().await;
    let mut correctness = tally.correctness();
    if !shape.skip_history {
        correctness.stored = Some(history::check(server, shape.transport, &tally, since).await?);
    }
    Ok(measured.outcome(shape, login, &tally, correctness))
}

/// What was seen while the load ran.
struct Measured {
    elapsed: Duration,
    accepted: u64,
    cpu: Option<Duration>,
    memory: Option<Memory>,
    window: usize,
    backlog: u64,
}

async fn watch(server: &Server, tally: &Rc<RefCell<Tally>>, shape: &Shape) -> anyhow::Result<Measured> {
    let known = !server.pids.is_empty();
    tokio::time::sleep(Duration::from_secs_f64(shape.warm_up)).await;
    let (window, before) = {
        let mut tally = tally.borrow_mut();
        (tally.begin(), tally.accepted())
    };
    let (start, usage) = (Instant::now(), Usage::of(&server.pids)?);
    tokio::time::sleep(Duration::from_secs_f64(shape.duration)).await;
    let cpu = Usage::of(&server.pids)?.since(&usage);
    let (elapsed, tally) = (start.elapsed(), tally.borrow());
    Ok(Measured {
        elapsed,
        accepted: tally.accepted() - before,
        cpu: known.then_some(cpu),
        memory: known.then(|| Memory::of(&server.pids)).transpose()?,
        window,
        backlog: tally.unanswered(),
    })
}

impl Measured {
    fn outcome(self, shape: &Shape, login: Duration, tally: &Tally, correctness: Correctness) -> Outcome {
        let window = &tally.windows[self.window];
        let lateness = window.lateness.summary();
        let throughput = self.accepted as f64 / self.elapsed.as_secs_f64();
        let mut warnings = Vec::new();
        if lateness.p99 > LATE {
            let (p99, max) = (readable(lateness.p99), readable(lateness.max));
            warnings.push(format!("the generator was late: {p99} at p99, {max} at most; use a lower rate"));
        }
        if throughput < shape.rate * KEPT_UP {
            warnings.push(format!("the server did not keep up: {throughput:.0} messages a second"));
        }
        Outcome {
            workload: "w1",
            load: shape.clone(),
            login_seconds: login.as_secs_f64(),
            throughput,
            cpu_per_message: self.cpu.map(|cpu| micros(cpu) / self.accepted.max(1) as f64),
            server_cores: self.cpu.map(|cpu| cpu.as_secs_f64() / self.elapsed.as_secs_f64()),
            memory: self.memory,
            acknowledged: window.answers.summary(),
            delivered: window.deliveries.summary(),
            lateness,
            backlog: self.backlog,
            correctness,
            warnings,
        }
    }
}

impl Outcome {
    /// For people.
    pub(crate) fn table(&self) -> String {
        let mut table = Table::new(&["from due to", "p50", "p90", "p99", "p99.9", "max"]);
        for (name, times) in [
            ("sent (the generator's own)", &self.lateness),
            ("acknowledged", &self.acknowledged),
            ("delivered", &self.delivered),
        ] {
            let cells = [times.p50, times.p90, times.p99, times.p999, times.max].map(readable);
            table.row(&[vec![name.to_owned()], cells.to_vec()].concat());
        }
        let Shape { users, rate, size, transport, .. } = &self.load;
        let mut lines = vec![
            format!("{users} users over {transport:?} at {rate} messages a second of {size} characters"),
            format!("{:.0} messages a second accepted; logins took {:.1} s", self.throughput, self.login_seconds),
        ];
        if let (Some(cpu), Some(cores)) = (self.cpu_per_message, self.server_cores) {
            lines.push(format!("server: {} of CPU a message, {:.0} % of a core", readable(cpu), cores * 100.0));
        }
        if let Some(memory) = self.memory {
            lines.push(format!("server: {:.1} MB", memory.pss as f64 / 1e6));
        }
        lines.push(self.correctness.to_string());
        lines.extend(self.warnings.iter().map(|warning| format!("warning: {warning}")));
        format!("{}\n\n{table}", lines.join("\n"))
    }

    /// Whether as much was accepted as the schedule wanted.
    pub(crate) fn kept_up(&self) -> bool {
        self.throughput >= self.load.rate * KEPT_UP
    }

    /// An error when the numbers do not count.
    pub(crate) fn conclude(&self) -> anyhow::Result<()> {
        anyhow::ensure!(self.correctness.holds(), "the run was not correct: {}", self.correctness);
        Ok(())
    }
}

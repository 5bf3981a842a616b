//! Looks for the highest rate of W1 that the server keeps up with.

use serde::Serialize;

use crate::{
    latency::readable,
    output::Report,
    run::{Bench, Setup, block_on},
    server::{Server, Transport},
    table::Table,
    w1::{self, Outcome, Shape},
};

/// Each rate is tried for so long, in seconds.
const DURATION: f64 = 4.0;
const WARM_UP: f64 = 1.5;
const FIRST: f64 = 1000.0;
/// Rates between the highest good one and the lowest bad one.
const HALVINGS: u32 = 3;
/// Beyond that at p99 a server has not kept up, in microseconds.
const SLOW: f64 = 100_000.0;
/// A generator that is so late at p99 is itself the limit, in microseconds.
const LATE: f64 = 10_000.0;

/// Options of `knee`.
#[derive(Clone, Debug, clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    setup: Setup,
    /// How clients connect
    #[arg(long, value_enum, default_value = "ws")]
    transport: Transport,
    /// Users who are online
    #[arg(long, default_value_t = 1000)]
    users: usize,
    /// Characters of a text
    #[arg(long, default_value_t = 200)]
    size: usize,
}

/// How it went.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Knee {
    /// Messages a second; 0 if even the first rate was too high.
    pub(crate) rate: f64,
    tries: Vec<Try>,
}

#[derive(Clone, Debug, Serialize)]
struct Try {
    rate: f64,
    kept_up: bool,
    /// The generator was late, by itself or because the server took nothing more.
    generator: bool,
    outcome: Outcome,
}

/// `talaria-bench knee`.
pub(crate) fn run(args: &Args) -> anyhow::Result<()> {
    let bench = Bench::new(&args.setup)?;
    let knee = block_on(async {
        let (server, _folder) = bench.server().await?;
        let knee = find(&server, args.transport, args.users, args.size).await?;
        server.stop().await?;
        Ok(knee)
    })?;
    args.setup.output.write(&Report { machine: &bench.machine, result: &knee })?;
    println!("{}\n\n{}\nknee: {:.0} messages a second", bench.machine.line(), knee.table(), knee.rate);
    Ok(())
}

/// Doubles the rate until it is too high and halves the gap then.
pub(crate) async fn find(server: &Server, transport: Transport, users: usize, size: usize) -> anyhow::Result<Knee> {
    let mut knee = Knee { rate: 0.0, tries: Vec::new() };
    let shape = |rate| Shape { transport, rate, duration: DURATION, warm_up: WARM_UP, users, size, skip_history: true };
    let mut rate = FIRST;
    while knee.keeps_up(server, &shape(rate)).await? {
        rate *= 2.0;
    }
    let mut gap = rate - knee.rate;
    for _ in 0..HALVINGS {
        gap /= 2.0;
        knee.keeps_up(server, &shape(knee.rate + gap)).await?;
    }
    Ok(knee)
}

impl Knee {
    async fn keeps_up(&mut self, server: &Server, shape: &Shape) -> anyhow::Result<bool> {
        let outcome = w1::measure(server, shape).await?;
        let generator = outcome.lateness.p99 > LATE;
        let kept_up = outcome.kept_up() && outcome.delivered.p99 < SLOW && !generator;
        if kept_up {
            self.rate = self.rate.max(shape.rate);
        }
        self.tries.push(Try { rate: shape.rate, kept_up, generator, outcome });
        Ok(kept_up)
    }

    fn table(&self) -> Table {
        let mut table = Table::new(&["rate", "accepted", "CPU a message", "delivered p50", "p99", "kept up"]);
        for Try { rate, kept_up, generator, outcome } in &self.tries {
            table.row(&[
                format!("{rate:.0}"),
                format!("{:.0}", outcome.throughput),
                outcome.cpu_per_message.map(readable).unwrap_or_default(),
                readable(outcome.delivered.p50),
                readable(outcome.delivered.p99),
                match (kept_up, generator) {
                    (true, _) => "yes".to_owned(),
                    (false, false) => "no".to_owned(),
                    (false, true) => "no, nor did the generator".to_owned(),
                },
            ]);
        }
        table
    }
}

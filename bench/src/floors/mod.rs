//! What the machine itself costs: the least that any server must spend on the same work. Costs of servers are told as
//! multiples of these.

mod accept;
mod child;
mod disk;
mod echo;
mod fanout;

use std::{path::Path, time::Duration};

use serde::Serialize;

pub(crate) use child::{Role, run as serve};

use crate::{
    latency::{Summary, readable},
    machine::{about::Machine, cores::Cores},
    output,
    table::Table,
};

/// The receipt that a sender gets when batched with others, in microseconds.
const RECEIPT: f64 = 1.5;
/// How many messages a batch has.
const BATCH: u8 = 16;

/// Options of `floors`.
#[derive(Clone, Debug, clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    cores: Cores,
    #[command(flatten)]
    data: output::DataRoot,
    /// How long each of the costs is measured, in seconds
    #[arg(long, default_value_t = 1.0)]
    seconds: f64,
    #[command(flatten)]
    output: output::Destination,
}

/// All floors. Costs are CPU in microseconds.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Floors {
    /// C1: a message of 128 bytes read and written back.
    pub(crate) echo: f64,
    pub(crate) echo_batched: f64,
    /// C2: a delivery of 128 bytes.
    pub(crate) delivery: f64,
    pub(crate) delivery_batched: f64,
    /// C3: there and back, both ends awake.
    pub(crate) round_trip_busy: Summary,
    /// C3: there and back, both ends asleep meanwhile.
    pub(crate) round_trip_idle: Summary,
    /// C4: 4 KiB appended and synced.
    pub(crate) append: Summary,
    /// C5: a connection made and accepted, both ends.
    pub(crate) connect: f64,
    /// C7: a row with one index besides its key, at 100 rows a commit.
    pub(crate) row: f64,
    /// C7: a commit of 10 rows.
    pub(crate) commit: Summary,
    /// F1: a message accepted, stored durably and delivered.
    pub(crate) message: f64,
}

/// `talaria-bench floors`.
pub(crate) fn run(args: &Args) -> anyhow::Result<()> {
    let folder = args.data.folder()?;
    let machine = Machine::here(folder.path(), args.cores.pins());
    machine.warn();
    args.cores.pin_generator();
    let floors = measure(&args.cores, folder.path(), Duration::from_secs_f64(args.seconds))?;
    args.output.write(&output::Report { machine: &machine, result: &floors })?;
    println!("{}\n\n{}", machine.line(), floors.table());
    Ok(())
}

/// Measures them all, with files in `folder`; takes about nine times `duration`.
pub(crate) fn measure(cores: &Cores, folder: &Path, duration: Duration) -> anyhow::Result<Floors> {
    let folder = tempfile::tempdir_in(folder)?;
    let rows = disk::rows(folder.path())?;
    let echo = echo::cost(cores, 1, duration)?;
    let delivery = fanout::cost(cores, 1, duration)?;
    Ok(Floors {
        echo,
        echo_batched: echo::cost(cores, BATCH.into(), duration)?,
        delivery,
        delivery_batched: fanout::cost(cores, BATCH, duration)?,
        round_trip_busy: echo::round_trips(cores, true)?.summary(),
        round_trip_idle: echo::round_trips(cores, false)?.summary(),
        append: disk::appends(folder.path())?.summary(),
        connect: accept::cost(cores)?,
        row: rows.cost,
        commit: rows.commits.summary(),
        message: echo + delivery + RECEIPT + rows.cost,
    })
}

impl Floors {
    /// For people.
    pub(crate) fn table(&self) -> Table {
        let mut table = Table::new(&["floor", "CPU", "p50", "p99"]);
        let mut cost = |name: &str, cost: f64| table.row(&[name.to_owned(), readable(cost)]);
        cost("C1  echo of 128 bytes, a message", self.echo);
        cost("C1  the same, 16 together", self.echo_batched);
        cost("C2  write to a recipient, a delivery", self.delivery);
        cost("C2  the same, 16 together", self.delivery_batched);
        cost("C5  connect and accept, both ends", self.connect);
        cost("C7  SQLite row with an index, 100 a commit", self.row);
        cost("F1  message stored and delivered: C1 + C2 + 1.5 + C7", self.message);
        let mut time = |name: &str, times: &Summary| {
            table.row(&[name.to_owned(), String::new(), readable(times.p50), readable(times.p99)]);
        };
        time("C3  round trip, both ends awake", &self.round_trip_busy);
        time("C3  round trip, both ends asleep", &self.round_trip_idle);
        time("C4  4 KiB appended and synced", &self.append);
        time("C7  SQLite commit of 10 rows", &self.commit);
        table
    }
}

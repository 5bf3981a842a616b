//! W2: members write to a group whose members are all online. A number of messages is kept under way; the next one is
//! sent when one of them has come to everybody.

use std::{
    cell::RefCell,
    rc::Rc,
    time::{Duration, Instant},
};

use serde::Serialize;
use talaria_client::{
    Writer,
    proto::{CreateMessageRequest, turms_request::Kind},
};
use tokio::{sync::Notify, task::JoinSet};

use crate::{
    latency::{Summary, micros, readable},
    load::{
        fleet,
        group::{Books, Faults, read},
        stamp,
    },
    machine::cpu::Usage,
    output::Report,
    run::{Bench, Setup, block_on},
    server::{Server, Transport},
    table::Table,
};

/// How long a message may take to come to everybody.
const PATIENCE: Duration = Duration::from_secs(20);

/// Options of `w2`.
#[derive(Clone, Debug, clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    setup: Setup,
    #[command(flatten)]
    shape: Shape,
}

/// What the load is.
#[derive(Clone, Debug, clap::Args, Serialize)]
#[command(next_help_heading = "Load")]
struct Shape {
    /// How clients connect
    #[arg(long, value_enum, default_value = "ws")]
    transport: Transport,
    /// Members of the group, all of them online
    #[arg(long, default_value_t = 1000)]
    members: usize,
    /// Messages under way at a time
    #[arg(long, default_value_t = 1)]
    open: usize,
    /// Members who take turns to write
    #[arg(long, default_value_t = 1)]
    senders: usize,
    /// Seconds that are measured
    #[arg(long, default_value_t = 20.0)]
    duration: f64,
    /// Seconds of the same load before
    #[arg(long, default_value_t = 3.0)]
    warm_up: f64,
    /// Characters of a text
    #[arg(long, default_value_t = 200)]
    size: usize,
}

/// How it went.
#[derive(Clone, Debug, Serialize)]
struct Outcome {
    workload: &'static str,
    load: Shape,
    messages: u64,
    deliveries: u64,
    /// Each second.
    delivery_rate: f64,
    /// CPU of the server for each delivery, in microseconds; absent for a server whose processes are not known.
    cpu_per_delivery: Option<f64>,
    /// From when a message was sent until a member had it, of all members.
    delivered: Summary,
    /// From when a message was sent until the last member had it.
    complete: Summary,
    faults: Faults,
}

/// `talaria-bench w2`.
pub(crate) fn run(args: &Args) -> anyhow::Result<()> {
    let bench = Bench::new(&args.setup)?;
    let outcome = block_on(async {
        let (server, _folder) = bench.server().await?;
        let outcome = measure(&server, &args.shape).await?;
        server.stop().await?;
        Ok(outcome)
    })?;
    args.setup.output.write(&Report { machine: &bench.machine, result: &outcome })?;
    println!("{}\n\n{}", bench.machine.line(), outcome.text());
    anyhow::ensure!(outcome.faults == Faults::default(), "the run was not correct: {:?}", outcome.faults);
    Ok(())
}

async fn measure(server: &Server, shape: &Shape) -> anyhow::Result<Outcome> {
    anyhow::ensure!(shape.members > 1 && shape.open > 0, "a group needs two members, and a message under way");
    anyhow::ensure!((1..=shape.members).contains(&shape.senders), "there are {} members to write", shape.members);
    fleet::create(server, shape.members).await?;
    let members: Vec<i64> = (0..shape.members).map(fleet::user).collect();
    let group = server.admin.create_group("bench", &members).await?;
    let (fleet, _) = fleet::log_in(server, shape.transport, 0..shape.members).await?;
    let (books, progress) = (Rc::new(RefCell::new(Books::new(shape.members, shape.senders))), Rc::new(Notify::new()));
    let (mut writers, mut readers) = (Vec::new(), JoinSet::new());
    for (member, online) in fleet.into_iter().enumerate() {
        writers.push(online.writer);
        readers.spawn_local(read(member, online.reader, Rc::clone(&books), Rc::clone(&progress)));
    }
    let (elapsed, used) = tokio::select! {
        stopped = drive(&mut writers[..shape.senders], group, shape, &books, &progress) => return Err(stopped),
        measured = watch(server, shape, &books) => measured?,
    };
    let window = books.borrow().window.clone();
    drain(&books, &progress).await;
    readers.shutdown().await;
    let deliveries = window.deliveries.summary();
    Ok(Outcome {
        workload: "w2",
        load: shape.clone(),
        messages: window.complete.summary().count,
        deliveries: deliveries.count,
        delivery_rate: deliveries.count as f64 / elapsed.as_secs_f64(),
        cpu_per_delivery: used.map(|used| micros(used) / deliveries.count.max(1) as f64),
        delivered: deliveries,
        complete: window.complete.summary(),
        faults: books.borrow().faults(),
    })
}

/// Sends until the future is dropped, or something goes wrong.
async fn drive(
    senders: &mut [Writer],
    group: i64,
    shape: &Shape,
    books: &RefCell<Books>,
    progress: &Notify,
) -> anyhow::Error {
    let send = async {
        let filler = stamp::filler(shape.size)?;
        let mut turn = 0;
        loop {
            while books.borrow().under_way() < shape.open {
                turn = (turn + 1) % senders.len();
                let stamp = books.borrow_mut().send(turn);
                let mut text = String::with_capacity(shape.size);
                stamp.put(&mut text, &filler);
                let message =
                    CreateMessageRequest { group_id: Some(group), text: Some(text), ..CreateMessageRequest::default() };
                let id = 1000 + i64::from(stamp.sequence);
                senders[turn].feed(&fleet::request(id, Kind::CreateMessageRequest(message))).await?;
            }
            for sender in &mut *senders {
                sender.flush().await?;
            }
            let waited = tokio::time::timeout(PATIENCE, progress.notified()).await;
            anyhow::ensure!(waited.is_ok(), "a message did not come to everybody: {:?}", books.borrow().faults());
        }
    };
    let result: anyhow::Result<std::convert::Infallible> = send.await;
    match result {
        Ok(never) => match never {},
        Err(error) => error,
    }
}

async fn watch(server: &Server, shape: &Shape, books: &RefCell<Books>) -> anyhow::Result<(Duration, Option<Duration>)> {
    tokio::time::sleep(Duration::from_secs_f64(shape.warm_up)).await;
    books.borrow_mut().begin();
    let (start, usage) = (Instant::now(), Usage::of(&server.pids)?);
    tokio::time::sleep(Duration::from_secs_f64(shape.duration)).await;
    let used = Usage::of(&server.pids)?.since(&usage);
    Ok((start.elapsed(), (!server.pids.is_empty()).then_some(used)))
}

/// Waits for what is under way.
async fn drain(books: &RefCell<Books>, progress: &Notify) {
    let all = async {
        while books.borrow().under_way() > 0 {
            progress.notified().await;
        }
    };
    let _ = tokio::time::timeout(PATIENCE, all).await;
}

impl Outcome {
    fn text(&self) -> String {
        let Self { load, messages, deliveries, delivery_rate, .. } = self;
        let Shape { members, open, senders, transport, .. } = load;
        let mut table = Table::new(&["from sent", "p50", "p99", "max"]);
        for (name, times) in [("to a member", &self.delivered), ("to the last member", &self.complete)] {
            table.row(&[vec![name.to_owned()], [times.p50, times.p99, times.max].map(readable).to_vec()].concat());
        }
        let cpu = self.cpu_per_delivery.map_or_else(|| "unknown".to_owned(), readable);
        format!(
            "{members} members over {transport:?}, {senders} of them write, {open} messages under way at a time\n{messages} messages, {deliveries} \
             deliveries, {delivery_rate:.0} a second\nserver: {cpu} of CPU a delivery\n\n{table}"
        )
    }
}

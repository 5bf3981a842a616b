//! Rows a second through the store's trait against the same rows in raw SQLite, at the same number of rows a commit:
//! what the queue, the threads and the answers cost. `raw` has indexes that serve the same queries, `raw-unindexed` has
//! none and serves no query. The group `hit` is what the path of a message asks of the caches. Where fsync decides the
//! rate, the printed CPU a row tells more.

use std::{
    hint::black_box,
    path::Path,
    sync::{
        Arc, Mutex,
        atomic::{AtomicI64, Ordering},
    },
    time::{Duration, Instant},
};

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use futures_util::{StreamExt, stream};
use rusqlite::{Connection, params};
use talaria::{
    clock::Clock,
    model::{
        MessageId, Sequence, Timestamp, UserId,
        message::{Message, Target},
    },
    store::{
        Store,
        embedded::{EmbeddedStore, Options},
    },
};
use tempfile::TempDir;
use tokio::runtime::Runtime;

const BATCHES: [usize; 3] = [10, 100, 400];
/// A ring: each writes to the next.
const USERS: i64 = 1_000;
const NOW: i64 = 1_800_000_000_000;
const INSERT: &str = "INSERT INTO messages VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)";

fn message(id: i64) -> Message {
    Message {
        id: MessageId(id << 20),
        sequence: Sequence::default(),
        sender: UserId(id % USERS + 1),
        target: Target::User(UserId((id + 1) % USERS + 1)),
        is_system: false,
        text: Some("x".repeat(200)),
        records: Vec::new(),
        burn_after: None,
        delivery_date: Timestamp(NOW + id / 10),
        modification_date: None,
        recall_date: None,
        deletion_date: None,
        previous: None,
        forwarded_from: None,
        hop: 0,
        reactions: Vec::new(),
    }
}

fn open(directory: &Path, batch: usize) -> EmbeddedStore {
    EmbeddedStore::open(directory, Options { batch, ..Options::default() }, Clock::system()).expect("the store opens")
}

/// A connection to a database that the store made, set up as the store's own.
fn raw(directory: &TempDir, indexed: bool) -> Connection {
    drop(open(directory.path(), 1));
    let connection = Connection::open(directory.path().join("talaria.db")).expect("opens");
    connection
        .execute_batch("PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 4000; PRAGMA cache_size = -32768;")
        .expect("is set up");
    if indexed {
        connection
            .execute_batch(
                "CREATE INDEX by_target ON messages (target, delivery_date);
                 CREATE INDEX by_pair ON messages (sender, target, delivery_date) WHERE target >= 0;",
            )
            .expect("indexes are made");
    }
    connection
}

fn commit(connection: &Connection, messages: &[Message]) -> rusqlite::Result<()> {
    connection.prepare_cached("BEGIN IMMEDIATE")?.execute([])?;
    let mut statement = connection.prepare_cached(INSERT)?;
    for message in messages {
        let Target::User(target) = message.target else { continue };
        let none = None::<i64>;
        statement.execute(params![
            message.id.0,
            message.sender.0,
            target.0,
            message.delivery_date.0,
            0,
            message.text,
            none,
            none,
            none,
            none,
            none,
            none,
            none,
            message.id.0 >> 20,
        ])?;
    }
    connection.prepare_cached("COMMIT")?.execute([])?;
    Ok(())
}

/// CPU time of this process, all threads, over the rows of one benchmark.
#[derive(Default)]
struct Cpu {
    ticks: u64,
    rows: u64,
}

impl Cpu {
    /// Hundredths of a second, user and system; 0 where there is no `/proc`.
    fn now() -> u64 {
        let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
        let fields = stat.rsplit(')').next().unwrap_or_default().split_whitespace();
        fields.skip(11).take(2).filter_map(|field| field.parse::<u64>().ok()).sum()
    }

    fn add(&mut self, since: u64, rows: usize) {
        self.ticks += Self::now() - since;
        self.rows += rows as u64;
    }

    fn print(&self, name: &str) {
        let nanoseconds = self.ticks * 10_000_000 / self.rows.max(1);
        println!("{name}: {}.{:02} µs of CPU a row", nanoseconds / 1000, nanoseconds % 1000 / 10);
    }
}

/// The time for `count` batches, prepared beforehand.
fn time_raw(connection: &Connection, last: &mut i64, batch: usize, count: u64, cpu: &mut Cpu) -> Duration {
    let messages: Vec<_> = (0..batch as u64 * count)
        .map(|_| {
            *last += 1;
            message(*last)
        })
        .collect();
    let ticks = Cpu::now();
    let start = Instant::now();
    for messages in messages.chunks(batch) {
        commit(connection, messages).expect("commits");
    }
    let elapsed = start.elapsed();
    cpu.add(ticks, messages.len());
    elapsed
}

/// The time for as many rows; four batches are in flight, so that each commit finds a full one.
async fn time_store(store: &dyn Store, last: &AtomicI64, batch: usize, count: u64, cpu: &Mutex<Cpu>) -> Duration {
    let messages: Vec<_> =
        (0..batch as u64 * count).map(|_| Arc::new(message(last.fetch_add(1, Ordering::Relaxed)))).collect();
    let rows = messages.len();
    let ticks = Cpu::now();
    let start = Instant::now();
    stream::iter(messages)
        .map(|message| store.insert_message(message))
        .buffer_unordered(batch * 4)
        .for_each(async |result| {
            result.expect("is stored");
        })
        .await;
    let elapsed = start.elapsed();
    cpu.lock().expect("nobody panicked").add(ticks, rows);
    elapsed
}

fn insert(criterion: &mut Criterion) {
    let runtime = Runtime::new().expect("a runtime");
    for batch in BATCHES {
        let mut group = criterion.benchmark_group(format!("insert/{batch}"));
        group.throughput(Throughput::Elements(batch as u64));
        for (name, indexed) in [("raw-unindexed", false), ("raw", true)] {
            let directory = tempfile::tempdir().expect("a directory");
            let connection = raw(&directory, indexed);
            let mut last = 0;
            let mut cpu = Cpu::default();
            group.bench_function(name, |bencher| {
                bencher.iter_custom(|count| time_raw(&connection, &mut last, batch, count, &mut cpu));
            });
            cpu.print(name);
        }
        let directory = tempfile::tempdir().expect("a directory");
        let store = open(directory.path(), batch);
        let last = AtomicI64::new(1);
        let cpu = Mutex::new(Cpu::default());
        group.bench_function("store", |bencher| {
            bencher.to_async(&runtime).iter_custom(|count| time_store(&store, &last, batch, count, &cpu));
        });
        cpu.lock().expect("nobody panicked").print("store");
        group.finish();
    }
}

fn hit(criterion: &mut Criterion) {
    let runtime = Runtime::new().expect("a runtime");
    let directory = tempfile::tempdir().expect("a directory");
    let store: Arc<dyn Store> = Arc::new(open(directory.path(), 1));
    let mut group = criterion.benchmark_group("hit");
    group.bench_function("absent relationship", |bencher| {
        bencher.to_async(&runtime).iter(|| store.find_relationship(black_box(UserId(1)), black_box(UserId(2))));
    });
    group.bench_function("absent kv entry", |bencher| {
        bencher.to_async(&runtime).iter(|| store.kv_find(black_box("plugin"), black_box("key"), Timestamp(NOW)));
    });
    group.finish();
}

criterion_group!(benches, insert, hit);
criterion_main!(benches);

//! The table as Markdown, for the documentation.

use std::{fmt::Write as _, path::Path};

use super::{Case, Everything, spread::Spread};
use crate::{
    floors::Floors,
    latency::Summary,
    machine::about::Machine,
    w1::{Outcome, Shape},
};

/// The machine, the floors and the rows.
pub(super) fn markdown(everything: &Everything, machine: &Machine, program: &Path) -> String {
    let Everything { floors, cases } = everything;
    let mut text = format!("Machine: {}. Medians of {} rounds, with their range.\n\n", machine.line(), floors.len());
    text.push_str("| floor | result |\n|---|---|\n");
    for (name, of) in FLOORS {
        row(&mut text, &[name, &time(floors.iter().map(of))]);
    }
    text.push_str("\n| question | command | result | ratio |\n|---|---|---|---|\n");
    for case in cases {
        let command = command(&case.shape, case.filtered, program);
        let each = case.outcomes.iter().zip(floors);
        let costs = each.clone().filter_map(|(outcome, _)| outcome.cpu_per_message);
        let ratios = each.clone().filter_map(|(outcome, floors)| Some(outcome.cpu_per_message? / floors.message));
        let question = format!("{}: CPU a message", case.name());
        row(&mut text, &[&question, &command, &time(costs), &format!("{} F1", times(ratios))]);
        if case.filtered {
            let question = format!("{}: against without", case.name());
            row(&mut text, &[&question, &command, "", &times(against(case, cases))]);
        }
        for (what, of) in DELIVERIES {
            let question = format!("{}: due to delivered, {what}", case.name());
            let result = time(case.outcomes.iter().map(|outcome| of(&outcome.delivered)));
            let ratios = each.clone().map(|(outcome, floors)| of(&outcome.delivered) / of(&floors.commit));
            row(&mut text, &[&question, &command, &result, &format!("{} C7", times(ratios))]);
        }
    }
    text
}

type Of<T> = fn(&T) -> f64;

const DELIVERIES: [(&str, Of<Summary>); 2] = [("p50", |times| times.p50), ("p99", |times| times.p99)];

const FLOORS: [(&str, Of<Floors>); 13] = [
    ("C1 echo of 128 bytes, CPU a message", |floors| floors.echo),
    ("C1 the same, 16 together", |floors| floors.echo_batched),
    ("C2 write to a recipient, CPU a delivery", |floors| floors.delivery),
    ("C2 the same, 16 together", |floors| floors.delivery_batched),
    ("C3 round trip p50, both ends awake", |floors| floors.round_trip_busy.p50),
    ("C3 round trip p50, both ends asleep", |floors| floors.round_trip_idle.p50),
    ("C4 4 KiB appended and synced, p50", |floors| floors.append.p50),
    ("C4 the same, p99", |floors| floors.append.p99),
    ("C5 connect and accept, CPU of both ends", |floors| floors.connect),
    ("C7 SQLite row with an index, 100 a commit, CPU", |floors| floors.row),
    ("C7 SQLite commit of 10 rows, p50", |floors| floors.commit.p50),
    ("C7 the same, p99", |floors| floors.commit.p99),
    ("F1 message stored and delivered: C1 + C2 + 1.5 µs + C7", |floors| floors.message),
];

fn row(text: &mut String, cells: &[&str]) {
    let written = writeln!(text, "| {} |", cells.join(" | "));
    debug_assert!(written.is_ok(), "a string takes everything");
}

fn time(micros: impl IntoIterator<Item = f64>) -> String {
    Spread::of(micros).map_or_else(|| "unknown".to_owned(), |spread| spread.time())
}

fn times(ratios: impl IntoIterator<Item = f64>) -> String {
    Spread::of(ratios).map_or_else(|| "unknown".to_owned(), |spread| spread.times())
}

/// What the plugin costs: of each round the ratio to the same without it.
fn against<'a>(case: &'a Case, cases: &'a [Case]) -> impl Iterator<Item = f64> + 'a {
    let plain = cases.iter().find(|other| other.transport == case.transport && !other.filtered);
    let plain = plain.into_iter().flat_map(|plain| &plain.outcomes);
    case.outcomes
        .iter()
        .zip(plain)
        .filter_map(|(with, without): (&Outcome, &Outcome)| Some(with.cpu_per_message? / without.cpu_per_message?))
}

fn command(shape: &Shape, filtered: bool, program: &Path) -> String {
    let Shape { transport, rate, duration, users, .. } = shape;
    let server = program.file_name().unwrap_or_default().display();
    let plugins = if filtered { " --plugins FOLDER" } else { "" };
    let transport = format!("{transport:?}").to_lowercase();
    format!(
        "`w1 --spawn {server}{plugins} --transport {transport} --rate {rate:.0} --duration {duration} --users {users}`"
    )
}

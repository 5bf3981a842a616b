//! `cargo xtask ci`: what a change must pass. Every step runs even when one before it failed, so that one run tells
//! all, and the last line is the count of tests.

use std::time::Instant;

use crate::{
    args, deny, doc, fmt, generated, image,
    languages::{self, Missing},
    lint,
    process::{Failure, Result},
    services, test, tree,
};

pub(crate) fn run(args: &[String]) -> Result {
    args::none(args)?;
    let mut failed = Vec::new();
    let mut step = |name: &'static str, run: &dyn Fn() -> Result| {
        if !passes(name, run) {
            failed.push(name);
        }
    };
    let check = ["--check".to_owned()];
    step("fmt", &|| fmt::run(&check));
    step("lint", &|| lint::run(&[]));
    step("doc", &|| doc::run(&[]));
    step("deny", &|| deny::run(&[]));
    step("build", &|| test::prepare(&[]));
    step("languages", &|| languages::build(&tree::server("debug"), Missing::Fail));
    // Tests of what is not there are skipped, and counted as such: no change is to blame for a machine without them.
    if let Err(Failure::Because(reason)) = services::run(&[]) {
        eprintln!("warning: {reason}");
    }
    step("gen", &|| generated::check());
    step("image", &image::check);
    test::finish(test::count(&[]), &failed)
}

fn passes(name: &str, run: &dyn Fn() -> Result) -> bool {
    eprintln!("== {name}");
    let start = Instant::now();
    let outcome = run();
    if let Err(Failure::Because(reason)) = &outcome {
        eprintln!("error: {reason}");
    }
    let verdict = if outcome.is_ok() { "ok" } else { "FAILED" };
    eprintln!("== {name}: {verdict} in {} s", start.elapsed().as_secs());
    outcome.is_ok()
}

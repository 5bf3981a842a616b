//! `cargo xtask test`: the plugins, then every test of the workspace. The last line is the count, alone on its line.

use std::{
    io::{self, BufRead, BufReader, Write as _},
    process::{Command, Stdio},
};

use crate::{
    args,
    counts::{Counts, Reader},
    plugins,
    process::{self, Failure, Result, cargo},
    targets, tree,
};

pub(crate) fn run(args: &[String]) -> Result {
    finish(prepare(args).and_then(|()| count(args)), &[])
}

/// Compiles tests and plugins, and leaves the server's program built.
pub(crate) fn prepare(args: &[String]) -> Result {
    targets::ensure(targets::WASM)?;
    let (cargos, _) = args::split(args);
    process::run(cargo_test(cargos).arg("--no-run"))?;
    // All tests together build the server's program as well. Building it once more by itself would select other
    // features of shared dependencies, and so compile half of the tree a second time.
    if !cargos.is_empty() {
        process::run(&mut cargo(["build", "-p", "talaria"]))?;
    }
    plugins::build(&plugins::find()?, &tree::server("debug"))
}

/// Runs the tests and counts them. A run that ends badly without naming a failed test counts as one failure, because
/// a test program that crashed or did not compile has no result line.
pub(crate) fn count(args: &[String]) -> Result<Counts> {
    let (cargos, tests) = args::split(args);
    let mut command = cargo_test(cargos);
    command.args(["--no-fail-fast", "--", "--show-output"]);
    command.args(tests).stdout(Stdio::piped());
    process::announce(&command);
    let mut child = command.spawn().map_err(|cause| process::missing(&command, &cause))?;
    let output = child.stdout.take().expect("stdout is piped");
    let mut counts = show(BufReader::new(output)).map_err(|cause| cause.to_string())?;
    let status = child.wait().map_err(|cause| cause.to_string())?;
    if !status.success() && counts.failed == 0 {
        eprintln!("error: cargo test ended with {status} and no failed test");
        counts.failed = 1;
    }
    Ok(counts)
}

/// Prints what failed besides the tests, then the count as the last line.
pub(crate) fn finish(counted: Result<Counts>, failed_steps: &[&str]) -> Result {
    let counts = counted.unwrap_or_else(|failure| {
        if let Failure::Because(reason) = failure {
            eprintln!("error: {reason}");
        }
        Counts { failed: 1, ..Counts::default() }
    });
    if !failed_steps.is_empty() {
        eprintln!("error: failed before the tests: {}", failed_steps.join(", "));
    }
    println!("{counts}");
    if counts.failed == 0 && failed_steps.is_empty() { Ok(()) } else { Err(Failure::AlreadyTold) }
}

fn show(mut output: impl BufRead) -> io::Result<Counts> {
    let mut reader = Reader::default();
    let mut line = Vec::new();
    let mut screen = io::stdout().lock();
    // By bytes: a test may print what is no text.
    while output.read_until(b'\n', &mut line)? > 0 {
        if reader.read(&String::from_utf8_lossy(&line)) {
            screen.write_all(&line)?;
            screen.flush()?;
        }
        line.clear();
    }
    Ok(reader.counts())
}

fn cargo_test(args: &[String]) -> Command {
    const PACKAGES: [&str; 3] = ["-p", "--package", "--manifest-path"];
    let chosen = |arg: &String| PACKAGES.iter().any(|choice| arg.starts_with(choice));
    let mut command = cargo(["test"]);
    if !args.iter().any(chosen) {
        command.arg("--workspace");
    }
    command.args(args);
    command
}

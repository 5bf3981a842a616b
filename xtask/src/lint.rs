//! `cargo xtask lint`: clippy with the workspace's lints on every target, tests and benches included.

use crate::{
    args,
    process::{self, Result, cargo},
};

pub(crate) fn run(args: &[String]) -> Result {
    args::none(args)?;
    let mut command = cargo(["clippy", "--workspace", "--all-targets"]);
    command.args(["--", "-D", "warnings"]);
    process::run(&mut command)
}

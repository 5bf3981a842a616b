//! `cargo xtask fmt`: plain rustfmt.

use crate::{
    args,
    process::{self, Result, cargo},
};

pub(crate) fn run(args: &[String]) -> Result {
    let check = args::only_flag(args, "--check")?;
    let mut command = cargo(["fmt", "--all"]);
    if check {
        command.arg("--check");
    }
    process::run(&mut command)
}

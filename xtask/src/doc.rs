//! `cargo xtask doc`: the documentation as a contributor reads it, private items included.

use crate::{
    args,
    process::{self, Result, cargo},
};

pub(crate) fn run(args: &[String]) -> Result {
    args::none(args)?;
    let mut command = cargo(["doc", "--workspace", "--no-deps"]);
    command.arg("--document-private-items");
    command.env("RUSTDOCFLAGS", "-D warnings");
    process::run(&mut command)
}

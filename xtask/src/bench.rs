//! `cargo xtask bench`: the load generator, with a server built as users run it.

use crate::{
    process::{self, Result, cargo, program},
    tree,
};

pub(crate) fn run(args: &[String]) -> Result {
    let mut build = cargo(["build", "--release"]);
    process::run(build.args(["-p", "talaria", "-p", "talaria-bench"]))?;
    process::become_program(program(tree::binary("release", "talaria-bench")).args(args))
}

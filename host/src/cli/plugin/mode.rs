//! `talaria plugin mode`: how much of what a plugin decides is done.

use anyhow::{Context as _, Result, bail};
use reqwest::Method;
use serde::{Deserialize, Serialize};

use super::status::Status;
use crate::cli::{api::Server, runtime};

/// As the server writes it.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(tag = "kind", content = "percent", rename_all = "snake_case")]
pub(super) enum Mode {
    Full,
    Shadow,
    Canary(u8),
}

#[derive(clap::Args, Debug)]
pub(in crate::cli) struct Args {
    /// Name of the plugin
    name: String,
    /// `full`, `shadow` (what it decides is counted, not done) or `canary` (for some of the users)
    mode: String,
    /// Of the users, with `canary`
    percent: Option<String>,
    #[command(flatten)]
    server: Server,
}

pub(super) fn run(args: &Args) -> Result<()> {
    let mode = match (args.mode.as_str(), &args.percent) {
        ("full", None) => Mode::Full,
        ("shadow", None) => Mode::Shadow,
        ("canary", Some(percent)) => Mode::Canary(percent_of(percent)?),
        ("canary", None) => bail!("say for how many of the users: `talaria plugin mode {} canary 10`", args.name),
        _ => bail!("the modes are `full`, `shadow` and `canary PERCENT`"),
    };
    let api = args.server.connect()?;
    let request = api.request(Method::PUT, &format!("/v1/plugins/{}/mode", args.name));
    let status: Status = runtime::block_on(api.send(request.json(&mode)))?;
    println!("{}: {}", status.called(), describe(&status));
    Ok(())
}

/// Such as `10` or `10%`.
pub(super) fn percent_of(text: &str) -> Result<u8> {
    let percent: u8 = text.trim_end_matches('%').parse().context("a percentage is a number from 1 to 100")?;
    if !(1..=100).contains(&percent) {
        bail!("a percentage is a number from 1 to 100");
    }
    Ok(percent)
}

/// The state with what is not usual about it.
pub(super) fn describe(status: &Status) -> String {
    let state = &status.state;
    let beside = status.beside_version.as_ref().map(|version| format!(" beside {version}")).unwrap_or_default();
    match status.mode {
        Mode::Full => state.clone(),
        Mode::Shadow => format!("{state} in shadow{beside}"),
        Mode::Canary(percent) => format!("{state} for {percent}%{beside}"),
    }
}

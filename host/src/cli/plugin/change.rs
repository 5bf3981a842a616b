//! `talaria plugin grant`, `enable`, `disable`, `replay`, `configure`, `rollback` and `remove`: what is done to a
//! plugin that is installed.

use std::{fs, path::PathBuf};

use anyhow::{Context, Result};
use reqwest::Method;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{show, status::Status};
use crate::cli::{api::Server, runtime};

#[derive(clap::Args, Debug)]
pub(in crate::cli) struct Named {
    /// Name of the plugin
    pub(super) name: String,
    #[command(flatten)]
    pub(super) server: Server,
}

#[derive(clap::Args, Debug)]
pub(in crate::cli) struct Remove {
    /// Also delete what the plugin keeps in the key-value store, and its jobs
    #[arg(long)]
    purge: bool,
    #[command(flatten)]
    plugin: Named,
}

#[derive(clap::Args, Debug)]
pub(in crate::cli) struct Configure {
    #[command(flatten)]
    plugin: Named,
    /// File with the configuration, a JSON object
    #[arg(value_name = "FILE")]
    file: PathBuf,
}

#[derive(Deserialize, Debug)]
struct Replayed {
    from: i64,
}

#[derive(clap::Args, Debug)]
pub(in crate::cli) struct Replay {
    /// How far back to go, such as 90s, 15m, 2h or 3d
    #[arg(long, value_name = "PERIOD", value_parser = seconds)]
    last: u64,
    #[command(flatten)]
    plugin: Named,
}

#[derive(clap::Args, Debug)]
pub(in crate::cli) struct Rollback {
    #[command(flatten)]
    plugin: Named,
    /// Version, or the beginning of its SHA-256 [default: the one that ran before]
    #[arg(long, value_name = "VERSION")]
    to: Option<String>,
}

#[derive(clap::Args, Debug)]
pub(in crate::cli) struct Grant {
    /// Name of the plugin
    name: String,
    /// Such as kv or log
    #[arg(required = true)]
    capabilities: Vec<String>,
    #[command(flatten)]
    server: Server,
}

pub(super) fn grant(args: &Grant) -> Result<()> {
    let api = args.server.connect()?;
    let path = format!("/v1/plugins/{}", args.name);
    let status: Status = runtime::block_on(async {
        let request = api.request(Method::PUT, &format!("{path}/grants"));
        api.send(request.json(&json!({ "add": args.capabilities }))).await
    })?;
    report(&status);
    Ok(())
}

pub(super) fn switch(args: &Named, on: bool) -> Result<()> {
    let api = args.server.connect()?;
    let verb = if on { "enable" } else { "disable" };
    let request = api.request(Method::POST, &format!("/v1/plugins/{}/{verb}", args.name));
    report(&runtime::block_on(api.send(request))?);
    Ok(())
}

pub(super) fn configure(args: &Configure) -> Result<()> {
    let file = &args.file;
    let text = fs::read(file).with_context(|| format!("cannot read {}", file.display()))?;
    let config: Value =
        serde_json::from_slice(&text).with_context(|| format!("{} is not valid JSON", file.display()))?;
    let api = args.plugin.server.connect()?;
    let request = api.request(Method::PUT, &format!("/v1/plugins/{}/config", args.plugin.name));
    report(&runtime::block_on(api.send(request.json(&config)))?);
    Ok(())
}

pub(super) fn replay(args: &Replay) -> Result<()> {
    let api = args.plugin.server.connect()?;
    let name = &args.plugin.name;
    let request = api.request(Method::POST, &format!("/v1/plugins/{name}/replay"));
    let Replayed { from } = runtime::block_on(api.send(request.json(&json!({"seconds": args.last}))))?;
    println!("{name} is told again of what happened since {}", show::time(from));
    Ok(())
}

/// A period in seconds.
pub(super) fn seconds(text: &str) -> Result<u64, String> {
    let (number, unit) = text.split_at(text.find(|char: char| !char.is_ascii_digit()).unwrap_or(text.len()));
    let factor = match unit {
        "s" => 1,
        "m" => 60,
        "h" => 60 * 60,
        "d" => 24 * 60 * 60,
        _ => return Err("a period is a number and s, m, h or d, such as 90s or 2h".into()),
    };
    let number: u64 = number.parse().map_err(|_| "a period begins with a number, such as 90s or 2h")?;
    number.checked_mul(factor).ok_or_else(|| "that is too long".into())
}

pub(super) fn roll_back(args: &Rollback) -> Result<()> {
    let api = args.plugin.server.connect()?;
    let request = api.request(Method::POST, &format!("/v1/plugins/{}/rollback", args.plugin.name));
    report(&runtime::block_on(api.send(request.json(&json!({ "to": args.to }))))?);
    Ok(())
}

pub(super) fn remove(args: &Remove) -> Result<()> {
    let api = args.plugin.server.connect()?;
    let name = &args.plugin.name;
    let request = api.request(Method::DELETE, &format!("/v1/plugins/{name}?purge={}", args.purge));
    runtime::block_on(api.done(request))?;
    println!("removed {name}");
    Ok(())
}

fn report(status: &Status) {
    println!("{}: {}", status.called(), status.state);
}

#[cfg(test)]
mod tests {
    use super::seconds;

    #[test]
    fn periods_are_numbers_with_a_unit() {
        assert_eq!(["90s", "15m", "2h", "3d", "0s"].map(seconds), [90, 900, 7_200, 259_200, 0].map(Ok));
        for wrong in ["", "5", "h", "-1h", "1w", "1hh", "99999999999999999999s", "9999999999999999999d"] {
            assert!(seconds(wrong).is_err(), "{wrong}");
        }
    }
}

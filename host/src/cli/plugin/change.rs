//! `talaria plugin enable`, `disable`, `configure` and `remove`: what is done to a plugin that is installed.

use std::{fs, path::PathBuf};

use anyhow::{Context, Result};
use reqwest::Method;
use serde_json::Value;

use super::status::Status;
use crate::cli::{api::Server, runtime};

#[derive(clap::Args, Debug)]
pub(in crate::cli) struct Named {
    /// Name of the plugin
    name: String,
    #[command(flatten)]
    server: Server,
}

#[derive(clap::Args, Debug)]
pub(in crate::cli) struct Remove {
    /// Also delete what the plugin keeps in the key-value store
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
    let config: Value = serde_json::from_slice(&text).with_context(|| format!("{} is no JSON", file.display()))?;
    let api = args.plugin.server.connect()?;
    let request = api.request(Method::PUT, &format!("/v1/plugins/{}/config", args.plugin.name));
    report(&runtime::block_on(api.send(request.json(&config)))?);
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
    println!("{} {}: {}", status.name, status.version, status.state);
}

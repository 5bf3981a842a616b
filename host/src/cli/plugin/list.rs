//! `talaria plugin list`: what is installed in a running server.

use anyhow::Result;
use reqwest::Method;

use super::{
    show,
    status::{List, Status},
};
use crate::cli::{api::Server, runtime};

#[derive(clap::Args, Debug)]
pub(in crate::cli) struct Args {
    #[command(flatten)]
    server: Server,
}

pub(super) fn run(args: &Args) -> Result<()> {
    let api = args.server.connect()?;
    let list: List = runtime::block_on(api.send(api.request(Method::GET, "/v1/plugins")))?;
    if list.plugins.is_empty() {
        eprintln!("no plugins");
        return Ok(());
    }
    let rows = list.plugins.iter().map(row);
    let head = ["NAME", "VERSION", "STATE", "FAULTS", "HOOKS"].map(str::to_owned);
    print!("{}", show::table(&std::iter::once(head).chain(rows).collect::<Vec<_>>()));
    for plugin in list.plugins {
        if let Some(error) = plugin.error {
            eprintln!("{}: {error}", plugin.name);
        }
    }
    Ok(())
}

fn row(plugin: &Status) -> [String; 5] {
    let version = match &plugin.running_version {
        Some(running) if *running != plugin.version => format!("{running} (not {})", plugin.version),
        _ => plugin.version.clone(),
    };
    [plugin.name.clone(), version, plugin.state.clone(), plugin.faults.to_string(), show::list(&plugin.hooks)]
}

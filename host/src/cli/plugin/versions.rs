//! `talaria plugin versions`: what a plugin can be rolled back to.

use anyhow::Result;
use reqwest::Method;
use serde::Deserialize;

use super::{change::Named, show, status::Status};
use crate::cli::runtime;

/// Enough of a hash to tell versions apart, and to name one.
const SHOWN_HASH: usize = 12;

#[derive(Deserialize, Debug)]
struct List {
    versions: Vec<Version>,
}

#[derive(Deserialize, Debug)]
struct Version {
    version: String,
    sha256: String,
    size: usize,
    /// Milliseconds since 1970.
    since: i64,
    failure: Option<Failure>,
}

#[derive(Deserialize, Debug)]
struct Failure {
    date: i64,
    cause: String,
}

pub(super) fn run(args: &Named) -> Result<()> {
    let api = args.server.connect()?;
    let path = format!("/v1/plugins/{}", args.name);
    let (status, list): (Status, List) = runtime::block_on(async {
        let status = api.send(api.request(Method::GET, &path)).await?;
        anyhow::Ok((status, api.send(api.request(Method::GET, &format!("{path}/versions"))).await?))
    })?;
    if list.versions.is_empty() {
        eprintln!("no versions");
        return Ok(());
    }
    let rows = list.versions.iter().map(|version| row(version, &status));
    let head = ["VERSION", "SHA-256", "SIZE", "RAN SINCE", "STATE"].map(str::to_owned);
    print!("{}", show::table(&std::iter::once(head).chain(rows).collect::<Vec<_>>()));
    Ok(())
}

fn row(version: &Version, status: &Status) -> [String; 5] {
    let is_running = status.running_version.is_some() && version.sha256 == status.sha256;
    let state = match &version.failure {
        _ if is_running => "running".to_owned(),
        Some(failure) => format!("rolled back at {}: {}", show::time(failure.date), failure.cause),
        None => "kept".to_owned(),
    };
    let hash = version.sha256.chars().take(SHOWN_HASH).collect();
    [version.version.clone(), hash, show::size(version.size), show::time(version.since), state]
}

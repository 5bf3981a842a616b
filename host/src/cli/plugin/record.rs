//! `talaria plugin record`: what a running server asks a plugin and what it answers, a line of JSON for each call.

use std::{
    fs::File,
    io::{self, Write},
    path::PathBuf,
    time::Duration,
};

use anyhow::{Context as _, Result, bail};
use reqwest::{Method, Response};
use serde::Deserialize;

use super::change::seconds;
use crate::cli::{
    api::{self, Server},
    runtime,
};

#[derive(clap::Args, Debug)]
pub(in crate::cli) struct Args {
    /// Name of the plugin
    name: String,
    /// Only this hook, such as message.before-send; may be given again
    #[arg(long = "hook", value_name = "HOOK")]
    hooks: Vec<String>,
    /// End after so many calls
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    limit: Option<u64>,
    /// End after this period, such as 60s or 15m
    #[arg(long = "for", value_name = "PERIOD", value_parser = seconds)]
    period: Option<u64>,
    /// Where to write it [default: standard output]
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    #[command(flatten)]
    server: Server,
}

#[derive(Deserialize, Debug)]
#[serde(untagged)]
enum News {
    Missed { missed: u64 },
    Call(serde::de::IgnoredAny),
}

/// What was written.
#[derive(Default)]
struct Written {
    calls: u64,
    missed: u64,
}

pub(super) fn run(args: &Args) -> Result<()> {
    let api = args.server.connect()?;
    let hooks = if args.hooks.is_empty() { String::new() } else { format!("?hooks={}", args.hooks.join(",")) };
    let path = format!("/v1/plugins/{}/recording{hooks}", args.name);
    let written = runtime::block_on(async {
        let response = api.open(api.request(Method::GET, &path)).await?;
        // Not before the server has agreed: there may be a recording of that name.
        let mut out = output(args)?;
        let mut written = Written::default();
        let recording = record(response, &mut *out, args.limit, &mut written);
        let recorded = match args.period {
            Some(seconds) => tokio::time::timeout(Duration::from_secs(seconds), recording).await.unwrap_or(Ok(())),
            None => tokio::select! {
                recorded = recording => recorded,
                interrupted = tokio::signal::ctrl_c() => interrupted.context("there are no signals"),
            },
        };
        recorded?;
        out.flush()?;
        Ok(written)
    })?;
    eprintln!("recorded {} calls", written.calls);
    if written.missed > 0 {
        eprintln!("{} calls are lost: this was too slow; record fewer hooks", written.missed);
    }
    Ok(())
}

fn output(args: &Args) -> Result<Box<dyn Write>> {
    Ok(match &args.output {
        Some(file) => Box::new(File::create(file).with_context(|| format!("cannot write {}", file.display()))?),
        None => Box::new(io::stdout()),
    })
}

/// Until the server stops, the plugin is removed, or there are enough.
async fn record(mut response: Response, out: &mut dyn Write, limit: Option<u64>, written: &mut Written) -> Result<()> {
    let mut rest = Vec::new();
    while let Some(chunk) =
        response.chunk().await.context("the connection to the server was lost; is it still running?")?
    {
        rest.extend_from_slice(&chunk);
        // What ends within a line waits for the rest of it.
        let whole = rest.iter().rposition(|byte| *byte == b'\n').map_or(0, |end| end + 1);
        for line in rest[..whole].split_inclusive(|byte| *byte == b'\n') {
            match api::read(line)? {
                News::Missed { missed } => written.missed += missed,
                News::Call(_) => written.calls += 1,
            }
            out.write_all(line)?;
            if limit.is_some_and(|limit| written.calls >= limit) {
                return Ok(());
            }
        }
        out.flush()?;
        rest.drain(..whole);
    }
    if written.calls == 0 {
        bail!("the server ended the recording before there was a call");
    }
    Ok(())
}

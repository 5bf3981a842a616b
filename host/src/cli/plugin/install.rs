//! `talaria plugin install`: shows what a component asks for, and installs it in a running server.

use std::{
    fs,
    io::{self, IsTerminal as _, Write as _},
    path::PathBuf,
};

use anyhow::{Context, Result, bail};
use reqwest::{
    Method,
    multipart::{Form, Part},
};

use super::{mode, show, status::Status};
use crate::{
    cli::{
        api::{Api, Server},
        runtime,
    },
    dispatch::wasm::Manifest,
};

#[derive(clap::Args, Debug)]
pub(in crate::cli) struct Args {
    /// A component
    file: PathBuf,
    /// File with the plugin's configuration, a JSON object [default: the one it has]
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Only count what it would decide; the version that runs goes on
    #[arg(long, conflicts_with = "canary")]
    shadow: bool,
    /// Let it decide for so many percent of the users; the version that runs decides for the others
    #[arg(long, value_name = "PERCENT")]
    canary: Option<String>,
    /// Grant what it asks for without a question
    #[arg(long, short)]
    yes: bool,
    #[command(flatten)]
    server: Server,
}

pub(super) fn run(args: &Args) -> Result<()> {
    let bytes = fs::read(&args.file).with_context(|| format!("cannot read {}", args.file.display()))?;
    let manifest = Manifest::read(&bytes, u64::MAX).with_context(|| args.file.display().to_string())?;
    let config = match &args.config {
        Some(file) => Some(fs::read(file).with_context(|| format!("cannot read {}", file.display()))?),
        None => None,
    };
    let mode = match &args.canary {
        Some(percent) => format!("canary-{}", mode::percent_of(percent)?),
        None if args.shadow => "shadow".to_owned(),
        None => "full".to_owned(),
    };
    let api = args.server.connect()?;
    runtime::block_on(async {
        let before: Option<Status> =
            api.find(api.request(Method::GET, &format!("/v1/plugins/{}", manifest.name))).await?;
        let granted = before.as_ref().map(|status| status.grants.as_slice()).unwrap_or_default();
        let grants = consent(&manifest, granted, args.yes)?;
        let installed = send(&api, bytes, config, &grants, &mode).await?;
        let replaced = before.and_then(|status| status.running_version);
        let replaced = replaced.filter(|_| installed.beside_version.is_none());
        let replaced = replaced.map(|version| format!(", replacing {version}")).unwrap_or_default();
        println!("installed {} {}{replaced}: {}", installed.name, installed.version, mode::describe(&installed));
        println!("hooks: {}", show::list(&installed.hooks));
        Ok(())
    })
}

async fn send(api: &Api, component: Vec<u8>, config: Option<Vec<u8>>, grants: &[&str], mode: &str) -> Result<Status> {
    let mut form = Form::new()
        .part("component", Part::bytes(component))
        .text("grants", grants.join(","))
        .text("mode", mode.to_owned());
    if let Some(config) = config {
        form = form.part("config", Part::bytes(config));
    }
    api.send(api.request(Method::POST, "/v1/plugins").multipart(form)).await
}

/// What is granted: all that the plugin asks for and has not yet, once the operator agrees.
fn consent(manifest: &Manifest, granted: &[String], yes: bool) -> Result<Vec<&'static str>> {
    let missing = |name: &str| !granted.iter().any(|grant| grant == name);
    let asked: Vec<_> = manifest.capabilities.iter().filter(|capability| missing(capability.name())).collect();
    let names = asked.iter().map(|capability| capability.name()).collect();
    if asked.is_empty() {
        return Ok(names);
    }
    eprintln!("{} {} asks for permission to", manifest.name, manifest.version);
    let width = asked.iter().map(|capability| capability.name().len()).max().unwrap_or_default();
    for capability in asked {
        eprintln!("  {:<width$}  {}", capability.name(), capability.meaning());
    }
    if yes || ask("Grant this? [y/N] ")? { Ok(names) } else { bail!("not granted, nothing was installed") }
}

fn ask(question: &str) -> Result<bool> {
    if !io::stdin().is_terminal() {
        bail!("there is no terminal to ask on; give --yes to grant it");
    }
    eprint!("{question}");
    io::stderr().flush()?;
    let mut answer = String::new();
    io::stdin().read_line(&mut answer)?;
    Ok(matches!(answer.trim(), "y" | "Y" | "yes"))
}

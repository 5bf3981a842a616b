//! `talaria plugin install`: shows what a component asks for, and installs it in a running server.

use std::{fs, path::PathBuf};

use anyhow::{Context, Result};
use reqwest::{
    Method,
    multipart::{Form, Part},
};

use super::{
    consent::{self, Examination},
    mode, show,
    status::Status,
};
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
    /// Install it and grant what it asks for without a question
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
        // The server has the last word on what is new, and on whether it takes the component at all.
        let request = api.request(Method::POST, "/v1/plugins?dry_run=true").body(bytes.clone());
        let examination: Examination = api.send(request).await?;
        consent::ask(&manifest, &examination, args.yes)?;
        let installed = send(&api, bytes, config, &examination.missing_grants, &mode).await?;
        let replaced = before.and_then(|status| status.running_version);
        let replaced = replaced.filter(|_| installed.beside_version.is_none());
        let replaced = replaced.map(|version| format!(", replacing {version}")).unwrap_or_default();
        println!("installed {} {}{replaced}: {}", installed.name, installed.version, mode::describe(&installed));
        println!("hooks: {}", show::list(&installed.hooks));
        Ok(())
    })
}

async fn send(api: &Api, component: Vec<u8>, config: Option<Vec<u8>>, grants: &[String], mode: &str) -> Result<Status> {
    let mut form = Form::new()
        .part("component", Part::bytes(component))
        .text("grants", grants.join(","))
        .text("mode", mode.to_owned());
    if let Some(config) = config {
        form = form.part("config", Part::bytes(config));
    }
    api.send(api.request(Method::POST, "/v1/plugins").multipart(form)).await
}

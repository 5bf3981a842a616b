//! `talaria plugin try`: a component answers what was recorded of a plugin, and the answers are compared.

use std::{fs, path::PathBuf};

use anyhow::{Context as _, Result, bail};

use crate::{
    cli::runtime,
    desk::{Desk, DeskSettings, Recording},
};

#[derive(clap::Args, Debug)]
pub(in crate::cli) struct Args {
    /// File that `talaria plugin record` has written
    recording: PathBuf,
    /// The component to try
    component: PathBuf,
    /// The plugin's configuration, a JSON object
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
}

pub(super) fn run(args: &Args) -> Result<()> {
    let text = read(&args.recording)?;
    let recording = Recording::read(&String::from_utf8_lossy(&text))
        .with_context(|| format!("{} is no recording", args.recording.display()))?;
    let configuration = args.config.as_ref().map(|file| {
        serde_json::from_slice(&read(file)?).with_context(|| format!("{} is not valid JSON", file.display()))
    });
    let settings = DeskSettings {
        component: read(&args.component)?,
        configuration: configuration.transpose()?,
        ..DeskSettings::for_recording(&recording)
    };
    let replay = runtime::serve(0, async {
        let desk = Desk::open(settings).await?;
        let replay = desk.replay(&recording).await?;
        desk.close().await;
        Ok(replay)
    })?;
    print!("{replay}");
    if replay.tried.is_empty() {
        bail!("the component handles none of the recorded hooks; `talaria plugin inspect` shows which it does");
    }
    if !replay.is_same() {
        bail!("the component does not answer as it was recorded");
    }
    Ok(())
}

fn read(file: &PathBuf) -> Result<Vec<u8>> {
    fs::read(file).with_context(|| format!("cannot read {}", file.display()))
}

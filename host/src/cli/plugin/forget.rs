//! `talaria plugin forget`: letting a server start without a plugin that it would miss.

use std::path::PathBuf;

use anyhow::Result;

use crate::{
    app,
    cli::{
        runtime,
        settings::{Data, FILE_VARIABLE},
    },
    config::Config,
};

#[derive(clap::Args, Debug)]
pub(in crate::cli) struct Args {
    /// Name of the plugin
    name: String,
    #[command(flatten)]
    data: Data,
}

pub(super) fn run(args: &Args) -> Result<()> {
    let file = std::env::var_os(FILE_VARIABLE).map(PathBuf::from);
    let config = args.data.load(&Config::default(), file, Vec::new())?;
    let (name, is_kept) = (&args.name, runtime::block_on(app::forget_plugin(&config, &args.name))?);
    if !is_kept {
        let folder = config.plugin_versions();
        eprintln!(
            "note: no version of `{name}` is kept in {}; if the name is wrong, this changes nothing",
            folder.display()
        );
    }
    println!("forgot {name}: from the next start on the server does not miss it");
    Ok(())
}

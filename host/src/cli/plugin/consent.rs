//! What an installation would mean, and the question whether that is wanted.

use std::{
    fmt::Write as _,
    io::{self, IsTerminal as _, Write as _},
};

use anyhow::{Result, bail};
use serde::Deserialize;

use super::show;
use crate::dispatch::wasm::{Hook, Manifest};

/// What the server says of a component before it is installed.
#[derive(Deserialize, Debug)]
pub(super) struct Examination {
    running_version: Option<String>,
    /// The name of the trusted key.
    signed_by: Option<String>,
    new_hooks: Vec<String>,
    new_capabilities: Vec<String>,
    pub(super) missing_grants: Vec<String>,
    http_hosts: Vec<String>,
}

/// Shows it and asks, unless `yes` is the answer; an error when that is no.
pub(super) fn ask(manifest: &Manifest, examination: &Examination, yes: bool) -> Result<()> {
    if !yes && !io::stdin().is_terminal() {
        let grants = match examination.missing_grants.as_slice() {
            [] => String::new(),
            missing => format!(" and grant it {}", missing.join(", ")),
        };
        bail!("there is no terminal to ask on; give --yes to install {} {}{grants}", manifest.name, manifest.version);
    }
    eprint!("{}", describe(manifest, examination));
    if yes {
        return Ok(());
    }
    let question = if examination.missing_grants.is_empty() { "Install it" } else { "Install it and grant this" };
    eprint!("{question}? [y/N] ");
    io::stderr().flush()?;
    let mut answer = String::new();
    io::stdin().read_line(&mut answer)?;
    if matches!(answer.trim(), "y" | "Y" | "yes") { Ok(()) } else { bail!("nothing was installed") }
}

fn describe(manifest: &Manifest, examination: &Examination) -> String {
    let mut text = format!("{} {}", show::plain(&manifest.name), show::plain(&manifest.version));
    let running = examination.running_version.as_deref();
    if let Some(running) = running {
        let _ = write!(text, ", in the place of {running}");
    }
    if let Some(description) = &manifest.description {
        let _ = write!(text, "\n  {}", show::plain(description));
    }
    if let Some(name) = &examination.signed_by {
        let _ = write!(text, "\n  signed by {name}");
    }
    // Of the first version everything is new, which nobody needs to read on each line.
    let mark = |new: &[String], name: &str| {
        if running.is_some() && new.iter().any(|found| found == name) { " (new)" } else { "" }
    };
    let hook = |hook: &Hook| format!("{}{}", hook.name(), mark(&examination.new_hooks, hook.name()));
    let hooks: Vec<_> = manifest.hooks.iter().map(hook).collect();
    let _ = writeln!(text, "\nis called on: {}", show::list(&hooks));
    if manifest.capabilities.is_empty() {
        return text + "asks for no permission\n";
    }
    let _ = writeln!(text, "asks for permission to");
    let name = |name: &'static str| format!("{name}{}", mark(&examination.new_capabilities, name));
    let names: Vec<_> = manifest.capabilities.iter().map(|capability| name(capability.name())).collect();
    let width = names.iter().map(String::len).max().unwrap_or_default();
    for (name, capability) in names.iter().zip(&manifest.capabilities) {
        let _ = write!(text, "  {name:<width$}  {}", capability.meaning());
        if capability.name() == "http" {
            let _ = write!(text, ": {}", show::list(&examination.http_hosts));
        }
        text.push('\n');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_new_is_marked() {
        let capabilities = ["http", "log"].map(|name| crate::dispatch::hostcalls::Capability::find(name).unwrap());
        let manifest = Manifest {
            name: "calm".into(),
            version: "1.1.0".into(),
            description: Some("Calms.".into()),
            license: None,
            authors: None,
            hooks: vec![Hook::MessageBeforeSend, Hook::UserCreated],
            capabilities: capabilities.to_vec(),
            snapshot: false,
            signer: None,
            is_wasi_http: false,
            sha256: String::new(),
            size: 1,
        };
        let mut examination = Examination {
            running_version: Some("1.0.0".into()),
            signed_by: Some("release".into()),
            new_hooks: vec!["user.created".into()],
            new_capabilities: vec!["http".into()],
            missing_grants: vec!["http".into()],
            http_hosts: vec!["api.example.com".into()],
        };
        let expected = "calm 1.1.0, in the place of 1.0.0\n  Calms.\n  signed by release\nis called on: message.before-send, user.created (new)\n\
                        asks for permission to\n  http (new)  send requests to the hosts that plugins.http names: \
                        api.example.com\n  log         write lines to the server's log\n";
        assert_eq!(describe(&manifest, &examination), expected);
        examination.running_version = None;
        assert!(!describe(&manifest, &examination).contains("(new)"));
    }
}

//! `talaria plugin logs`: what a plugin says, and how it fails.

use std::io::{self, Write as _};

use anyhow::{Context as _, Result};
use reqwest::Method;
use serde::Deserialize;

use super::show;
use crate::cli::{
    api::{self, Api, Server},
    runtime,
};

#[derive(clap::Args, Debug)]
pub(in crate::cli) struct Args {
    /// Name of the plugin
    name: String,
    /// Go on with what it says from now on
    #[arg(short, long)]
    follow: bool,
    /// Only this level and more serious ones
    #[arg(long, value_name = "LEVEL", value_parser = ["error", "warn", "info", "debug", "trace"], default_value = "trace")]
    level: String,
    /// Lines from before
    #[arg(long, value_name = "N", default_value_t = 100)]
    tail: usize,
    #[command(flatten)]
    server: Server,
}

#[derive(Deserialize, Debug)]
struct Line {
    date: i64,
    level: String,
    source: String,
    version: String,
    hook: Option<String>,
    text: String,
}

#[derive(Deserialize, Debug)]
struct Lines {
    lines: Vec<Line>,
}

#[derive(Deserialize, Debug)]
#[serde(untagged)]
enum News {
    Line(Line),
    Missed { missed: u64 },
}

pub(super) fn run(args: &Args) -> Result<()> {
    let api = args.server.connect()?;
    let path = format!("/v1/plugins/{}/logs?level={}&tail={}", args.name, args.level, args.tail);
    runtime::block_on(async {
        if args.follow {
            return follow(&api, &format!("{path}&follow=true")).await;
        }
        let found: Lines = api.send(api.request(Method::GET, &path)).await?;
        let mut out = io::stdout().lock();
        for line in found.lines {
            writeln!(out, "{}", render(&line))?;
        }
        Ok(())
    })
}

/// Until the server stops or the plugin is removed.
async fn follow(api: &Api, path: &str) -> Result<()> {
    let mut response = api.open(api.request(Method::GET, path)).await?;
    let mut rest = Vec::new();
    while let Some(chunk) =
        response.chunk().await.context("the connection to the server was lost; is it still running?")?
    {
        rest.extend_from_slice(&chunk);
        // What ends within a line waits for the rest of it.
        let whole = rest.iter().rposition(|byte| *byte == b'\n').map_or(0, |end| end + 1);
        let mut out = io::stdout().lock();
        for line in rest[..whole].split(|byte| *byte == b'\n').filter(|line| !line.is_empty()) {
            match api::read(line)? {
                News::Line(line) => writeln!(out, "{}", render(&line))?,
                News::Missed { missed } => writeln!(out, "... {missed} lines were missed")?,
            }
        }
        out.flush()?;
        rest.drain(..whole);
    }
    Ok(())
}

fn render(line: &Line) -> String {
    let Line { date, level, source, version, hook, text } = line;
    let hook = hook.as_deref().map(|hook| format!(" {hook}")).unwrap_or_default();
    let source = if source == "log" { String::new() } else { format!(" ({source})") };
    // A line is a line, and no command for the terminal.
    let text: String = text.chars().map(|char| if char.is_control() { ' ' } else { char }).collect();
    format!("{} {:<5} {version}{hook}{source}: {text}", show::time(*date), level.to_uppercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_one_line() {
        let line = Line {
            date: 0,
            level: "warn".into(),
            source: "fault".into(),
            version: "1.0.0".into(),
            hook: Some("session.opened".into()),
            text: "a\n\u{1b}[2Jb".into(),
        };
        let expected = "1970-01-01 00:00:00Z WARN  1.0.0 session.opened (fault): a  [2Jb";
        assert_eq!(render(&line), expected);
    }
}

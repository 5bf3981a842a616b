//! `talaria held`: what becomes of the messages that plugins hold back.

use anyhow::{Result, bail};
use clap::Subcommand;
use reqwest::Method;
use serde::Deserialize;

use super::{
    api::{Api, Server},
    runtime, show,
};

/// Characters of a text or reason in a list.
const SHOWN: usize = 60;

#[derive(Subcommand, Debug)]
pub(super) enum Command {
    /// Show the messages that wait for a decision
    List(List),
    /// Show all of some messages that are held
    Show(Chosen),
    /// Send messages that are held; their senders think they are sent already
    Release(Chosen),
    /// Throw messages away that are held; their senders are not told
    Discard(Chosen),
}

#[derive(clap::Args, Debug)]
pub(super) struct List {
    /// Only those that this plugin holds
    #[arg(long, value_name = "NAME")]
    plugin: Option<String>,
    #[command(flatten)]
    server: Server,
}

#[derive(clap::Args, Debug)]
pub(super) struct Chosen {
    /// Ids of messages, as `talaria held list` shows them
    #[arg(required = true, value_name = "ID")]
    ids: Vec<i64>,
    #[command(flatten)]
    server: Server,
}

#[derive(Deserialize, Debug)]
struct Page {
    messages: Vec<Held>,
}

#[derive(Deserialize, Debug)]
struct Held {
    id: i64,
    sender: i64,
    target: Target,
    text: Option<String>,
    #[serde(default)]
    records: Vec<String>,
    plugin: String,
    reason: Option<String>,
    until: i64,
}

#[derive(Deserialize, Debug)]
#[serde(rename_all = "snake_case")]
enum Target {
    User(i64),
    Group(i64),
}

#[derive(Deserialize, Debug)]
struct Released {
    outcome: Outcome,
}

#[derive(Deserialize, Debug)]
#[serde(rename_all = "snake_case")]
enum Outcome {
    Sent,
    Held,
    Dropped,
}

impl Outcome {
    const fn told(&self) -> &'static str {
        match self {
            Self::Sent => "is sent",
            Self::Held => "is held by the next plugin",
            Self::Dropped => "was dropped by the next plugin",
        }
    }
}

pub(super) fn run(command: Command) -> Result<()> {
    match command {
        Command::List(args) => list(&args),
        Command::Show(args) => show_all(&args),
        Command::Release(args) => release(&args),
        Command::Discard(args) => discard(&args),
    }
}

fn list(args: &List) -> Result<()> {
    let api = args.server.connect()?;
    let messages = runtime::block_on(read(&api, args.plugin.as_deref()))?;
    let head = ["ID", "FROM", "TO", "PLUGIN", "UNTIL", "REASON", "TEXT"].map(str::to_owned);
    let rows: Vec<_> = std::iter::once(head).chain(messages.iter().map(row)).collect();
    print!("{}", show::table(&rows));
    Ok(())
}

/// All of them, page by page.
async fn read(api: &Api, plugin: Option<&str>) -> Result<Vec<Held>> {
    let mut messages: Vec<Held> = Vec::new();
    loop {
        let mut request = api.request(Method::GET, "/v1/held-messages");
        if let Some(plugin) = plugin {
            request = request.query(&[("plugin", plugin)]);
        }
        if let Some(last) = messages.last() {
            request = request.query(&[("after", last.id)]);
        }
        let Page { messages: page } = api.send(request).await?;
        if page.is_empty() {
            return Ok(messages);
        }
        messages.extend(page);
    }
}

fn row(held: &Held) -> [String; 7] {
    let to = match held.target {
        Target::User(id) => format!("user {id}"),
        Target::Group(id) => format!("group {id}"),
    };
    let cut = |text: &Option<String>| -> String {
        let text = text.as_deref().unwrap_or("-");
        show::plain(&text.chars().take(SHOWN).collect::<String>())
    };
    let (reason, text) = (cut(&held.reason), cut(&held.text));
    [held.id.to_string(), held.sender.to_string(), to, held.plugin.clone(), show::time(held.until), reason, text]
}

/// Line by line, so that nothing in a text can pass for something else.
fn show_all(args: &Chosen) -> Result<()> {
    let api = args.server.connect()?;
    let messages = runtime::block_on(read(&api, None))?;
    for id in &args.ids {
        let Some(held) = messages.iter().find(|held| held.id == *id) else {
            bail!("no message {id} is held; list them with `talaria held list`")
        };
        print!("{}", lines(held));
    }
    Ok(())
}

fn lines(held: &Held) -> String {
    let [id, sender, to, plugin, until, ..] = row(held);
    let quoted = |text: &Option<String>| {
        let text = text.as_deref().unwrap_or("-");
        text.lines().map(|line| format!("  {}\n", show::plain(line))).collect::<String>()
    };
    let records: String = held.records.iter().map(|record| format!("  {record}\n")).collect();
    let records = if records.is_empty() { records } else { format!("records, base64:\n{records}") };
    format!(
        "{id} from {sender} to {to}, held by {plugin} until {until}\nreason:\n{}text:\n{}{records}",
        quoted(&held.reason),
        quoted(&held.text)
    )
}

/// One after the other; the first that fails ends it.
fn release(args: &Chosen) -> Result<()> {
    let api = args.server.connect()?;
    runtime::block_on(async {
        for id in &args.ids {
            let Released { outcome } =
                api.send(api.request(Method::POST, &format!("/v1/held-messages/{id}/release"))).await?;
            println!("{id} {}", outcome.told());
        }
        Ok(())
    })
}

/// Likewise.
fn discard(args: &Chosen) -> Result<()> {
    let api = args.server.connect()?;
    runtime::block_on(async {
        for id in &args.ids {
            api.done(api.request(Method::DELETE, &format!("/v1/held-messages/{id}"))).await?;
            println!("{id} is discarded");
        }
        Ok(())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_shown_whole_and_apart_from_the_rest() {
        let held = serde_json::json!({
            "id": 7, "sender": 1, "target": {"group": 3}, "text": format!("{}\nreason:\u{1b}[2J", "x".repeat(200)),
            "records": ["AAE="], "plugin": "calm", "reason": null, "until": 0,
        });
        let shown = lines(&serde_json::from_value(held).unwrap());
        assert!(shown.contains(&"x".repeat(200)) && shown.contains("records, base64:\n  AAE=\n"), "{shown}");
        assert!(shown.contains("\n  reason:") && !shown.contains('\u{1b}'), "{shown}");
        assert!(
            shown.starts_with("7 from 1 to group 3, held by calm until 1970-01-01 00:00:00Z\nreason:\n  -\n"),
            "{shown}"
        );
    }
}

//! `talaria plugin list`: what is installed in a running server.

use anyhow::Result;
use reqwest::Method;

use super::{
    mode, show,
    status::{Lag, List, Status},
};
use crate::{
    cli::{api::Server, runtime},
    clock::Clock,
};

/// Events or jobs that wait for a plugin before that is worth a line.
const BEHIND: i64 = 1000;
/// For how many milliseconds one event may wait before that is worth a line.
const LATE: i64 = 10_000;

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
    let head = ["NAME", "VERSION", "STATE", "FAULTS", "BREAKER", "SIGNED BY", "HOOKS"].map(str::to_owned);
    print!("{}", show::table(&std::iter::once(head).chain(rows).collect::<Vec<_>>()));
    for plugin in &list.plugins {
        for trouble in trouble(plugin) {
            eprintln!("{}: {trouble}", plugin.name);
        }
    }
    Ok(())
}

fn row(plugin: &Status) -> [String; 7] {
    let version = match &plugin.running_version {
        Some(running) if *running != plugin.version => format!("{running} (not {})", plugin.version),
        _ if plugin.is_known() => plugin.version.clone(),
        _ => "-".into(),
    };
    // The worst of its hooks; the lines below tell which.
    let breaker = plugin.breakers.iter().find(|breaker| !breaker.is_closed()).or(plugin.breakers.first());
    [
        plugin.name.clone(),
        version,
        if plugin.rolled_back.is_some() { format!("{}, rolled back", plugin.state) } else { mode::describe(plugin) },
        plugin.faults.to_string(),
        breaker.map_or_else(|| "-".into(), |breaker| breaker.state.clone()),
        plugin.signed_by.clone().unwrap_or_else(|| "-".into()),
        hooks(plugin),
    ]
}

fn is_late(lag: &Lag) -> bool {
    lag.waiting > 0 && lag.since.is_some_and(|since| Clock::system().now().0 - since >= LATE)
}

/// With a mark at those that are not called for everything.
fn hooks(plugin: &Status) -> String {
    if !plugin.is_known() {
        return "not known".into();
    }
    let mark = |hook: &String| if plugin.scopes.contains_key(hook) { format!("{hook} (scope)") } else { hook.clone() };
    show::list(&plugin.hooks.iter().map(mark).collect::<Vec<_>>())
}

/// What the operator has to know beyond a word in a column.
fn trouble(plugin: &Status) -> impl Iterator<Item = String> {
    let open = plugin.breakers.iter().filter(|breaker| !breaker.is_closed()).map(|breaker| {
        let next = breaker.next_trial.map(|time| format!(", next trial at {}", show::time(time))).unwrap_or_default();
        let cause = breaker.last_fault.as_deref().unwrap_or("no reason is known");
        format!("{} is {} since {}{next}: {cause}", breaker.hook, breaker.state, show::time(breaker.since))
    });
    let lag = plugin.lag.as_ref().filter(|lag| lag.waiting >= BEHIND || is_late(lag)).map(|lag| {
        let since = lag.since.map(|time| format!(", the oldest since {}", show::time(time))).unwrap_or_default();
        format!("{} events wait for it{since}", lag.waiting)
    });
    let rolled_back = plugin.rolled_back.as_ref().map(|failed| {
        // The same component means that it was given another configuration.
        let what = if failed.sha256 == plugin.sha256 { "a new configuration" } else { &failed.version };
        format!("{what} was rolled back at {}: {}", show::time(failed.date), failed.cause)
    });
    let would_have = plugin.would_have.as_ref().map(|counts| {
        let counts: Vec<_> =
            counts.iter().filter(|(_, n)| **n > 0).map(|(verdict, n)| format!("{verdict} {n}")).collect();
        format!("in shadow it would have: {}", show::list(&counts))
    });
    let waiting = Some(plugin.jobs.waiting).filter(|waiting| *waiting >= BEHIND);
    let waiting = waiting.map(|waiting| format!("{waiting} jobs of it wait"));
    let dead = Some(plugin.jobs.dead).filter(|dead| *dead > 0).map(|dead| format!("{dead} jobs of it failed for good"));
    let rests = plugin.quotas.as_ref().and_then(|quotas| quotas.rest_ms);
    let rests =
        rests.map(|rest| format!("it took too much time (plugins.cpu_percent) and rests for another {rest} ms"));
    let full = plugin.quotas.as_ref().filter(|quotas| quotas.kv_bytes / 9 >= quotas.kv_bytes_limit / 10);
    let full = full
        .map(|quotas| format!("it keeps {} of {} bytes (plugins.kv_bytes)", quotas.kv_bytes, quotas.kv_bytes_limit));
    let outage = plugin.outage.as_ref().map(|outage| {
        let (since, last) = (show::time(outage.since), show::time(outage.last));
        format!("the store of objects fails it since {since}, last at {last}: {}", outage.cause)
    });
    let trouble = plugin.error.clone().into_iter().chain(would_have).chain(rolled_back).chain(open);
    trouble.chain(outage).chain(rests).chain(full).chain(lag).chain(waiting).chain(dead)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_claimed_of_a_plugin_of_which_the_name_alone_is_known() {
        let status = serde_json::json!({
            "name": "calm", "version": "unknown", "hooks": [], "state": "missing", "error": "its file is gone", "sha256": "",
            "grants": [], "faults": 0, "breakers": [], "jobs": {"waiting": 0, "dead": 0},
        });
        let status: Status = serde_json::from_value(status).unwrap();
        assert_eq!(row(&status), ["calm", "-", "missing", "0", "-", "-", "not known"]);
        assert_eq!(status.called(), "calm");
    }

    #[test]
    fn what_is_out_of_order_is_shown_with_its_reason() {
        let status = serde_json::json!({
            "name": "calm", "version": "1.0.0", "hooks": ["message.before-send", "session.opened"], "state": "running",
            "running_version": "1.0.0", "error": null, "sha256": "aa",
            "rolled_back": {"version": "1.1.0", "sha256": "bb", "date": 500, "cause": "alas"}, "grants": [], "faults": 7,
            "breakers": [
                {"hook": "session.opened", "state": "closed", "since": 0, "next_trial": null, "last_fault": null},
                {"hook": "message.before-send", "state": "open", "since": 1_000, "next_trial": 6_000, "last_fault": "oh no"},
            ],
            "scopes": {"session.opened": {"users": [[1, 2]]}}, "lag": {"waiting": 5, "since": 1_000}, "jobs": {"waiting": 20, "dead": 3},
            "quotas": {"kv_bytes": 95, "kv_bytes_limit": 100, "rest_ms": 1500},
            "outage": {"since": 2_000, "last": 3_000, "cause": "it is away", "failures": 2},
        });
        let status: Status = serde_json::from_value(status).unwrap();
        assert_eq!(row(&status)[2..5], ["running, rolled back", "7", "open"]);
        assert_eq!(row(&status)[6], "message.before-send, session.opened (scope)");
        let told: Vec<_> = trouble(&status).collect();
        let rolled_back = "1.1.0 was rolled back at 1970-01-01 00:00:00Z: alas";
        let open = "message.before-send is open since 1970-01-01 00:00:01Z, next trial at 1970-01-01 00:00:06Z: oh no";
        let behind = "5 events wait for it, the oldest since 1970-01-01 00:00:01Z";
        let rests = "it took too much time (plugins.cpu_percent) and rests for another 1500 ms";
        let full = "it keeps 95 of 100 bytes (plugins.kv_bytes)";
        let outage =
            "the store of objects fails it since 1970-01-01 00:00:02Z, last at 1970-01-01 00:00:03Z: it is away";
        assert_eq!(told, [rolled_back, open, outage, rests, full, behind, "3 jobs of it failed for good"]);
    }
}

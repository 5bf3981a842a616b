//! `talaria plugin jobs`: what a plugin has left for later, and what is done about jobs that are dead.

use std::{fmt, str::FromStr};

use anyhow::Result;
use reqwest::Method;
use serde::Deserialize;

use super::show;
use crate::cli::{api::Server, runtime};

/// As many as the server answers at a time.
const PAGE: usize = 1000;
/// The beginning of a failure that has more lines, such as those of a trap.
const SHOWN_CAUSE: usize = 120;

#[derive(clap::Args, Debug)]
pub(in crate::cli) struct Args {
    /// Name of the plugin
    name: String,
    /// Show those only that failed for good
    #[arg(long)]
    dead: bool,
    /// Have a dead job, or all of them, run again
    #[arg(long, value_name = "ID|all", conflicts_with = "dead")]
    retry: Option<Which>,
    /// Delete a dead job, or all of them
    #[arg(long, value_name = "ID|all", conflicts_with_all = ["dead", "retry"])]
    discard: Option<Which>,
    #[command(flatten)]
    server: Server,
}

/// Dead jobs.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Which {
    All,
    One(i64),
}

impl FromStr for Which {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "all" => Ok(Self::All),
            _ => text.parse().map(Self::One).map_err(|_| "it is neither the id of a job nor `all`"),
        }
    }
}

/// As in the paths of the admin interface, after `jobs`.
impl fmt::Display for Which {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::All => Ok(()),
            Self::One(id) => write!(f, "/{id}"),
        }
    }
}

#[derive(Deserialize, Debug)]
struct List {
    jobs: Vec<Job>,
}

#[derive(Deserialize, Debug)]
struct Job {
    id: i64,
    name: String,
    state: String,
    attempts: u32,
    /// Milliseconds since 1970, as all dates.
    added: i64,
    due: Option<i64>,
    failure: Option<Failure>,
}

#[derive(Deserialize, Debug)]
struct Failure {
    cause: String,
    date: i64,
}

#[derive(Deserialize, Debug)]
struct Retried {
    retried: usize,
}

#[derive(Deserialize, Debug)]
struct Discarded {
    discarded: usize,
}

pub(super) fn run(args: &Args) -> Result<()> {
    let api = args.server.connect()?;
    let path = format!("/v1/plugins/{}/jobs", args.name);
    if let Some(which) = args.retry {
        let request = api.request(Method::POST, &format!("{path}{which}/retry"));
        let Retried { retried } = runtime::block_on(api.send(request))?;
        let are = if retried == 1 { "is" } else { "are" };
        println!("{} of {} {are} run again", show::count(retried, "dead job"), args.name);
    } else if let Some(which) = args.discard {
        let request = api.request(Method::DELETE, &format!("{path}{which}"));
        let Discarded { discarded } = runtime::block_on(api.send(request))?;
        println!("deleted {} of {}", show::count(discarded, "dead job"), args.name);
    } else {
        let filter = if args.dead { "&state=dead" } else { "" };
        let jobs = runtime::block_on(async {
            let mut jobs: Vec<Job> = Vec::new();
            loop {
                let after = jobs.last().map_or(i64::MIN, |job| job.id);
                let page = format!("{path}?limit={PAGE}&after={after}{filter}");
                let List { jobs: found } = api.send(api.request(Method::GET, &page)).await?;
                let is_last = found.len() < PAGE;
                jobs.extend(found);
                if is_last {
                    return anyhow::Ok(jobs);
                }
            }
        })?;
        let head = ["ID", "NAME", "STATE", "ATTEMPTS", "ADDED", "DUE", "LAST FAILURE"].map(str::to_owned);
        print!("{}", show::table(&std::iter::once(head).chain(jobs.iter().map(row)).collect::<Vec<_>>()));
    }
    Ok(())
}

fn row(job: &Job) -> [String; 7] {
    let failure = job.failure.as_ref().map(|failure| {
        let cause: String = failure.cause.lines().next().unwrap_or_default().chars().take(SHOWN_CAUSE).collect();
        format!("{}: {}", show::time(failure.date), show::plain(&cause))
    });
    let due = job.due.map_or_else(|| "-".to_owned(), show::time);
    let (name, state) = (show::plain(&job.name), job.state.clone());
    let attempts = job.attempts.to_string();
    [job.id.to_string(), name, state, attempts, show::time(job.added), due, failure.unwrap_or_default()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_job_is_a_row() {
        let job = serde_json::json!({
            "id": 7, "name": "send", "state": "dead", "key": null, "bytes": 3, "attempts": 12, "added": 0, "due": null,
            "failure": {"cause": "it answers 503\nand more", "date": 1_000},
        });
        let job: Job = serde_json::from_value(job).unwrap();
        let expected = ["7", "send", "dead", "12", "1970-01-01 00:00:00Z", "-", "1970-01-01 00:00:01Z: it answers 503"];
        assert_eq!(row(&job), expected);
    }

    #[test]
    fn dead_jobs_are_named_by_an_id_or_all_at_once() {
        assert_eq!("all".parse(), Ok(Which::All));
        assert_eq!("7".parse(), Ok(Which::One(7)));
        assert!("seven".parse::<Which>().is_err());
        assert_eq!([Which::All, Which::One(7)].map(|which| which.to_string()), ["", "/7"]);
    }
}

//! Does what the texts of messages tell it, now or when it is time: the tests of the server steer it so.

mod notes;
mod objects;

use std::time::Duration;

use talaria_sdk::command_run::{self, Invocation};
use talaria_sdk::http_handle::{Request, Response};
use talaria_sdk::job_run::{Failure, Job};
use talaria_sdk::message_before_send::{self, Draft, Verdict};
use talaria_sdk::timer_fired::Tick;
use talaria_sdk::{Access, Context, Description, HookSettings, jobs, request_custom};

#[derive(Default)]
struct Errands;

#[talaria_sdk::plugin]
impl Errands {
    fn describe() -> Description {
        Description::default()
            // A busy machine is no reason for an order to pass as a text.
            .hook(HookSettings::new(message_before_send::HOOK).deadline(Duration::from_millis(500)))
            .timer("tick", "* * * * * *")
            .timer("new-year", "0 0 1 1 *")
            .route("/public", Access::Public)
            .route("/me", Access::User)
            .command("errand", "/errand WORD...", "does as the first word says")
    }

    /// | Text | What happens |
    /// | --- | --- |
    /// | `!notes KEY` | sent with the notes under KEY as its text |
    /// | `!job DELAY NAME PAYLOAD` | a job for after so many milliseconds |
    /// | `!job-once KEY DELAY NAME PAYLOAD` | the same, unless one with this key waits |
    /// | `!cancel KEY` | takes that job back |
    fn message_before_send(_ctx: &Context, draft: Draft) -> Verdict {
        let text = draft.text.unwrap_or_default();
        let words: Vec<_> = text.splitn(5, ' ').collect();
        let outcome = match words[..] {
            ["!notes", key] => notes::read(key),
            ["!job", delay, name, payload] => format!("{:?}", jobs::enqueue_after(after(delay), name, payload)),
            ["!job-once", key, delay, name, payload] => {
                format!("{:?}", jobs::enqueue_once(key, after(delay), name, payload))
            }
            ["!cancel", key] => format!("{:?}", jobs::cancel(key)),
            _ => return Verdict::Continue,
        };
        Verdict::replace_text(outcome)
    }

    /// | First word | What happens |
    /// | --- | --- |
    /// | `silent` | carried out, and nothing is told |
    /// | `deny` | refused with the next word as the reason |
    /// | `pass` | an ordinary message |
    /// | `panic` | panics |
    /// | any other, or none | the sender is told how the command was understood |
    fn command_run(&self, ctx: &Context, invocation: &Invocation) -> command_run::Outcome {
        let Invocation { name, arguments, rest, sender, target } = invocation;
        let words: Vec<_> = arguments.iter().map(String::as_str).collect();
        match words[..] {
            ["silent", ..] => command_run::Outcome::Handled(None),
            ["deny", reason, ..] => command_run::Outcome::deny(20_000, reason),
            ["pass", ..] => command_run::Outcome::Pass,
            ["panic", ..] => panic!("the command says so"),
            _ => command_run::Outcome::tell(format!("{name} {words:?} {rest} {sender} {target:?} {:?}", ctx.origin)),
        }
    }

    /// `echo` is answered with what came, backwards; `deny` is refused, and others are not for this plugin.
    fn request_custom(&self, _ctx: &Context, request: &request_custom::Request) -> request_custom::Outcome {
        match request.name.as_str() {
            "echo" => request_custom::Outcome::Answer(request.payload.iter().rev().copied().collect()),
            "deny" => request_custom::Outcome::deny(20_001, "not that"),
            _ => request_custom::Outcome::Pass,
        }
    }

    /// A path that ends in `/panic` panics, one in `/loop` never comes back, and `/objects` does what its body says;
    /// any other is told how it was understood.
    fn http_handle(&self, ctx: &Context, request: &Request) -> Response {
        if request.path().ends_with("/panic") {
            panic!("the path says so");
        }
        if request.path().ends_with("/loop") {
            loop {
                std::hint::black_box(());
            }
        }
        if request.path().ends_with("/linger") {
            notes::add("web", "begin");
            linger();
            notes::add("web", "end");
        }
        if request.path().ends_with("/notes") {
            return Response::text(200, notes::read("web"));
        }
        if request.path().ends_with("/objects") {
            return Response::text(200, objects::carry_out(&String::from_utf8_lossy(&request.body)));
        }
        let header = |name| request.header(name).unwrap_or("-");
        let text = format!(
            "{} {} {:?} {} {} {} {} {}",
            request.method,
            request.target,
            ctx.origin,
            ctx.actor,
            header("x-talaria-user"),
            header("authorization"),
            header("x-forwarded-prefix"),
            String::from_utf8_lossy(&request.body)
        );
        Response::text(200, text).header("x-errand", "done").header("content-length", "3")
    }

    fn timer_fired(&self, ctx: &Context, tick: &Tick) -> Result<(), String> {
        notes::add("ticks", &format!("{} {:?} {}", tick.name, ctx.origin, tick.due));
        Ok(())
    }

    /// | Name | What happens |
    /// | --- | --- |
    /// | `note` | its payload is noted under `jobs` |
    /// | `linger` | the same when it begins and when it ends, after half a second |
    /// | `await` | noted when there is a note that begins with its payload |
    /// | `fail` | fails, after a note |
    /// | `give-up` | the same, for good |
    fn job_run(&self, ctx: &Context, job: &Job) -> Result<(), Failure> {
        let payload = String::from_utf8_lossy(&job.payload);
        match job.name.as_str() {
            "note" => notes::add("jobs", &format!("{payload} {:?} {}", ctx.origin, ctx.hop)),
            "linger" => {
                notes::add("jobs", &format!("begin {payload} {}", job.attempt));
                linger();
                notes::add("jobs", &format!("end {payload}"));
            }
            "await" => {
                while !notes::read("jobs").lines().any(|line| line.starts_with(&*payload)) {
                    linger();
                }
                notes::add("jobs", &format!("met {payload}"));
            }
            name => {
                notes::add("jobs", &format!("attempt {}", job.attempt));
                let cause = format!("there is no job `{name}`");
                return Err(if name == "give-up" { Failure::ForGood(cause) } else { Failure::Again(cause) });
            }
        }
        Ok(())
    }
}

fn after(milliseconds: &str) -> Duration {
    Duration::from_millis(milliseconds.parse().expect("a number of milliseconds"))
}

#[expect(clippy::disallowed_methods, reason = "the instance has no other call meanwhile")]
fn linger() {
    std::thread::sleep(Duration::from_millis(500));
}

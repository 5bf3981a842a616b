//! Lets a bot of Rasa, or one that speaks like it, talk with users and in groups.
//!
//! What is meant for the bot becomes a job, which asks the bot and sends its answers: so nobody waits for a slow bot,
//! and one that fails is asked again. When a job must be tried again after the bot has answered, it goes on with the
//! answers that are not sent yet, which are in `kv`, instead of telling the bot the same twice.

mod answers;
mod choices;
mod rasa;
mod settings;
mod talk;

use std::time::Duration;

use talaria_sdk::job_run::{self, Failure, Job};
use talaria_sdk::{Config, Context, Description, HookSettings, Message, StartError, jobs, messages};

use crate::rasa::Rasa;
use crate::settings::Settings;
use crate::talk::Talk;

/// The one kind of job.
const ANSWER: &str = "answer";

/// What a job may take besides waiting for the bot.
const MARGIN: Duration = Duration::from_secs(15);

struct Chatbot {
    settings: Settings,
    rasa: Rasa,
}

#[talaria_sdk::plugin]
impl Chatbot {
    fn describe() -> Description {
        let deadline = Duration::from_millis(settings::MAX_TIMEOUT_MS.into()) + MARGIN;
        let run = HookSettings::new(job_run::HOOK).deadline(deadline);
        Description::with_schema(include_str!("../config.schema.json")).hook(run)
    }

    fn start(config: Config) -> Result<Self, StartError> {
        let settings: Settings = config.parse()?;
        settings.validate()?;
        let rasa = Rasa::new(&settings)?;
        Ok(Self { settings, rasa })
    }

    fn health(&self) -> Result<(), String> {
        account().map(drop)
    }

    fn message_persisted(&self, ctx: &Context, messages: &[Message]) -> Result<(), String> {
        if ctx.hop > 0 && !self.settings.answer_plugins {
            return Ok(());
        }
        let account = account()?;
        for message in messages {
            let Some(talk) = Talk::with(account, message, &self.settings.mention) else { continue };
            // An event may be told twice.
            let key = message.id.to_string();
            let left = jobs::enqueue_once(&key, Duration::ZERO, ANSWER, talk.to_json());
            left.map_err(|error| format!("a message cannot be kept for the bot: {error:?}"))?;
        }
        Ok(())
    }

    fn job_run(&self, _ctx: &Context, job: &Job) -> Result<(), Failure> {
        let Some(talk) = Talk::from_json(&job.payload).filter(|_| job.name == ANSWER) else {
            return Err(Failure::ForGood(format!("a job `{}` is not understood", job.name)));
        };
        let left = if job.attempt > 1 { answers::left(job.id)? } else { None };
        let answers = match left {
            Some(answers) => answers,
            None => self.rasa.ask(&talk)?,
        };
        Ok(answers::send(job.id, &talk, answers)?)
    }
}

fn account() -> Result<i64, String> {
    messages::account().ok_or_else(|| "the operator has named no account for the bot (plugins.accounts)".to_owned())
}

#[cfg(test)]
mod tests;

//! The bot's answers on their way to whom they are for.

use std::collections::VecDeque;
use std::time::Duration;

use talaria_sdk::messages::{self, Error};
use talaria_sdk::{kv, log};

use crate::choices;
use crate::rasa::Answer;
use crate::talk::Talk;

/// Longer than the server goes on trying.
const LASTS: Duration = Duration::from_secs(48 * 60 * 60);

/// Sends them one by one. What cannot be sent now is kept for the job's next attempt.
///
/// # Errors
///
/// When another attempt is needed.
pub(crate) fn send(job: i64, talk: &Talk, answers: Vec<Answer>) -> Result<(), String> {
    let mut left = VecDeque::from(answers);
    while let Some(answer) = left.front() {
        if let Err(error) = send_one(talk, answer) {
            let kept = serde_json::to_vec(&left).map_err(|error| error.to_string())?;
            kv::set_for(&key(job), kept, LASTS).map_err(|error| format!("the store: {error:?}"))?;
            return Err(error);
        }
        left.pop_front();
    }
    Ok(())
}

/// What an earlier attempt has left; `None` when the bot has not answered yet.
pub(crate) fn left(job: i64) -> Result<Option<Vec<Answer>>, String> {
    let kept = kv::get(&key(job)).map_err(|error| format!("the store: {error:?}"))?;
    Ok(kept.and_then(|kept| serde_json::from_slice(&kept).ok()))
}

fn send_one(talk: &Talk, answer: &Answer) -> Result<(), String> {
    if !answer.buttons.is_empty() {
        choices::offer(talk, &answer.buttons)?;
    }
    let Some(text) = choices::text(answer) else { return Ok(()) };
    match messages::send_text(talk.target(), text) {
        Ok(_) => {}
        Err(error @ (Error::TooMany | Error::Unavailable | Error::NoAccount | Error::NotNow)) => {
            return Err(format!("an answer cannot be sent now: {error:?}"));
        }
        Err(error @ (Error::Denied(_) | Error::Refused(_) | Error::HopLimit)) => {
            log::warn(format!("an answer of the bot to {} is refused: {error:?}", talk.conversation()));
        }
    }
    Ok(())
}

fn key(job: i64) -> String {
    format!("left/{job}")
}

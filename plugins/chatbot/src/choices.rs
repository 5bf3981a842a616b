//! Buttons, where there are none: they are numbered in the text, and who answers with the number or the title has
//! pressed one.

use std::fmt::Write as _;
use std::time::Duration;

use talaria_sdk::kv;

use crate::rasa::{Answer, Button};
use crate::talk::Talk;

/// After a day a number is a number again.
const LASTS: Duration = Duration::from_secs(24 * 60 * 60);

/// The text of an answer with its buttons below.
pub(crate) fn text(answer: &Answer) -> Option<String> {
    let mut text = answer.text.clone().unwrap_or_default();
    for (index, button) in answer.buttons.iter().enumerate() {
        if !text.is_empty() {
            text.push('\n');
        }
        let _ = write!(text, "{}. {}", index + 1, button.title);
    }
    (!text.is_empty()).then_some(text)
}

/// Keeps what may be chosen in the conversation.
pub(crate) fn offer(talk: &Talk, buttons: &[Button]) -> Result<(), String> {
    let buttons = serde_json::to_vec(buttons).map_err(|error| error.to_string())?;
    kv::set_for(&key(talk), buttons, LASTS).map_err(|error| format!("the store: {error:?}"))
}

/// What the bot is to be told in place of the text, if that chooses something.
pub(crate) fn chosen(talk: &Talk) -> Result<Option<String>, String> {
    let Some(kept) = kv::get(&key(talk)).map_err(|error| format!("the store: {error:?}"))? else { return Ok(None) };
    let buttons: Vec<Button> = serde_json::from_slice(&kept).unwrap_or_default();
    let number = talk.text.parse::<usize>().ok().and_then(|number| number.checked_sub(1));
    let by_number = number.and_then(|index| buttons.get(index));
    let by_title = || buttons.iter().find(|button| button.title.to_lowercase() == talk.text.to_lowercase());
    Ok(by_number.or_else(by_title).map(|button| button.payload.clone()))
}

fn key(talk: &Talk) -> String {
    format!("choices/{}", talk.conversation())
}

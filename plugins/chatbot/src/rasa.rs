//! Rasa's REST channel.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::json;
use talaria_sdk::http::{self, Request};
use talaria_sdk::{log, secrets};

use crate::choices;
use crate::settings::Settings;
use crate::talk::Talk;

pub(crate) struct Rasa {
    url: String,
    timeout: Duration,
    authorization: Option<String>,
}

/// One of the bot's answers. What else there may be in it is for other channels.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Answer {
    #[serde(default)]
    pub(crate) text: Option<String>,
    /// Its URL.
    #[serde(default)]
    pub(crate) image: Option<String>,
    #[serde(default)]
    pub(crate) buttons: Vec<Button>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Button {
    pub(crate) title: String,
    pub(crate) payload: String,
}

impl Rasa {
    /// # Errors
    ///
    /// When the operator has not given the secret that the configuration names.
    pub(crate) fn new(settings: &Settings) -> Result<Self, String> {
        let authorization = match &settings.token {
            None => None,
            Some(name) => {
                let missing = || format!("token: the operator has given no secret {name:?} (plugins.secrets.chatbot)");
                Some(format!("Bearer {}", secrets::get(name).ok_or_else(missing)?))
            }
        };
        Ok(Self {
            url: format!("{}/webhooks/rest/webhook", settings.url.trim_end_matches('/')),
            timeout: Duration::from_millis(settings.timeout_ms.into()),
            authorization,
        })
    }

    /// Tells the bot, and waits for what it says.
    ///
    /// # Errors
    ///
    /// When it may help to ask again. What the bot will never take is given up, and has no answers.
    pub(crate) fn ask(&self, talk: &Talk) -> Result<Vec<Answer>, String> {
        let message = choices::chosen(talk)?.unwrap_or_else(|| talk.text.clone());
        let body = json!({ "sender": talk.conversation(), "message": message });
        let mut request = Request::new("POST", &self.url)
            .header("content-type", "application/json")
            .body(body.to_string())
            .timeout(self.timeout);
        if let Some(authorization) = &self.authorization {
            request = request.header("authorization", authorization);
        }
        let response = http::send(&request).map_err(|error| format!("the bot: {error:?}"))?;
        match response.status {
            200..=299 => {}
            408 | 429 | 500.. => return Err(format!("the bot answers {}", response.status)),
            status => {
                log::error(format!("the bot answers {status}; a message to it is given up"));
                return Ok(Vec::new());
            }
        }
        let answers: Vec<Answer> = serde_json::from_slice(&response.body)
            .map_err(|error| format!("the bot's answer is not understood: {error}"))?;
        Ok(answers.into_iter().flat_map(Answer::parts).collect())
    }
}

impl Answer {
    /// A message each.
    fn parts(self) -> impl Iterator<Item = Self> {
        let image = self.image.map(|image| Self { text: Some(image), image: None, buttons: Vec::new() });
        let has_text = self.text.is_some() || !self.buttons.is_empty();
        let text = has_text.then_some(Self { text: self.text, image: None, buttons: self.buttons });
        text.into_iter().chain(image)
    }
}

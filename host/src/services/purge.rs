//! Deleting what has had its time. Called now and then by the application.

use super::Services;
use crate::{model::MessageId, store};

/// How many records one write deletes: few enough that messages hardly wait for it.
const BATCH: usize = 500;

/// How much was deleted.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Purged {
    /// Of all kinds.
    pub records: usize,
    pub messages: usize,
}

impl Services {
    /// Deletes what the settings say is too old, piece by piece, and answers how many records it was.
    pub async fn purge(&self, messages_below: Option<MessageId>) -> Result<Purged, store::Error> {
        let mut purged = Purged::default();
        loop {
            let batch = self.relationships.purge_friend_requests(BATCH).await? + self.enrolments.purge(BATCH).await?;
            let messages = match messages_below {
                Some(below) => self.messages.purge(below, BATCH).await?,
                None => 0,
            };
            purged.records += batch + messages;
            purged.messages += messages;
            if batch + messages == 0 {
                return Ok(purged);
            }
        }
    }
}

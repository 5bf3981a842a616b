//! Deleting a message at the operator's wish.

use super::{Error, Messages};
use crate::model::{MessageId, message::Message};

/// Messages that are deleted at once.
const MOST: usize = 1000;

impl Messages {
    /// Those of these messages that can be deleted, each once.
    pub async fn find_undeleted(&self, ids: &[MessageId]) -> Result<Vec<Message>, Error> {
        if ids.len() > MOST {
            return Err(Error::TooMany { what: "messages", max: MOST });
        }
        Ok(self.store.find_messages(ids).await?)
    }

    /// Takes the content away for good, and the messages out of whatever shows them. Clients that have them already are
    /// not told, as the protocol knows no such news. Answers those that were there.
    pub async fn delete(&self, ids: &[MessageId]) -> Result<Vec<MessageId>, Error> {
        Ok(self.store.delete_messages(ids, self.clock.now()).await?)
    }
}

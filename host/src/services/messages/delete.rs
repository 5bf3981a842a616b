//! Deleting a message at the operator's wish.

use super::Messages;
use crate::{
    model::{MessageId, message::Message},
    store,
};

impl Messages {
    /// The message, when there is one that can be deleted.
    pub async fn find_undeleted(&self, id: MessageId) -> Result<Option<Message>, store::Error> {
        self.store.find_message(id).await
    }

    /// Takes the content away for good, and the message out of whatever shows it. Clients that have it already are not told, as the
    /// protocol knows no such news. False when it is gone by then.
    pub async fn delete(&self, id: MessageId) -> Result<bool, store::Error> {
        self.store.delete_message(id, self.clock.now()).await
    }
}

//! Deleting what has had its time. Called now and then by the application.

use super::Services;
use crate::store;

/// How many records one write deletes: few enough that messages hardly wait for it.
const BATCH: usize = 500;

impl Services {
    /// Deletes what the settings say is too old, piece by piece, and answers how many records it was.
    pub async fn purge(&self) -> Result<usize, store::Error> {
        let mut deleted = 0;
        loop {
            let batch = self.relationships.purge_friend_requests(BATCH).await?
                + self.enrolments.purge(BATCH).await?
                + self.messages.purge(BATCH).await?;
            deleted += batch;
            if batch == 0 {
                return Ok(deleted);
            }
        }
    }
}

//! The jobs of a plugin, as operators see them, and what they do about dead ones.

use super::{Error, Plugins};
use crate::model::job::{DeadJobs, JobPage, JobRecord};

impl Plugins {
    /// Some of its jobs, by their ids.
    pub async fn jobs(&self, page: JobPage) -> Result<Vec<JobRecord>, Error> {
        self.check_installed(&page.plugin).await?;
        Ok(self.store.list_jobs(page).await?)
    }

    /// Has dead jobs run again, as if they had never been tried. Answers how many.
    pub async fn retry_jobs(&self, name: &str, which: DeadJobs) -> Result<usize, Error> {
        self.check_installed(name).await?;
        let count = self.store.revive_jobs(name, which, self.clock.now()).await?;
        self.counted(name, which, count).await
    }

    /// Deletes dead jobs. Answers how many.
    pub async fn discard_jobs(&self, name: &str, which: DeadJobs) -> Result<usize, Error> {
        self.check_installed(name).await?;
        let count = self.store.discard_jobs(name, which).await?;
        self.counted(name, which, count).await
    }

    /// Who names a job wants that one to be there; the numbers that are shown follow at once.
    async fn counted(&self, name: &str, which: DeadJobs, count: usize) -> Result<usize, Error> {
        if let (DeadJobs::One(job), 0) = (which, count) {
            return Err(Error::NoDeadJob { plugin: name.to_owned(), job });
        }
        self.hooks.show_jobs().await?;
        Ok(count)
    }
}

//! Telling those who wrote that their commit is on the disk.

use tokio::{runtime::Handle, sync::mpsc, task::JoinHandle};

use super::writer::Job;

/// Answers the callers of a commit from a task of the runtime in which the store was opened. The writer's thread stands
/// outside: each caller that it woke itself would cost a system call, and a switch to the runtime's thread and back.
pub(super) struct Answers {
    /// `None` when there is no runtime. Needs no bound: each write has a caller who waits for it.
    batches: Option<mpsc::UnboundedSender<Batch>>,
}

/// The writes of one commit.
struct Batch {
    jobs: Vec<Job>,
    /// Why the commit failed.
    lost: Option<String>,
}

impl Answers {
    /// The task, if there is one, ends when this is dropped and all are answered.
    pub(super) fn start() -> (Self, Option<JoinHandle<()>>) {
        let Ok(runtime) = Handle::try_current() else { return (Self { batches: None }, None) };
        let (batches, mut queue) = mpsc::unbounded_channel::<Batch>();
        let task = runtime.spawn(async move {
            while let Some(batch) = queue.recv().await {
                batch.answer();
            }
        });
        (Self { batches: Some(batches) }, Some(task))
    }

    /// Answers all jobs of a commit, in their order.
    pub(super) fn give(&self, jobs: impl ExactSizeIterator<Item = Job>, lost: Option<String>) {
        let is_single = jobs.len() == 1;
        let batch = Batch { jobs: jobs.collect(), lost };
        let Some(batches) = self.batches.as_ref().filter(|_| !is_single) else { return batch.answer() };
        // The runtime is gone, and most of the callers with it.
        if let Err(mpsc::error::SendError(batch)) = batches.send(batch) {
            batch.answer();
        }
    }
}

impl Batch {
    fn answer(self) {
        for job in self.jobs {
            job.answer(self.lost.as_deref());
        }
    }
}

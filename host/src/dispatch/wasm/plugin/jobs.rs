//! Running the jobs of a plugin.

use super::Plugin;
use crate::{
    dispatch::wasm::{Fault, Hook, bindings::exports::talaria::plugin::job_run, call::Call, convert, fault::excerpt},
    model::{Context, job::Job},
};

/// How a job ended that the plugin did not fail at.
#[derive(Debug)]
pub(in crate::dispatch) enum JobEnd {
    Done,
    /// The plugin says that no other attempt helps, and why.
    GivenUp(String),
}

impl Plugin {
    /// `job.run`
    pub(in crate::dispatch) async fn job_run(&self, context: &Context, job: &Job) -> Result<JobEnd, Fault> {
        let mut call = Call::begin(self, Hook::JobRun, context).await?;
        let context = convert::context(context, self.runtime.services.node, call.limit());
        let job = job_run::Job { id: job.id, name: &job.name, payload: &job.payload, attempt: job.attempts };
        let result = call!(call, job_run.call_run(context, job));
        let result = result.map(|result| {
            result.map(|answer| match answer {
                Ok(()) => Ok(JobEnd::Done),
                Err(job_run::Failure::ForGood(cause)) => Ok(JobEnd::GivenUp(excerpt(&cause).to_owned())),
                Err(job_run::Failure::Again(cause)) => Err(cause),
            })
        });
        call.finish_fallible(result)
    }
}

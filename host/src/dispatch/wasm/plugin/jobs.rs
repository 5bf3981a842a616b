//! Running the jobs of a plugin.

use super::Plugin;
use crate::{
    dispatch::wasm::{Fault, Hook, bindings::exports::talaria::plugin::job_run, call::Call, convert},
    model::{Context, job::Job},
};

impl Plugin {
    /// `job.run`
    pub(in crate::dispatch) async fn job_run(&self, context: &Context, job: &Job) -> Result<(), Fault> {
        let mut call = Call::begin(self, Hook::JobRun, context).await?;
        let context = convert::context(context, self.runtime.services.node, call.limit());
        let job = job_run::Job { id: job.id, name: &job.name, payload: &job.payload, attempt: job.attempts };
        let result = call!(call, job_run.call_run(context, job));
        call.finish_fallible(result)
    }
}

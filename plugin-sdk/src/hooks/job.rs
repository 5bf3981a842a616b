//! The hooks of the domain `job`.
//!
//! Generated from `proto/plugin/*.wit` by `plugin-sdk/tests/generated/`; do not edit.

use crate::bindings::hook;

hook! {
    /// Task: a job of the plugin's own is due.
    ///
    /// The hook `job.run`, handled by this method:
    ///
    /// ```text
    /// fn job_run(&self, ctx: Context, job: Job) -> Result<(), Failure>
    /// ```
    mod job_run = "job.run" {
        world: "job-run-hook",
        export: "export_job_run",
        bindings: "talaria_sdk::job_run::bindings",
        types: [Failure, Job],
        denying: [],
    }
}

//! Tells users who are offline of messages, on the devices that they have registered: by APNs, FCM, or a gateway of the
//! operator's own.
//!
//! The observer only looks who has a device and leaves jobs, so that no gateway, however slow, holds up what is told
//! next; the jobs send. What they do not get rid of becomes jobs again, for those devices alone that were not told yet.

mod clock;
mod content;
mod delivery;
mod devices;
mod errand;
mod gateways;
mod gone;
mod observed;
mod routes;
mod settings;
mod store;

use std::time::{Duration, Instant};

use talaria_sdk::http_handle::{self, Request, Response};
use talaria_sdk::job_run::{self, Failure, Job};
use talaria_sdk::message_deleted::DeletedMessage;
use talaria_sdk::message_recalled::RecalledMessage;
use talaria_sdk::push_send::{Outcome, Push};
use talaria_sdk::user_deleted::DeletedUser;
use talaria_sdk::{Access, Config, Context, Description, HookSettings, StartError};

use crate::errand::{Errand, SEND};
use crate::gateways::Gateways;
use crate::settings::Settings;

/// Of a job: room for some requests that time out.
const JOB: Duration = Duration::from_secs(90);
/// Of a request to a route: the operator's count goes through all devices.
const ROUTE: Duration = Duration::from_secs(10);

struct Plugin {
    settings: Settings,
    gateways: Gateways,
}

#[talaria_sdk::plugin]
impl Plugin {
    fn describe() -> Description {
        Description::with_schema(include_str!("../config.schema.json"))
            .hook(HookSettings::new(job_run::HOOK).deadline(JOB))
            .hook(HookSettings::new(http_handle::HOOK).deadline(ROUTE))
            .route(routes::TOKENS, Access::User)
    }

    fn start(config: Config) -> Result<Self, StartError> {
        let mut settings: Settings = config.parse()?;
        settings.validate()?;
        let gateways = Gateways::new(&mut settings)?;
        Ok(Self { settings, gateways })
    }

    fn health(&self) -> Result<(), String> {
        self.gateways.check()
    }

    fn push_send(&self, ctx: &Context, pushes: &[Push]) -> Result<Vec<Outcome>, String> {
        // The other half is for what is left to be done then.
        let until = Instant::now() + Duration::from_millis(ctx.deadline_ms.into()) / 2;
        observed::leave(&self.settings, pushes, until)
    }

    fn job_run(&mut self, ctx: &Context, job: &Job) -> Result<(), Failure> {
        let until = Instant::now() + Duration::from_millis(ctx.deadline_ms.into());
        let Some(errand) = Errand::from_json(&job.payload).filter(|_| job.name == SEND) else {
            return Err(Failure::ForGood(format!("a job `{}` is not understood", job.name)));
        };
        delivery::run(&self.settings, &mut self.gateways, job.id, errand, until)
    }

    fn message_recalled(&self, _ctx: &Context, messages: &[RecalledMessage]) -> Result<(), String> {
        gone::note(messages.iter().map(|message| message.id), self.settings.ttl()).map_err(store::failed)
    }

    fn message_deleted(&self, _ctx: &Context, messages: &[DeletedMessage]) -> Result<(), String> {
        gone::note(messages.iter().map(|message| message.id), self.settings.ttl()).map_err(store::failed)
    }

    fn http_handle(&self, ctx: &Context, request: &Request) -> Response {
        routes::answer(ctx.actor, request, self.settings.bounds(), &self.gateways)
    }

    fn user_deleted(&self, _ctx: &Context, users: &[DeletedUser]) -> Result<(), String> {
        for user in users {
            devices::remove_all(user.user_id).map_err(store::failed)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;

//! Asks a service of the operator's over HTTP whether a user may log in.
//!
//! Nobody comes in unless the service says so: what is no clear yes, an error, silence or nonsense, is a no. What a
//! session may ask for is said in the same answer; the server asks for that in a second call, which may meet another
//! instance, so it is left in `kv` for the moment in between.

mod accepted;
mod answer;
mod service;
mod settings;

use std::time::{Duration, Instant};

use talaria_sdk::auth_authenticate::{self, Credentials};
use talaria_sdk::auth_authorize::{self, Login};
use talaria_sdk::{Config, Context, Description, HookSettings, StartError, log, metrics};

use crate::accepted::Accepted;
use crate::answer::{Answer, Decision};
use crate::service::Service;
use crate::settings::Settings;

/// The protocol's status code for credentials that are not those of the user,
const WRONG_CREDENTIALS: u32 = 2011;
/// and for a server that cannot answer now.
const UNAVAILABLE: u32 = 1201;

/// What the call may take besides waiting for a request's turn and for its answer.
const MARGIN: Duration = Duration::from_millis(500);

struct AuthHttp {
    service: Service,
    accepted: Accepted,
}

#[talaria_sdk::plugin]
impl AuthHttp {
    fn describe() -> Description {
        let deadline = 2 * Duration::from_millis(settings::MAX_TIMEOUT_MS.into()) + MARGIN;
        let authenticate = HookSettings::new(auth_authenticate::HOOK).deadline(deadline);
        Description::with_schema(include_str!("../config.schema.json")).hook(authenticate)
    }

    fn start(config: Config) -> Result<Self, StartError> {
        let settings: Settings = config.parse()?;
        settings.validate()?;
        let accepted = Accepted::new(Duration::from_secs(settings.cache_seconds));
        Ok(Self { service: Service::new(settings)?, accepted })
    }

    fn auth_authenticate(&mut self, ctx: &Context, credentials: &Credentials) -> auth_authenticate::Outcome {
        let now = Instant::now();
        if let Some(answer) = self.accepted.find(credentials, now) {
            return carry_out(credentials, answer);
        }
        match self.service.ask(ctx, credentials) {
            Ok(answer) => {
                self.accepted.keep(credentials, &answer, now);
                carry_out(credentials, answer)
            }
            Err(error) => {
                log::error(format!("the service cannot be asked, so nobody logs in: {error}"));
                let _ = metrics::add("failures_total", &[], 1);
                unavailable()
            }
        }
    }

    fn auth_authorize(&self, _ctx: &Context, login: &Login) -> auth_authorize::Outcome {
        match accepted::take_only(login) {
            Some(only) => auth_authorize::Outcome::Only(only),
            None => auth_authorize::Outcome::BuiltIn,
        }
    }
}

/// What the answer means, after the call that follows was told what the session may ask for.
fn carry_out(credentials: &Credentials, answer: Answer) -> auth_authenticate::Outcome {
    if let Decision::Deny { code, reason } = answer.decision {
        let reason = reason.unwrap_or_else(|| "The user id or the password is wrong".to_owned());
        return auth_authenticate::Outcome::deny(code.unwrap_or(WRONG_CREDENTIALS), reason);
    }
    if let Err(error) = accepted::leave_only(credentials, answer.only.as_deref()) {
        // Otherwise the session could ask for everything.
        log::error(format!("what a session may ask for cannot be kept, so nobody logs in: {error}"));
        return unavailable();
    }
    if answer.decision == Decision::BuiltIn {
        auth_authenticate::Outcome::BuiltIn
    } else {
        auth_authenticate::Outcome::Accept
    }
}

fn unavailable() -> auth_authenticate::Outcome {
    auth_authenticate::Outcome::deny(UNAVAILABLE, "Logging in is not possible now; try again later")
}

#[cfg(test)]
mod tests;

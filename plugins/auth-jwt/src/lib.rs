//! Lets users log in with signed tokens (JWT, RFC 7519) in place of passwords.
//!
//! A client sends the token as its password. It is accepted when one of the configured keys signed it, when it is in
//! force (`exp` is asked for, `nbf` is observed), and when the claim that is configured names the user who logs in. A
//! key is used with the algorithms of its own type only, whatever a token says of itself; `none` is never accepted.

mod settings;
mod verifier;

use talaria_sdk::auth_authenticate::{Credentials, Outcome};
use talaria_sdk::{Config, Context, Description, StartError};

use crate::settings::Settings;
use crate::verifier::{Refusal, Verifier};

/// The protocol's status code for credentials that are not those of the user.
const WRONG_CREDENTIALS: u32 = 2011;

struct AuthJwt {
    verifier: Verifier,
    passwords: bool,
}

#[talaria_sdk::plugin]
impl AuthJwt {
    fn describe() -> Description {
        Description::with_schema(include_str!("../config.schema.json"))
    }

    fn start(config: Config) -> Result<Self, StartError> {
        let settings: Settings = config.parse()?;
        let passwords = settings.passwords;
        Ok(Self { verifier: Verifier::new(settings)?, passwords })
    }

    fn auth_authenticate(&self, _ctx: &Context, credentials: &Credentials) -> Outcome {
        let token = credentials.password.as_deref().unwrap_or_default();
        if self.passwords && !Verifier::is_token(token) {
            return Outcome::BuiltIn;
        }
        match self.verifier.user(token) {
            Ok(user) if user == credentials.user_id => Outcome::Accept,
            Ok(_) => Outcome::deny(WRONG_CREDENTIALS, "The token is another user's"),
            Err(Refusal::Expired) => Outcome::deny(WRONG_CREDENTIALS, "The token has expired"),
            Err(Refusal::Invalid) => Outcome::deny(WRONG_CREDENTIALS, "The token is not valid"),
        }
    }
}

#[cfg(test)]
mod tests;

//! Requests that plugins carry out.

use super::Bus;
use crate::{
    dispatch::{Error, Outcome},
    model::{
        Context, Reply,
        command::{CustomRequest, Provider},
    },
};

/// Bytes of what is asked for.
const CUSTOM_NAME: usize = 128;

impl Bus {
    pub(super) async fn provide(&self, context: &Context, id: i64, provider: Provider) -> Result<Reply, Error> {
        match self.hooks.request_handle(context, id).await {
            Outcome::Answer(Some(data)) => Ok(Reply::Provided(data)),
            Outcome::Answer(None) => Ok(Reply::Done),
            Outcome::Deny(denial) => Err(Error::Denied(denial)),
            Outcome::Pass => Err(Error::NotProvided(provider)),
        }
    }

    pub(super) async fn answer_custom(
        &self,
        context: &Context,
        id: i64,
        request: &CustomRequest,
    ) -> Result<Reply, Error> {
        if !(1..=CUSTOM_NAME).contains(&request.name.len()) {
            return Err(Error::Senseless("the name of a custom request has 1 to 128 bytes"));
        }
        match self.hooks.request_custom(context, id, request).await {
            Outcome::Answer(answer) => Ok(Reply::Custom(answer)),
            Outcome::Deny(denial) => Err(Error::Denied(denial)),
            Outcome::Pass => Err(Error::NotProvided(Provider::Custom)),
        }
    }
}

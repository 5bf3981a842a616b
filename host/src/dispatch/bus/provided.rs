//! Requests that plugins carry out.

use super::Bus;
use crate::{
    dispatch::{Error, Provision},
    model::{
        Context, Reply,
        command::{Ask, Provided},
    },
};

impl Bus {
    pub(super) async fn provide(&self, context: &Context, id: i64, command: Provided) -> Result<Reply, Error> {
        match command.ask {
            Ask::Something => {}
            Ask::Nothing => return Ok(Reply::Done),
            Ask::Wrong(cause) => return Err(Error::Senseless(cause)),
        }
        match self.hooks.request_handle(context, id).await {
            Provision::Answer(Some(data)) => Ok(Reply::Provided(data)),
            Provision::Answer(None) => Ok(Reply::Done),
            Provision::Deny(denial) => Err(Error::Denied(denial)),
            Provision::Pass => Err(Error::NotProvided(command.provider)),
        }
    }
}

//! The server as a whole: what the administrator asks of it, and how it starts and stops.

use super::Bus;
use crate::{
    dispatch::{Error, Verdict, wasm::Hook},
    model::{
        Context,
        happened::{AdminAction, Happened, Server},
    },
};

impl Bus {
    /// Whether a change that the administrator asks for, by method and path, may be carried out.
    pub async fn judge_action(&self, context: &Context, name: &str) -> Result<(), Error> {
        passed(self.hooks.admin_before_action(context, name).await)
    }

    /// The administrator asked for a change, and was answered with an HTTP status.
    pub fn action_done(&self, name: &str, status: u16) {
        let action = || AdminAction { name: name.to_owned(), status };
        self.hooks.happened(Hook::AdminAction, || Happened::AdminActed(action()));
    }

    /// The plugins are loaded; clients are not served yet.
    pub fn starting(&self, node: u16) {
        self.hooks.happened(Hook::ServerStarting, || Happened::ServerStarting(server(node)));
    }

    /// Clients are served.
    pub fn ready(&self, node: u16) {
        self.hooks.happened(Hook::ServerReady, || Happened::ServerReady(server(node)));
    }

    /// Clients are about to be told to leave.
    pub fn stopping(&self, node: u16) {
        self.hooks.happened(Hook::ServerStopping, || Happened::ServerStopping(server(node)));
    }
}

fn server(node: u16) -> Server {
    Server { node, version: env!("CARGO_PKG_VERSION").to_owned() }
}

/// What cannot be made to look done is refused.
fn passed(verdict: Verdict) -> Result<(), Error> {
    match verdict {
        Verdict::Continue => Ok(()),
        Verdict::Deny(denial) => Err(Error::Denied(denial)),
        Verdict::Drop => Err(Error::Invalid("a plugin dropped what cannot be dropped")),
    }
}

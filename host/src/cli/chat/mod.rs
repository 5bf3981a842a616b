//! `talaria chat`: a client for the terminal, to try a server with. What is typed is sent; what comes is printed.

mod conversation;
mod files;
mod print;
mod status;
#[cfg(test)]
mod testing;

use std::{io::ErrorKind, time::Duration};

use anyhow::{Context as _, Result, anyhow, bail};
use clap::ValueEnum;
use talaria_client::{Client, Closed, Error, Options, Target, proto::DeviceType};
use tokio::{
    signal::unix::{SignalKind, signal},
    time,
};

use super::runtime;

/// A listener of the other kind may wait for more instead of answering.
const LOGIN_PATIENCE: Duration = Duration::from_secs(10);

/// Where a server listens unless it is told otherwise.
pub(super) const URL: &str = "ws://127.0.0.1:10510";

#[derive(clap::Args, Debug)]
pub(super) struct Args {
    /// Whom to log in as
    #[arg(long, value_name = "ID")]
    user: i64,
    /// The password; the users of a development server have 123
    #[arg(long, default_value = "123")]
    password: String,
    #[command(flatten)]
    to: To,
    /// Address of the server, ws://HOST:PORT or tcp://HOST:PORT, and with TLS wss://HOST:PORT or tcps://HOST:PORT
    #[arg(long, default_value = URL)]
    url: String,
    /// A user has one session on each kind of device; a second one ends the first
    #[arg(long, value_enum, default_value_t = Device::Desktop)]
    device: Device,
}

#[derive(clap::Args, Debug)]
#[group(required = true, multiple = false)]
struct To {
    /// The user to write to
    #[arg(long, value_name = "ID")]
    to: Option<i64>,
    /// The group to write to
    #[arg(long, value_name = "ID")]
    group: Option<i64>,
}

#[derive(ValueEnum, Clone, Copy, Debug)]
enum Device {
    Desktop,
    Browser,
    Ios,
    Android,
    Others,
}

impl Device {
    const fn on_the_wire(self) -> DeviceType {
        match self {
            Self::Desktop => DeviceType::Desktop,
            Self::Browser => DeviceType::Browser,
            Self::Ios => DeviceType::Ios,
            Self::Android => DeviceType::Android,
            Self::Others => DeviceType::Others,
        }
    }
}

impl To {
    fn target(&self) -> Target {
        match (self.to, self.group) {
            (_, Some(group)) => Target::Group(group),
            (user, None) => Target::User(user.unwrap_or_default()),
        }
    }
}

pub(super) fn run(args: &Args) -> Result<()> {
    runtime::block_on(async {
        let connected = Client::connect(&args.url, Options::default()).await;
        let (client, events) = connected.map_err(|error| unconnected(&args.url, error))?;
        let login = client.login(args.user, &args.password, args.device.on_the_wire());
        match time::timeout(LOGIN_PATIENCE, login).await.unwrap_or(Err(Error::Timeout)) {
            Ok(_) => {}
            Err(Error::Refused { code, reason }) => {
                return Err(anyhow!("the login was refused: {} (code {code})", reason.unwrap_or_default()));
            }
            Err(other) => return Err(unconnected(&args.url, other)),
        }
        tokio::select! {
            outcome = conversation::hold(client, events, args.user, args.to.target()) => outcome,
            // It is dropped then, and what has come of files goes with it.
            stopped = interrupted() => stopped,
        }
    })
}

/// Fails when the process is asked to end.
async fn interrupted() -> Result<()> {
    let listen = |kind| signal(kind).context("cannot listen for signals");
    let (mut interrupt, mut terminate) = (listen(SignalKind::interrupt())?, listen(SignalKind::terminate())?);
    tokio::select! {
        _ = interrupt.recv() => bail!("interrupted"),
        _ = terminate.recv() => bail!("terminated"),
    }
}

/// Why nobody is logged in, and what to do.
fn unconnected(url: &str, error: Error) -> anyhow::Error {
    let (scheme, _) = url.split_once("://").unwrap_or_default();
    let is_secure = matches!(scheme, "wss" | "tcps");
    match error {
        Error::Io(cause) if cause.kind() == ErrorKind::ConnectionRefused => {
            anyhow!("no server answers at {url}; start one with `talaria serve --dev`, or name it with --url")
        }
        Error::Address { .. } => anyhow::Error::new(error),
        Error::Io(cause) if is_secure && cause.kind() == ErrorKind::InvalidData => {
            anyhow::Error::new(cause).context(format!(
                "no TLS with {url}; SSL_CERT_FILE names a file of other certificates to trust, and without TLS the address \
                 begins with ws:// or tcp://"
            ))
        }
        Error::Io(cause) if !matches!(cause.kind(), ErrorKind::ConnectionReset | ErrorKind::UnexpectedEof) => {
            anyhow::Error::new(cause).context(format!("cannot reach {url}"))
        }
        Error::Closed(Closed::ByServer { .. }) | Error::Refused { .. } | Error::NoData => {
            anyhow::Error::new(error).context("the login failed")
        }
        Error::Io(_)
        | Error::WebSocket(_)
        | Error::Malformed(_)
        | Error::Decode(_)
        | Error::Timeout
        | Error::Closed(_) => {
            let other = match scheme {
                "ws" => "TCP port, try tcp://HOST:11510",
                "wss" => "TCP port, try tcps://HOST:11510",
                "tcps" => "WebSocket port, try wss://HOST:10510",
                _ => "WebSocket port, try ws://HOST:10510",
            };
            let secure = if is_secure { "" } else { ", and if it has TLS, wss:// or tcps://" };
            anyhow::Error::new(error).context(format!("cannot talk with {url}; if it is the {other}{secure}"))
        }
    }
}

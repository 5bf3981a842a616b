//! `talaria chat`: a client for the terminal, to try a server with. What is typed is sent; what comes is printed.

mod conversation;
mod print;
mod status;

use anyhow::{Context, Result, anyhow};
use clap::ValueEnum;
use talaria_client::{Client, Error, Events, Target, proto::DeviceType};

use super::runtime;

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
    /// Address of the server, ws://HOST:PORT or tcp://HOST:PORT
    #[arg(long, default_value = "ws://127.0.0.1:10510")]
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
        let (client, events) = connect(&args.url).await?;
        match client.login(args.user, &args.password, args.device.on_the_wire()).await {
            Ok(_) => {}
            Err(Error::Refused { code, reason }) => {
                return Err(anyhow!("the login was refused: {} (code {code})", reason.unwrap_or_default()));
            }
            Err(other) => return Err(other).context("the login failed"),
        }
        conversation::hold(client, events, args.user, args.to.target()).await
    })
}

async fn connect(url: &str) -> Result<(Client, Events)> {
    let connected = match url.split_once("://") {
        Some(("ws", _)) => Client::connect_ws(url).await,
        Some(("tcp", address)) => Client::connect_tcp(address.trim_end_matches('/')).await,
        _ => return Err(anyhow!("`{url}` is no address of a server; it is ws://HOST:PORT or tcp://HOST:PORT")),
    };
    connected.with_context(|| format!("cannot connect to {url}; is the server running?"))
}

//! Many users who are logged in, each with a connection.

use std::{
    net::{IpAddr, Ipv4Addr, SocketAddr},
    ops::Range,
    time::{Duration, Instant},
};

use anyhow::Context as _;
use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use talaria_client::{
    Connection, Frame, Reader, Writer,
    proto::{CreateSessionRequest, DeviceType, TurmsNotification, TurmsRequest, turms_request::Kind},
};
use tokio::net::{TcpSocket, TcpStream, lookup_host};

use crate::{
    machine::limits,
    server::{NewUser, Server, Transport},
};

/// Users are numbered from here on; servers for development know some small numbers already.
const FIRST_USER: i64 = 1_000_000;
pub(crate) const PASSWORD: &str = "talaria-bench";
/// Logins under way at a time.
const CONCURRENT: usize = 32;
/// Connections from one source address; the kernel has some 28,000 ports.
const PORTS: usize = 20_000;
const LOGIN_TIMEOUT: Duration = Duration::from_secs(60);

/// One user's connection, logged in.
pub(crate) struct Online {
    pub(crate) writer: Writer,
    pub(crate) reader: Reader,
    /// The server's clock when it logged in, in Unix milliseconds.
    pub(crate) since: i64,
}

/// The id of the user with this index.
pub(crate) fn user(index: usize) -> i64 {
    FIRST_USER + index as i64
}

/// Makes `count` users through the admin API, unless they exist.
pub(crate) async fn create(server: &Server, count: usize) -> anyhow::Result<()> {
    let new = |index| NewUser { id: user(index), password: PASSWORD.to_owned(), name: format!("bench {index}") };
    let users: Vec<_> = (0..count).map(new).collect();
    server.admin.create_users(&users).await
}

/// Logs the users with these indices in. Answers them in their order, and how long it took.
pub(crate) async fn log_in(
    server: &Server,
    transport: Transport,
    users: Range<usize>,
) -> anyhow::Result<(Vec<Online>, Duration)> {
    limits::check(users.end, &server.pids)?;
    let start = Instant::now();
    let address = server.address(transport);
    let one = |index| async move {
        let login = log_in_one(address, transport, index);
        let result =
            tokio::time::timeout(LOGIN_TIMEOUT, login).await.unwrap_or_else(|_| Err(anyhow::anyhow!("no answer")));
        result.with_context(|| format!("user {} cannot log in", user(index)))
    };
    let fleet = stream::iter(users).map(one).buffered(CONCURRENT).try_collect().await?;
    Ok((fleet, start.elapsed()))
}

async fn log_in_one(address: &str, transport: Transport, index: usize) -> anyhow::Result<Online> {
    let stream = connect(address, index).await?;
    let connection = match transport {
        Transport::Ws => Connection::ws_over(stream, address).await?,
        Transport::Tcp => Connection::tcp_over(stream)?,
    };
    let (mut writer, mut reader) = connection.split();
    let login = CreateSessionRequest {
        version: 1,
        user_id: user(index),
        password: Some(PASSWORD.to_owned()),
        device_type: DeviceType::Desktop.into(),
        ..CreateSessionRequest::default()
    };
    writer.send(&request(1, Kind::CreateSessionRequest(login))).await?;
    let answer = answer(&mut reader, 1).await?;
    Ok(Online { writer, reader, since: answer.timestamp })
}

/// Reads on until the answer to a request comes; it must be a success.
async fn answer(reader: &mut Reader, request_id: i64) -> anyhow::Result<TurmsNotification> {
    loop {
        let Some(frame) = reader.next().await? else { anyhow::bail!("the server hung up") };
        let Frame::Notification(notification) = frame else { continue };
        if let Some(status) = notification.close_status {
            anyhow::bail!("the server closed the session with status {status}");
        }
        if notification.request_id == Some(request_id) && notification.relayed_request.is_none() {
            let code = notification.code.unwrap_or_default();
            let reason = notification.reason.as_deref().unwrap_or_default();
            anyhow::ensure!((1000..1100).contains(&code), "code {code} {reason}");
            return Ok(*notification);
        }
    }
}

/// A request as it goes over the wire.
pub(crate) fn request(request_id: i64, kind: Kind) -> TurmsRequest {
    TurmsRequest { request_id: Some(request_id), custom_attributes: Vec::new(), kind: Some(kind) }
}

/// Connects; on the loopback from a source address of its own for each [`PORTS`] connections.
async fn connect(address: &str, index: usize) -> anyhow::Result<TcpStream> {
    let target = lookup_host(address).await?.next().with_context(|| format!("{address} leads nowhere"))?;
    let stream = match source(target, index) {
        Some(source) => {
            let socket = TcpSocket::new_v4()?;
            socket.bind(SocketAddr::new(source, 0))?;
            socket.connect(target).await
        }
        None => TcpStream::connect(target).await,
    };
    stream.with_context(|| format!("cannot connect to {address}"))
}

fn source(target: SocketAddr, index: usize) -> Option<IpAddr> {
    let number = u8::try_from(index / PORTS).ok()?;
    let alone = number == 0 || !target.is_ipv4() || !target.ip().is_loopback();
    (!alone).then(|| Ipv4Addr::new(127, 0, 1, number).into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sources_change_on_the_loopback_only() {
        let local = SocketAddr::from(([127, 0, 0, 1], 10510));
        assert_eq!(source(local, PORTS - 1), None);
        assert_eq!(source(local, PORTS), Some(Ipv4Addr::new(127, 0, 1, 1).into()));
        assert_eq!(source(SocketAddr::from(([10, 0, 0, 1], 10510)), PORTS), None);
    }
}

//! A bare connection that can say anything, well-formed or not. Its framing is its own, so that a mistake which the
//! server and the client library share is found.

use std::net::SocketAddr;

use bytes::{Buf as _, Bytes, BytesMut};
use prost::Message as _;
use talaria_client::proto::{DeviceType, TurmsNotification, TurmsRequest, turms_request::Kind};
use tokio::{
    io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _},
    net::TcpStream,
};

use super::{Transport, request, soon};

const HANDSHAKE: &str = "GET / HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
    Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n";
/// Of RFC 6455, for the key above.
const ACCEPT: &str = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=";
const MASK: [u8; 4] = [0x12, 0x34, 0x56, 0x78];

/// A WebSocket frame's opcode with the final bit.
pub(crate) const BINARY: u8 = 0x82;

/// A connection.
pub(crate) struct Guest {
    transport: Transport,
    stream: Box<dyn Bytestream>,
    received: BytesMut,
    next_id: i64,
}

/// What a connection may run over.
pub(crate) trait Bytestream: AsyncRead + AsyncWrite + Send + Unpin {}

impl<S: AsyncRead + AsyncWrite + Send + Unpin> Bytestream for S {}

/// What the server sends.
#[derive(Clone, PartialEq, Debug)]
pub(crate) enum Received {
    /// An empty payload.
    Heartbeat,
    Notification(Box<TurmsNotification>),
    /// Another frame of a WebSocket: its opcode and payload.
    Control(u8, Bytes),
    /// The end of the stream, orderly or not.
    End,
}

impl Guest {
    pub(crate) async fn connect(address: SocketAddr, transport: Transport) -> Self {
        let stream = soon("a connection", TcpStream::connect(address)).await.expect("the server takes connections");
        stream.set_nodelay(true).expect("the connection holds");
        Self::over(stream, transport).await
    }

    /// Goes on with what is connected already.
    pub(crate) async fn over(stream: impl Bytestream + 'static, transport: Transport) -> Self {
        let mut guest = Self { transport, stream: Box::new(stream), received: BytesMut::new(), next_id: 1 };
        if transport == Transport::Ws {
            guest.upgrade().await;
        }
        guest
    }

    /// Logs in and takes what is said about it.
    pub(crate) async fn log_in(&mut self, user: i64, device: DeviceType) {
        let code = self.request(Kind::CreateSessionRequest(request::login(user, device))).await.code;
        assert_eq!(code, Some(1000), "the login of user {user}");
    }

    /// Sends bytes as they are.
    pub(crate) async fn write(&mut self, bytes: &[u8]) {
        soon("room to write", self.stream.write_all(bytes)).await.expect("the connection holds");
    }

    /// Sends bytes as they are, unless the server has hung up.
    pub(crate) async fn try_write(&mut self, bytes: &[u8]) -> bool {
        soon("room to write", self.stream.write_all(bytes)).await.is_ok()
    }

    /// Sends a payload in one frame.
    pub(crate) async fn payload(&mut self, payload: &[u8]) {
        let frame = self.framed(payload);
        self.write(&frame).await;
    }

    /// A payload in one frame.
    pub(crate) fn framed(&self, payload: &[u8]) -> Vec<u8> {
        match self.transport {
            Transport::Tcp => {
                let mut frame = Vec::new();
                prost::encode_length_delimiter(payload.len(), &mut frame).expect("a vector grows");
                frame.extend_from_slice(payload);
                frame
            }
            Transport::Ws => ws_frame(BINARY, payload),
        }
    }

    /// Sends a request as it is.
    pub(crate) async fn send(&mut self, request: &TurmsRequest) {
        self.payload(&request.encode_to_vec()).await;
    }

    /// Sends a request with an id of its own and answers its response; what else comes is passed over.
    pub(crate) async fn request(&mut self, kind: Kind) -> TurmsNotification {
        let id = self.next_id;
        self.next_id += 1;
        self.send(&request::with_id(id, kind)).await;
        loop {
            let notification = self.notification().await;
            if notification.request_id == Some(id) && notification.relayed_request.is_none() {
                return notification;
            }
        }
    }

    /// Sends a payload and answers the code and id of the response.
    pub(crate) async fn code_of(&mut self, payload: &[u8]) -> (i32, i64) {
        self.payload(payload).await;
        let answer = self.notification().await;
        (answer.code.unwrap_or_default(), answer.request_id.unwrap_or_default())
    }

    /// The next thing, which must be a notification.
    pub(crate) async fn notification(&mut self) -> TurmsNotification {
        match self.next().await {
            Received::Notification(notification) => *notification,
            other => panic!("expected a notification, not {other:?}"),
        }
    }

    /// The next thing that the server sends.
    pub(crate) async fn next(&mut self) -> Received {
        soon("something from the server", self.receive()).await
    }

    /// The close status that the server tells next.
    pub(crate) async fn close_status(&mut self) -> (i32, Option<i32>) {
        let told = self.notification().await;
        assert_eq!((told.request_id, told.relayed_request), (None, None));
        (told.close_status.expect("a close status"), told.code)
    }

    /// The server hangs up without another notification.
    pub(crate) async fn ends(&mut self) {
        loop {
            match self.next().await {
                Received::End => return,
                Received::Control(..) => {}
                other => panic!("expected the end, not {other:?}"),
            }
        }
    }

    /// A heartbeat is answered.
    pub(crate) async fn is_alive(&mut self) {
        self.payload(&[]).await;
        loop {
            match self.next().await {
                Received::Heartbeat => return,
                Received::Notification(_) => {}
                other => panic!("expected the answer to a heartbeat, not {other:?}"),
            }
        }
    }

    async fn receive(&mut self) -> Received {
        loop {
            let taken = match self.transport {
                Transport::Tcp => take_tcp(&mut self.received).map(|payload| (BINARY, payload)),
                Transport::Ws => take_ws(&mut self.received),
            };
            match taken {
                Some((BINARY, payload)) if payload.is_empty() => return Received::Heartbeat,
                Some((BINARY, payload)) => {
                    let notification = TurmsNotification::decode(payload).expect("the server encodes well");
                    return Received::Notification(Box::new(notification));
                }
                Some((opcode, payload)) => return Received::Control(opcode, payload),
                None => match self.stream.read_buf(&mut self.received).await {
                    Ok(0) | Err(_) => return Received::End,
                    Ok(_) => {}
                },
            }
        }
    }

    async fn upgrade(&mut self) {
        self.write(HANDSHAKE.as_bytes()).await;
        let head = soon("the upgrade", async {
            loop {
                if let Some(end) = self.received.windows(4).position(|window| window == b"\r\n\r\n") {
                    return self.received.split_to(end + 4);
                }
                assert_ne!(self.stream.read_buf(&mut self.received).await.expect("the connection holds"), 0);
            }
        })
        .await;
        let head = String::from_utf8_lossy(&head).into_owned();
        assert!(head.starts_with("HTTP/1.1 101 ") && head.contains(ACCEPT), "{head}");
    }
}

/// A frame of a WebSocket's client; `first` is the opcode with its flags.
pub(crate) fn ws_frame(first: u8, payload: &[u8]) -> Vec<u8> {
    let mut frame = vec![first];
    match payload.len() {
        length @ 0..=125 => frame.push(0x80 | length as u8),
        length @ 126..=0xFFFF => {
            frame.push(0x80 | 126);
            frame.extend_from_slice(&(length as u16).to_be_bytes());
        }
        length => {
            frame.push(0x80 | 127);
            frame.extend_from_slice(&(length as u64).to_be_bytes());
        }
    }
    frame.extend_from_slice(&MASK);
    frame.extend(payload.iter().zip(MASK.iter().cycle()).map(|(byte, mask)| byte ^ mask));
    frame
}

fn take_tcp(received: &mut BytesMut) -> Option<Bytes> {
    let length = prost::decode_length_delimiter(&received[..]).ok()?;
    let header = prost::length_delimiter_len(length);
    if received.len() < header + length {
        return None;
    }
    received.advance(header);
    Some(received.split_to(length).freeze())
}

/// A server does not mask, and Talaria's does not fragment.
fn take_ws(received: &mut BytesMut) -> Option<(u8, Bytes)> {
    let (&first, &second) = (received.first()?, received.get(1)?);
    assert_eq!(second & 0x80, 0, "a server does not mask");
    let (header, length) = match second {
        126 => (4, usize::from(u16::from_be_bytes(received.get(2..4)?.try_into().ok()?))),
        127 => (10, usize::try_from(u64::from_be_bytes(received.get(2..10)?.try_into().ok()?)).ok()?),
        length => (2, usize::from(length)),
    };
    if received.len() < header + length {
        return None;
    }
    received.advance(header);
    Some((first, received.split_to(length).freeze()))
}

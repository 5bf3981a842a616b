//! A connection that moves frames and does nothing by itself.

use bytes::{Bytes, BytesMut};
use futures_util::{
    SinkExt, StreamExt,
    stream::{SplitSink, SplitStream},
};
use prost::Message as _;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{
        TcpStream,
        tcp::{OwnedReadHalf, OwnedWriteHalf},
    },
};
use tokio_websockets::{ClientBuilder, Limits, Message, WebSocketStream};

use crate::{
    Error, frame,
    proto::{TurmsNotification, TurmsRequest},
};

/// What is fed is written at once when so much has come together.
const WRITE_THRESHOLD: usize = 16 * 1024;

/// A connection to a server, before anything was said.
pub struct Connection {
    writer: Writer,
    reader: Reader,
}

/// The half that sends. Frames leave in the order in which they were fed.
pub struct Writer(WriteHalf);

/// The half that receives.
pub struct Reader(ReadHalf);

/// One frame from the server.
#[derive(Clone, PartialEq, Debug)]
pub enum Frame {
    /// The answer to all heartbeats sent so far.
    Heartbeat,
    /// An answer, news, or the end of the session.
    Notification(Box<TurmsNotification>),
}

enum WriteHalf {
    WebSocket(SplitSink<WebSocketStream<TcpStream>, Message>),
    Tcp { half: OwnedWriteHalf, buffer: BytesMut },
}

enum ReadHalf {
    WebSocket(SplitStream<WebSocketStream<TcpStream>>),
    Tcp { half: OwnedReadHalf, buffer: BytesMut },
}

impl Connection {
    /// Connects by WebSocket; `address` is `host:port` or a `ws://` URL.
    pub async fn ws(address: &str) -> Result<Self, Error> {
        let authority = address.strip_prefix("ws://").unwrap_or(address);
        let authority = authority.split_once('/').map_or(authority, |(authority, _)| authority);
        let stream = TcpStream::connect(authority).await?;
        Self::ws_over(stream, address).await
    }

    /// Connects by TCP; `address` is `host:port`.
    pub async fn tcp(address: &str) -> Result<Self, Error> {
        Self::tcp_over(TcpStream::connect(address).await?)
    }

    /// Upgrades a socket that is connected already, say from a chosen source address.
    pub async fn ws_over(stream: TcpStream, address: &str) -> Result<Self, Error> {
        stream.set_nodelay(true)?;
        let uri = if address.contains("://") { address.to_owned() } else { format!("ws://{address}/") };
        let builder = ClientBuilder::new()
            .uri(&uri)
            .map_err(|_| Error::Address(address.to_owned()))?
            .limits(Limits::default().max_payload_len(Some(frame::MAX_PAYLOAD)));
        let (socket, _) = builder.connect_on(stream).await?;
        let (sink, stream) = socket.split();
        Ok(Self { writer: Writer(WriteHalf::WebSocket(sink)), reader: Reader(ReadHalf::WebSocket(stream)) })
    }

    /// Takes a socket that is connected already.
    pub fn tcp_over(stream: TcpStream) -> Result<Self, Error> {
        stream.set_nodelay(true)?;
        let (read, write) = stream.into_split();
        Ok(Self {
            writer: Writer(WriteHalf::Tcp { half: write, buffer: BytesMut::new() }),
            reader: Reader(ReadHalf::Tcp { half: read, buffer: BytesMut::new() }),
        })
    }

    /// The two halves, for two tasks. A single task may use them in turn, as long as it does not wait for a write while
    /// the server waits for it to read.
    #[must_use]
    pub fn split(self) -> (Writer, Reader) {
        (self.writer, self.reader)
    }
}

impl Writer {
    /// Sends a request at once.
    pub async fn send(&mut self, request: &TurmsRequest) -> Result<(), Error> {
        self.feed(request).await?;
        self.flush().await
    }

    /// Puts a request into the buffer; [`Self::flush`] sends what is there in one go.
    pub async fn feed(&mut self, request: &TurmsRequest) -> Result<(), Error> {
        match &mut self.0 {
            WriteHalf::WebSocket(sink) => sink.feed(Message::binary(request.encode_to_vec())).await?,
            WriteHalf::Tcp { half, buffer } => {
                let length = request.encoded_len();
                buffer.reserve(length + 5);
                frame::put_length(length, buffer);
                request.encode_raw(buffer);
                flush_above(half, buffer, WRITE_THRESHOLD).await?;
            }
        }
        Ok(())
    }

    /// Puts a payload that is encoded already into the buffer. An empty one is a heartbeat.
    pub async fn feed_payload(&mut self, payload: Bytes) -> Result<(), Error> {
        match &mut self.0 {
            WriteHalf::WebSocket(sink) => sink.feed(Message::binary(payload)).await?,
            WriteHalf::Tcp { half, buffer } => {
                frame::put_length(payload.len(), buffer);
                buffer.extend_from_slice(&payload);
                flush_above(half, buffer, WRITE_THRESHOLD).await?;
            }
        }
        Ok(())
    }

    /// Sends a heartbeat at once.
    pub async fn heartbeat(&mut self) -> Result<(), Error> {
        self.feed_payload(Bytes::new()).await?;
        self.flush().await
    }

    /// Sends what was fed.
    pub async fn flush(&mut self) -> Result<(), Error> {
        match &mut self.0 {
            WriteHalf::WebSocket(sink) => sink.flush().await?,
            WriteHalf::Tcp { half, buffer } => flush_above(half, buffer, 0).await?,
        }
        Ok(())
    }

    /// Sends what was fed and says that nothing more will come.
    pub async fn close(mut self) -> Result<(), Error> {
        self.flush().await?;
        match &mut self.0 {
            WriteHalf::WebSocket(sink) => {
                sink.feed(Message::close(Some(tokio_websockets::CloseCode::NORMAL_CLOSURE), "")).await?;
                sink.flush().await?;
            }
            WriteHalf::Tcp { half, .. } => half.shutdown().await?,
        }
        Ok(())
    }
}

impl Reader {
    /// The next frame; `None` when the server has hung up. Nothing is lost when the future is dropped.
    pub async fn next(&mut self) -> Result<Option<Frame>, Error> {
        let Some(payload) = self.next_payload().await? else { return Ok(None) };
        if payload.is_empty() {
            return Ok(Some(Frame::Heartbeat));
        }
        Ok(Some(Frame::Notification(Box::new(TurmsNotification::decode(payload)?))))
    }

    /// The next frame as it came. An empty one answers a heartbeat. Nothing is lost when the future is dropped.
    pub async fn next_payload(&mut self) -> Result<Option<Bytes>, Error> {
        match &mut self.0 {
            ReadHalf::WebSocket(stream) => loop {
                match stream.next().await {
                    Some(Ok(message)) if message.is_binary() => return Ok(Some(message.into_payload().into())),
                    Some(Ok(message)) if message.is_text() => return Err(Error::Malformed("it is text")),
                    Some(Ok(_)) => {}
                    Some(Err(tokio_websockets::Error::Io(error))) => return Err(Error::Io(error)),
                    Some(Err(error)) => return Err(Error::WebSocket(error)),
                    None => return Ok(None),
                }
            },
            ReadHalf::Tcp { half, buffer } => loop {
                if let Some(payload) = frame::take(buffer)? {
                    return Ok(Some(payload));
                }
                buffer.reserve(4096);
                if half.read_buf(buffer).await? == 0 {
                    return if buffer.is_empty() { Ok(None) } else { Err(Error::Malformed("it ends early")) };
                }
            },
        }
    }
}

async fn flush_above(half: &mut OwnedWriteHalf, buffer: &mut BytesMut, threshold: usize) -> Result<(), Error> {
    if buffer.len() > threshold {
        half.write_all_buf(buffer).await?;
    }
    Ok(())
}

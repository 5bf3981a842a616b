//! A connection that moves frames and does nothing by itself.

use bytes::{Bytes, BytesMut};
use futures_util::{
    SinkExt, StreamExt,
    stream::{SplitSink, SplitStream},
};
use prost::Message as _;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};
use tokio_websockets::{ClientBuilder, Limits, Message, WebSocketStream};

#[cfg(feature = "tls")]
use crate::tls;
use crate::{
    Error,
    address::{self, Address, Transport},
    frame,
    proto::{TurmsNotification, TurmsRequest},
    stream::{self, Stream},
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
    WebSocket(SplitSink<WebSocketStream<Stream>, Message>),
    Tcp { half: stream::WriteHalf, buffer: BytesMut },
}

enum ReadHalf {
    WebSocket(SplitStream<WebSocketStream<Stream>>),
    Tcp { half: stream::ReadHalf, buffer: BytesMut },
}

impl Connection {
    /// Connects to a URL that begins with `ws://`, `wss://`, `tcp://` or `tcps://`. TLS needs the feature `tls` and
    /// trusts the certificates that the system does, or those that the variable `SSL_CERT_FILE` names.
    ///
    /// # Errors
    ///
    /// [`Error::Address`]; [`Error::Io`] when nobody answers there, or TLS fails; [`Error::WebSocket`] when the upgrade
    /// is refused.
    pub async fn open(url: &str) -> Result<Self, Error> {
        Self::to(&Address::of_url(url)?).await
    }

    /// Connects by WebSocket; `address` is `host:port`, or a URL that begins with `ws://` or `wss://`.
    ///
    /// # Errors
    ///
    /// As [`Connection::open`].
    pub async fn ws(address: &str) -> Result<Self, Error> {
        Self::to(&Address::of(address, Transport::WebSocket)?).await
    }

    /// Connects by TCP; `address` is `host:port`, or a URL that begins with `tcp://` or `tcps://`.
    ///
    /// # Errors
    ///
    /// [`Error::Address`]; [`Error::Io`] when nobody answers there, or TLS fails.
    pub async fn tcp(address: &str) -> Result<Self, Error> {
        Self::to(&Address::of(address, Transport::Tcp)?).await
    }

    /// Upgrades a socket that is connected already, say from a chosen source address. `address` as for
    /// [`Connection::ws`].
    ///
    /// # Errors
    ///
    /// As [`Connection::open`].
    pub async fn ws_over(stream: TcpStream, address: &str) -> Result<Self, Error> {
        Self::over(stream, &Address::of(address, Transport::WebSocket)?).await
    }

    /// Takes a socket that is connected already, and speaks no TLS over it.
    ///
    /// # Errors
    ///
    /// [`Error::Io`] when the socket is no good.
    pub fn tcp_over(stream: TcpStream) -> Result<Self, Error> {
        stream.set_nodelay(true)?;
        Ok(Self::by_tcp(Stream::Plain(stream)))
    }

    async fn to(address: &Address) -> Result<Self, Error> {
        Self::over(TcpStream::connect((address.host.as_str(), address.port)).await?, address).await
    }

    async fn over(stream: TcpStream, address: &Address) -> Result<Self, Error> {
        stream.set_nodelay(true)?;
        #[cfg(feature = "tls")]
        if address.is_secure {
            let connector = tls::system().await?;
            let stream = tls::connect(&connector, &address.host, stream).await?;
            return Self::begin(Stream::Tls(Box::new(stream)), address).await;
        }
        Self::begin(Stream::Plain(stream), address).await
    }

    /// Over a stream that is TLS where the address says so.
    pub(crate) async fn begin(stream: Stream, address: &Address) -> Result<Self, Error> {
        match address.transport {
            Transport::WebSocket => Self::by_websocket(stream, &address.url).await,
            Transport::Tcp => Ok(Self::by_tcp(stream)),
        }
    }

    async fn by_websocket(stream: Stream, url: &str) -> Result<Self, Error> {
        let builder = ClientBuilder::new()
            .uri(url)
            .map_err(|_| address::wrong(url, "it is no URL"))?
            .limits(Limits::default().max_payload_len(Some(frame::MAX_PAYLOAD)));
        let (socket, _) = builder.connect_on(stream).await?;
        let (sink, stream) = socket.split();
        Ok(Self { writer: Writer(WriteHalf::WebSocket(sink)), reader: Reader(ReadHalf::WebSocket(stream)) })
    }

    fn by_tcp(stream: Stream) -> Self {
        let (read, write) = stream.into_split();
        Self {
            writer: Writer(WriteHalf::Tcp { half: write, buffer: BytesMut::new() }),
            reader: Reader(ReadHalf::Tcp { half: read, buffer: BytesMut::new() }),
        }
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
    ///
    /// # Errors
    ///
    /// [`Error::Io`] or [`Error::WebSocket`] when the connection has ended; nothing can be sent any more. The same
    /// holds for all that sends.
    pub async fn send(&mut self, request: &TurmsRequest) -> Result<(), Error> {
        self.feed(request).await?;
        self.flush().await
    }

    /// Puts a request into the buffer; [`Self::flush`] sends what is there in one go.
    ///
    /// # Errors
    ///
    /// As [`Writer::send`].
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
    ///
    /// # Errors
    ///
    /// As [`Writer::send`].
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
    ///
    /// # Errors
    ///
    /// As [`Writer::send`].
    pub async fn heartbeat(&mut self) -> Result<(), Error> {
        self.feed_payload(Bytes::new()).await?;
        self.flush().await
    }

    /// Sends what was fed.
    ///
    /// # Errors
    ///
    /// As [`Writer::send`].
    pub async fn flush(&mut self) -> Result<(), Error> {
        match &mut self.0 {
            WriteHalf::WebSocket(sink) => sink.flush().await?,
            WriteHalf::Tcp { half, buffer } => flush_above(half, buffer, 0).await?,
        }
        Ok(())
    }

    /// Sends what was fed and says that nothing more will come.
    ///
    /// # Errors
    ///
    /// As [`Writer::send`].
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
    ///
    /// # Errors
    ///
    /// [`Error::Io`], [`Error::WebSocket`] or [`Error::Malformed`] when the connection has ended or cannot be read any
    /// further; [`Error::Decode`] when the frame is no notification, after which the next one can be read.
    pub async fn next(&mut self) -> Result<Option<Frame>, Error> {
        let Some(payload) = self.next_payload().await? else { return Ok(None) };
        if payload.is_empty() {
            return Ok(Some(Frame::Heartbeat));
        }
        Ok(Some(Frame::Notification(Box::new(TurmsNotification::decode(payload)?))))
    }

    /// The next frame as it came. An empty one answers a heartbeat. Nothing is lost when the future is dropped.
    ///
    /// # Errors
    ///
    /// As [`Reader::next`], but for what is inside of the frame.
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

async fn flush_above(half: &mut stream::WriteHalf, buffer: &mut BytesMut, threshold: usize) -> Result<(), Error> {
    if buffer.len() > threshold {
        half.write_all_buf(buffer).await?;
        // TLS may hold back what a socket would have sent.
        half.flush().await?;
    }
    Ok(())
}

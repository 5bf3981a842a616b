//! Frames as they go out: bytes that are ready for the socket, so that what many receive is made once.

use bytes::{BufMut, Bytes, BytesMut};
use prost::Message;

use super::input::Input;
use super::{tcp, ws};
use crate::model::session::Transport;

impl Transport {
    /// A payload in its frame.
    pub(crate) fn frame(self, message: &impl Message) -> Bytes {
        let length = message.encoded_len();
        let mut frame = BytesMut::with_capacity(length + ws::MAX_HEADER.max(tcp::MAX_HEADER));
        match self {
            Self::Tcp => tcp::put_header(length, &mut frame),
            Self::WebSocket => ws::put_header(length, &mut frame),
        }
        message.encode_raw(&mut frame);
        frame.freeze()
    }

    /// The answer to a heartbeat: an empty payload.
    pub(crate) const fn heartbeat(self) -> Bytes {
        match self {
            Self::Tcp => Bytes::from_static(&[0]),
            Self::WebSocket => ws::EMPTY,
        }
    }

    /// The decoder of what comes in.
    pub(crate) fn input(self) -> Input {
        match self {
            Self::Tcp => Input::tcp(),
            Self::WebSocket => Input::web_socket(),
        }
    }

    /// For logs and metrics.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Tcp => "tcp",
            Self::WebSocket => "websocket",
        }
    }
}

/// A message for many, encoded at most once for each transport.
pub(crate) struct Shared<M> {
    message: M,
    tcp: Option<Bytes>,
    web_socket: Option<Bytes>,
}

impl<M: Message> Shared<M> {
    pub(crate) const fn new(message: M) -> Self {
        Self { message, tcp: None, web_socket: None }
    }

    /// The frame for a connection; recipients share its memory.
    pub(crate) fn frame(&mut self, transport: Transport) -> Bytes {
        let frame = match transport {
            Transport::Tcp => &mut self.tcp,
            Transport::WebSocket => &mut self.web_socket,
        };
        frame.get_or_insert_with(|| transport.frame(&self.message)).clone()
    }
}

/// Writes an unsigned varint.
pub(super) fn put_varint(mut value: usize, buffer: &mut BytesMut) {
    while value >= 0x80 {
        buffer.put_u8((value & 0x7F) as u8 | 0x80);
        value >>= 7;
    }
    buffer.put_u8(value as u8);
}

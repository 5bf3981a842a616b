//! C1 and C3: bytes there and back.

use std::{
    io::{ErrorKind, Read, Write},
    net::{SocketAddr, TcpListener},
    time::{Duration, Instant},
};

use mio::{
    Events, Interest, Poll, Token,
    net::{TcpListener as EventListener, TcpStream},
};

use super::child::{Peer, Role};
use crate::{
    latency::{Times, micros},
    machine::cores::Cores,
};

/// Bytes of one message.
pub(super) const MESSAGE: usize = 128;
/// Connections with one exchange each under way, so that the server half is never without work.
const CONNECTIONS: usize = 64;
const WARM_UP: Duration = Duration::from_millis(200);
const ROUND_TRIPS: usize = 20_000;

/// C1: CPU of the server half for each message, in microseconds, when `batch` of them come and go together.
pub(super) fn cost(cores: &Cores, batch: usize, duration: Duration) -> anyhow::Result<f64> {
    let peer = Peer::start(Role::Echo, cores)?;
    let mut client = Client::connect(peer.address, batch)?;
    client.exchange(WARM_UP)?;
    let before = peer.usage()?;
    let exchanges = client.exchange(duration)?;
    let used = peer.usage()?.since(&before);
    Ok(micros(used) / (exchanges * batch) as f64)
}

/// C3: how long one message takes there and back, with both ends asleep meanwhile or never asleep.
pub(super) fn round_trips(cores: &Cores, busy: bool) -> anyhow::Result<Times> {
    let peer = Peer::start(if busy { Role::Spin } else { Role::Echo }, cores)?;
    let mut stream = std::net::TcpStream::connect(peer.address)?;
    stream.set_nodelay(true)?;
    stream.set_nonblocking(busy)?;
    let mut times = Times::new();
    let mut buffer = [0; MESSAGE];
    for _ in 0..ROUND_TRIPS {
        let start = Instant::now();
        stream.write_all(&[b'.'; MESSAGE])?;
        let mut received = 0;
        while received < MESSAGE {
            match stream.read(&mut buffer) {
                Ok(0) => anyhow::bail!("the server half of a floor has gone"),
                Ok(length) => received += length,
                Err(error) if error.kind() == ErrorKind::WouldBlock => {}
                Err(error) => return Err(error.into()),
            }
        }
        times.record(start.elapsed());
    }
    Ok(times)
}

/// The server half: one thread, one event loop, one read and one write for what has come.
pub(super) fn serve(listener: TcpListener, timeout: Option<Duration>) -> anyhow::Result<()> {
    listener.set_nonblocking(true)?;
    let mut listener = EventListener::from_std(listener);
    let mut poll = Poll::new()?;
    let mut events = Events::with_capacity(1024);
    let mut connections: Vec<Option<TcpStream>> = Vec::new();
    let mut buffer = vec![0; 64 * 1024];
    poll.registry().register(&mut listener, Token(0), Interest::READABLE)?;
    loop {
        poll.poll(&mut events, timeout)?;
        for event in &events {
            if event.token() == Token(0) {
                while let Ok((mut stream, _)) = listener.accept() {
                    stream.set_nodelay(true)?;
                    poll.registry().register(&mut stream, Token(connections.len() + 1), Interest::READABLE)?;
                    connections.push(Some(stream));
                }
            } else if let Some(slot) = connections.get_mut(event.token().0 - 1)
                && slot.as_mut().is_some_and(|stream| send_back(stream, &mut buffer).is_err())
            {
                *slot = None;
            }
        }
        if !connections.is_empty() && connections.iter().all(Option::is_none) {
            return Ok(());
        }
    }
}

fn send_back(stream: &mut TcpStream, buffer: &mut [u8]) -> std::io::Result<()> {
    loop {
        let length = match stream.read(buffer) {
            Ok(0) => return Err(ErrorKind::UnexpectedEof.into()),
            Ok(length) => length,
            Err(error) if error.kind() == ErrorKind::WouldBlock => return Ok(()),
            Err(error) => return Err(error),
        };
        // What the peer has under way always fits into the buffers of the socket.
        stream.write_all(&buffer[..length])?;
        // A short read has emptied the socket; asking once more would be a call for nothing.
        if length < buffer.len() {
            return Ok(());
        }
    }
}

/// The client half of C1.
struct Client {
    poll: Poll,
    connections: Vec<(TcpStream, usize)>,
    payload: Vec<u8>,
}

impl Client {
    fn connect(address: SocketAddr, batch: usize) -> anyhow::Result<Self> {
        let poll = Poll::new()?;
        let mut connections = Vec::new();
        for index in 0..CONNECTIONS {
            let stream = std::net::TcpStream::connect(address)?;
            stream.set_nodelay(true)?;
            stream.set_nonblocking(true)?;
            let mut stream = TcpStream::from_std(stream);
            poll.registry().register(&mut stream, Token(index), Interest::READABLE)?;
            connections.push((stream, 0));
        }
        Ok(Self { poll, connections, payload: vec![b'.'; MESSAGE * batch] })
    }

    /// Keeps one exchange under way on each connection; answers how many there were, all of them complete.
    fn exchange(&mut self, duration: Duration) -> anyhow::Result<usize> {
        let end = Instant::now() + duration;
        let mut events = Events::with_capacity(CONNECTIONS);
        let mut buffer = vec![0; self.payload.len()];
        let (mut started, mut complete) = (self.connections.len(), 0);
        for (stream, received) in &mut self.connections {
            *received = 0;
            stream.write_all(&self.payload)?;
        }
        while complete < started {
            self.poll.poll(&mut events, None)?;
            let more = Instant::now() < end;
            for event in &events {
                let (stream, received) = &mut self.connections[event.token().0];
                while let Some(length) = read_some(stream, &mut buffer)? {
                    *received += length;
                    if *received == self.payload.len() {
                        *received = 0;
                        complete += 1;
                        if more {
                            started += 1;
                            stream.write_all(&self.payload)?;
                        }
                        break;
                    }
                }
            }
        }
        Ok(complete)
    }
}

/// `None` when there is nothing to read at the moment.
fn read_some(stream: &mut TcpStream, buffer: &mut [u8]) -> anyhow::Result<Option<usize>> {
    match stream.read(buffer) {
        Ok(0) => anyhow::bail!("the server half of a floor has gone"),
        Ok(length) => Ok(Some(length)),
        Err(error) if error.kind() == ErrorKind::WouldBlock => Ok(None),
        Err(error) => Err(error.into()),
    }
}

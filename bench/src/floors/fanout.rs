//! C2: one write to each of many recipients.

use std::{
    io::{Read as _, Write as _},
    net::{TcpListener, TcpStream},
    time::{Duration, Instant},
};

use mio::{Events, Interest, Poll, Token};

use super::{
    child::{Peer, Role},
    echo::MESSAGE,
};
use crate::{latency::micros, machine::cores::Cores};

const RECIPIENTS: usize = 500;
const WARM_UP: Duration = Duration::from_millis(200);
/// No more connections come.
const READY: u8 = b'r';

/// CPU of the server half for each delivery, in microseconds, when `batch` of them leave in one write.
pub(super) fn cost(cores: &Cores, batch: u8, duration: Duration) -> anyhow::Result<f64> {
    let mut peer = Peer::start(Role::Fanout, cores)?;
    let mut recipients = Recipients::connect(peer.address)?;
    peer.tell(READY)?;
    peer.wait()?;
    let bytes = RECIPIENTS * MESSAGE * usize::from(batch);
    let mut rounds = |peer: &mut Peer, duration: Duration| -> anyhow::Result<usize> {
        let end = Instant::now() + duration;
        let mut rounds = 0;
        while Instant::now() < end {
            peer.tell(batch)?;
            recipients.receive(bytes)?;
            rounds += 1;
        }
        Ok(rounds)
    };
    rounds(&mut peer, WARM_UP)?;
    let before = peer.usage()?;
    let rounds = rounds(&mut peer, duration)?;
    let used = peer.usage()?.since(&before);
    Ok(micros(used) / (rounds * RECIPIENTS * usize::from(batch)) as f64)
}

/// The server half: a byte on standard input is how many messages each connection gets.
pub(super) fn serve(listener: &TcpListener) -> anyhow::Result<()> {
    let mut commands = std::io::stdin().lock();
    let mut connections = Vec::new();
    for _ in 0..RECIPIENTS {
        let (stream, _) = listener.accept()?;
        stream.set_nodelay(true)?;
        connections.push(stream);
    }
    let payload = vec![b'.'; MESSAGE * usize::from(u8::MAX)];
    let mut command = [0];
    while commands.read(&mut command)? == 1 {
        if command == [READY] {
            println!("ready");
            continue;
        }
        for connection in &mut connections {
            connection.write_all(&payload[..MESSAGE * usize::from(command[0])])?;
        }
    }
    Ok(())
}

struct Recipients {
    poll: Poll,
    connections: Vec<mio::net::TcpStream>,
}

impl Recipients {
    fn connect(address: std::net::SocketAddr) -> anyhow::Result<Self> {
        let poll = Poll::new()?;
        let mut connections = Vec::new();
        for index in 0..RECIPIENTS {
            let stream = TcpStream::connect(address)?;
            stream.set_nonblocking(true)?;
            let mut stream = mio::net::TcpStream::from_std(stream);
            poll.registry().register(&mut stream, Token(index), Interest::READABLE)?;
            connections.push(stream);
        }
        Ok(Self { poll, connections })
    }

    /// Reads until so many bytes have come to all together.
    fn receive(&mut self, mut missing: usize) -> anyhow::Result<()> {
        let mut events = Events::with_capacity(RECIPIENTS);
        let mut buffer = vec![0; MESSAGE * usize::from(u8::MAX)];
        while missing > 0 {
            self.poll.poll(&mut events, None)?;
            for event in &events {
                // Shorter than the buffer always, so there is nothing left and the next event will come.
                match self.connections[event.token().0].read(&mut buffer) {
                    Ok(0) => anyhow::bail!("the server half of a floor has gone"),
                    Ok(length) => missing = missing.saturating_sub(length),
                    Err(error) if error.kind() == std::io::ErrorKind::WouldBlock => {}
                    Err(error) => return Err(error.into()),
                }
            }
        }
        Ok(())
    }
}

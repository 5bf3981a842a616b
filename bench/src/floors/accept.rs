//! C5: a connection is made and accepted.

use std::{
    io::Read as _,
    net::{TcpListener, TcpStream},
};

use super::child::{Peer, Role};
use crate::{
    latency::micros,
    machine::{cores::Cores, cpu},
};

/// Connections of one round; both processes stay far below the usual 1,024 descriptors.
const CONNECTIONS: usize = 500;
const ROUNDS: usize = 8;
/// All connections of a round are there.
const READY: u8 = b'r';

/// CPU of both ends for each connection, in microseconds. Closing them does not count.
pub(super) fn cost(cores: &Cores) -> anyhow::Result<f64> {
    let mut peer = Peer::start(Role::Accept, cores)?;
    let mut used = std::time::Duration::ZERO;
    for _ in 0..ROUNDS {
        let (own, others) = (cpu::of_this_thread()?, peer.usage()?);
        let mut connections = Vec::with_capacity(CONNECTIONS);
        for _ in 0..CONNECTIONS {
            connections.push(TcpStream::connect(peer.address)?);
        }
        peer.wait()?;
        used += cpu::of_this_thread()? - own + peer.usage()?.since(&others);
        drop(connections);
        peer.tell(READY)?;
        peer.wait()?;
    }
    Ok(micros(used) / (CONNECTIONS * ROUNDS) as f64)
}

/// The server half: says a line when a round's connections are accepted, and another one when they are closed.
pub(super) fn serve(listener: &TcpListener) -> anyhow::Result<()> {
    let mut commands = std::io::stdin().lock();
    let mut command = [0];
    loop {
        let connections = (0..CONNECTIONS).map(|_| Ok(listener.accept()?.0)).collect::<anyhow::Result<Vec<_>>>()?;
        println!("accepted");
        if commands.read(&mut command)? == 0 {
            return Ok(());
        }
        drop(connections);
        println!("closed");
    }
}

//! The server halves of the floors: this program once more, as a process whose CPU time can be told from the outside.

use std::{
    io::{BufRead as _, BufReader, Write as _},
    net::{Ipv4Addr, SocketAddr, TcpListener},
    process::{Child, ChildStdin, Stdio},
    thread,
    time::Duration,
};

use anyhow::Context as _;

use super::{accept, echo, fanout};
use crate::machine::{cores::Cores, cpu::Usage};

/// What the process does.
#[derive(Clone, Copy, PartialEq, Eq, Debug, clap::ValueEnum)]
pub(crate) enum Role {
    /// Sends back what comes, from an event loop.
    Echo,
    /// The same without ever sleeping.
    Spin,
    /// Writes to every connection when told.
    Fanout,
    /// Accepts and keeps connections.
    Accept,
}

/// Becomes the server half. Ends when the parent closes what it holds.
pub(crate) fn run(role: Role) -> anyhow::Result<()> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
    println!("{}", listener.local_addr()?);
    match role {
        Role::Echo => echo::serve(listener, None),
        Role::Spin => echo::serve(listener, Some(Duration::ZERO)),
        Role::Fanout => fanout::serve(&listener),
        Role::Accept => accept::serve(&listener),
    }
}

/// The parent's side.
pub(super) struct Peer {
    child: Child,
    commands: ChildStdin,
    answers: BufReader<std::process::ChildStdout>,
    pub(super) address: SocketAddr,
}

impl Peer {
    pub(super) fn start(role: Role, cores: &Cores) -> anyhow::Result<Self> {
        let name = clap::ValueEnum::to_possible_value(&role).expect("no role is hidden");
        let mut command = cores.server(std::env::current_exe()?);
        command.args(["floor-server", name.get_name()]).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = command.spawn().context("cannot start the server half of a floor")?;
        let commands = child.stdin.take().expect("the input is piped");
        let mut answers = BufReader::new(child.stdout.take().expect("the output is piped"));
        let mut address = String::new();
        answers.read_line(&mut address)?;
        let address = address.trim().parse().context("the server half of a floor did not start")?;
        Ok(Self { child, commands, answers, address })
    }

    /// Sends a command of one byte.
    pub(super) fn tell(&mut self, command: u8) -> anyhow::Result<()> {
        self.commands.write_all(&[command]).context("the server half of a floor has gone")
    }

    /// Waits until a line comes.
    pub(super) fn wait(&mut self) -> anyhow::Result<()> {
        let mut line = String::new();
        let length = self.answers.read_line(&mut line).context("the server half of a floor has gone")?;
        anyhow::ensure!(length > 0, "the server half of a floor has gone");
        Ok(())
    }

    /// What the process has used, once it has come to rest.
    pub(super) fn usage(&self) -> anyhow::Result<Usage> {
        thread::park_timeout(Duration::from_millis(5));
        Ok(Usage::of(&[self.child.id()])?)
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

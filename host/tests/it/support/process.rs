//! The program as its users start it.

use std::{
    io::{BufRead as _, BufReader, Write as _},
    net::SocketAddr,
    path::Path,
    process::{Child, ChildStdin, Command, Output, Stdio},
    sync::mpsc::{Receiver, channel},
};

use super::PATIENCE;

const PROGRAM: &str = env!("CARGO_BIN_EXE_talaria");

/// A process that is killed when dropped.
pub(crate) struct Process {
    child: Child,
    lines: Receiver<String>,
    input: Option<ChildStdin>,
}

/// A development server in a process of its own.
pub(crate) struct Server {
    pub(crate) process: Process,
    pub(crate) ws: SocketAddr,
    pub(crate) tcp: SocketAddr,
    pub(crate) admin: SocketAddr,
    pub(crate) http: SocketAddr,
}

/// The arguments of a server on free ports.
pub(crate) fn serve(data: &Path) -> Vec<String> {
    let data = data.display().to_string();
    let free = "127.0.0.1:0";
    let listeners = ["--ws", free, "--tcp", free, "--admin", free, "--http", free];
    ["serve", "--dev", "--data", &data].into_iter().chain(listeners).map(str::to_owned).collect()
}

/// Runs the program to its end.
pub(crate) fn run(arguments: &[String]) -> Output {
    let mut command = Command::new(PROGRAM);
    command.args(arguments).stdin(Stdio::null());
    command.output().expect("the program can be run")
}

/// Runs a command that must fail, and answers its one line on standard error.
pub(crate) fn failure(arguments: &[String]) -> String {
    let output = run(arguments);
    let error = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(1), "{error}");
    assert_eq!(error.lines().count(), 1, "{error}");
    error
}

impl Process {
    /// Starts the program, or `wrapper` (a program and its arguments) with it, which must become the program's own
    /// process.
    pub(crate) fn start(wrapper: &[&str], arguments: &[String]) -> Self {
        let words: Vec<&str> =
            wrapper.iter().copied().chain([PROGRAM]).chain(arguments.iter().map(String::as_str)).collect();
        let mut command = Command::new(words[0]);
        command.args(&words[1..]).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut child = command.spawn().expect("the program can be started");
        let output = child.stdout.take().expect("its output is piped");
        let (sender, lines) = channel();
        // Ends with the process.
        std::thread::spawn(move || {
            for line in BufReader::new(output).lines().map_while(Result::ok) {
                if sender.send(line).is_err() {
                    return;
                }
            }
        });
        let input = child.stdin.take();
        Self { child, lines, input }
    }

    /// The next line of its output.
    pub(crate) fn line(&self) -> String {
        tokio::task::block_in_place(|| self.lines.recv_timeout(PATIENCE)).expect("another line of output")
    }

    /// Types a line.
    pub(crate) fn type_line(&mut self, line: &str) {
        let input = self.input.as_mut().expect("its input is open");
        writeln!(input, "{line}").and_then(|()| input.flush()).expect("it reads");
    }

    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    /// Ends it as a power failure would.
    pub(crate) fn kill(&mut self) {
        self.child.kill().expect("it can be killed");
        self.child.wait().expect("it ends");
    }

    /// Closes its input and waits for its end; whether it succeeded.
    pub(crate) fn finish(&mut self) -> bool {
        self.input = None;
        self.child.wait().expect("it ends").success()
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // It may have ended.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Server {
    pub(crate) fn start(data: &Path) -> Self {
        Self::start_with(&[], data)
    }

    /// As [`Self::start`], by a program that starts another.
    pub(crate) fn start_with(wrapper: &[&str], data: &Path) -> Self {
        let process = Process::start(wrapper, &serve(data));
        let (mut ws, mut tcp, mut admin, mut http) = (None, None, None, None);
        loop {
            let line = process.line();
            let address = |line: &str| line.rsplit(' ').next().and_then(|address| address.parse().ok());
            match line.as_str() {
                "ready" => break,
                line if line.starts_with("listening ws ") => ws = address(line),
                line if line.starts_with("listening tcp ") => tcp = address(line),
                line if line.starts_with("listening admin ") => admin = address(line),
                line if line.starts_with("listening http ") => http = address(line),
                _ => {}
            }
        }
        let listens = "it listens";
        let [ws, tcp, admin, http] = [ws, tcp, admin, http].map(|address| address.expect(listens));
        Self { process, ws, tcp, admin, http }
    }
}

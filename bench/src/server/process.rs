//! A server that is started here.

use std::{
    fs::{self, File},
    io::{BufRead as _, BufReader, Read},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::mpsc::{self, Receiver},
    thread,
    time::{Duration, Instant},
};

use anyhow::Context as _;

use crate::machine::cores::Cores;

/// How long the server may take until it is ready; the first time it compiles its plugins.
const START: Duration = Duration::from_secs(60);
/// How long it may take to end when asked.
const STOP: Duration = Duration::from_secs(20);
const ANY_PORT: &str = "127.0.0.1:0";
/// Settings of the server that are not its defaults, unless the environment has them: passwords are hashed as cheaply
/// as it goes, or a thousand logins would take minutes and what is measured would be a hash function.
const SETTINGS: [(&str, &str); 2] =
    [("TALARIA_USERS__PASSWORD_HASHING__MEMORY_KIB", "8"), ("TALARIA_USERS__PASSWORD_HASHING__ITERATIONS", "1")];

/// How to start it.
pub(super) struct Launch<'a> {
    pub(super) program: &'a Path,
    pub(super) cores: &'a Cores,
    pub(super) data: &'a Path,
    pub(super) plugins: Option<&'a Path>,
    /// Whether it takes and gives files.
    pub(super) files: bool,
    pub(super) arguments: &'a [String],
    /// Gets what the server writes to standard error.
    pub(super) log: &'a Path,
}

/// It runs until this is dropped.
pub(super) struct Process {
    child: Child,
    log: PathBuf,
    pub(super) ws: String,
    pub(super) tcp: String,
    pub(super) admin: String,
}

impl Process {
    /// Starts it and waits until it is ready.
    pub(super) fn launch(launch: &Launch<'_>) -> anyhow::Result<Self> {
        // Its own folder is where it looks for its settings, so that those of the user do not matter.
        fs::create_dir_all(launch.data)?;
        let program = fs::canonicalize(launch.program).with_context(|| format!("no {}", launch.program.display()))?;
        let mut command = launch.cores.server(&program);
        command.args(["serve", "--dev", "--ws", ANY_PORT, "--tcp", ANY_PORT, "--admin", ANY_PORT]);
        command.args(["--http", if launch.files { ANY_PORT } else { "off" }]);
        command.arg("--data").arg(fs::canonicalize(launch.data)?);
        if let Some(plugins) = launch.plugins {
            command.arg("--plugins").arg(fs::canonicalize(plugins)?);
        }
        let log = File::options().create(true).append(true).open(launch.log)?;
        command.args(launch.arguments).current_dir(launch.data);
        command.envs(SETTINGS.into_iter().filter(|(name, _)| std::env::var_os(name).is_none()));
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(log);
        let mut child = command.spawn().with_context(|| format!("cannot start {}", program.display()))?;
        let lines = lines_of(child.stdout.take().expect("the output is piped"));
        let mut process =
            Self { child, log: launch.log.to_owned(), ws: String::new(), tcp: String::new(), admin: String::new() };
        process.wait_until_ready(&lines)?;
        Ok(process)
    }

    pub(super) fn pid(&self) -> u32 {
        self.child.id()
    }

    fn wait_until_ready(&mut self, lines: &Receiver<String>) -> anyhow::Result<()> {
        let end = Instant::now() + START;
        loop {
            let left = end.saturating_duration_since(Instant::now());
            let Ok(line) = lines.recv_timeout(left) else {
                anyhow::bail!("the server did not start; it says:\n{}", self.last_words());
            };
            match line.split_ascii_whitespace().collect::<Vec<_>>()[..] {
                ["listening", "ws", address] => address.clone_into(&mut self.ws),
                ["listening", "tcp", address] => address.clone_into(&mut self.tcp),
                ["listening", "admin", address] => address.clone_into(&mut self.admin),
                ["ready"] => return Ok(()),
                _ => {}
            }
        }
    }

    /// Asks it to end and waits; a server that does not end is killed, and that is an error.
    pub(super) async fn stop(&mut self) -> anyhow::Result<()> {
        // The standard library only kills; asking politely takes the shell, which has the command built in.
        let asked = Command::new("sh").arg("-c").arg(format!("kill -TERM {}", self.child.id())).status();
        anyhow::ensure!(asked.is_ok_and(|status| status.success()), "cannot ask the server to end");
        let end = Instant::now() + STOP;
        while Instant::now() < end {
            if self.child.try_wait()?.is_some() {
                return Ok(());
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        self.kill()?;
        anyhow::bail!("the server did not end within {STOP:?} and was killed; it says:\n{}", self.last_words())
    }

    /// Ends it at once.
    pub(super) fn kill(&mut self) -> anyhow::Result<()> {
        self.child.kill()?;
        self.child.wait()?;
        Ok(())
    }

    fn last_words(&self) -> String {
        let log = fs::read_to_string(&self.log).unwrap_or_default();
        let lines: Vec<_> = log.lines().collect();
        lines[lines.len().saturating_sub(10)..].join("\n")
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The lines of a pipe, which is read to its end so that the writer never waits.
fn lines_of(pipe: impl Read + Send + 'static) -> Receiver<String> {
    let (sender, receiver) = mpsc::channel();
    thread::spawn(move || {
        for line in BufReader::new(pipe).lines().map_while(Result::ok) {
            let _ = sender.send(line);
        }
    });
    receiver
}

//! A real store that speaks S3: MinIO, in a process that is ended with the last test that uses it.

use std::{
    env,
    fs::File,
    net::TcpListener,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::{Arc, Mutex, PoisonError, Weak},
    time::{Duration, Instant},
};

use tempfile::TempDir;

pub(crate) const ACCESS_KEY: &str = "talaria";
pub(crate) const SECRET_KEY: &str = "not-a-secret-here";

/// Names the program. To the server a variable that begins so is a setting, and this one is none.
const VARIABLE: &str = "TALARIA_MINIO";
/// Signed by a user whom it does not know.
const STRANGER: &str = "X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=nobody%2F20260101%2Fus-east-1%2Fs3%2Faws4_request\
     &X-Amz-Date=20260101T000000Z&X-Amz-Expires=60&X-Amz-SignedHeaders=host&X-Amz-Signature=00";
const START: Duration = Duration::from_secs(30);

/// A process of it.
pub(crate) struct Minio {
    pub(crate) child: Child,
    pub(crate) port: u16,
    pub(crate) data: TempDir,
}

/// The one that tests of this program share. None when it is not installed, which is told.
pub(crate) fn shared() -> Option<Arc<Minio>> {
    static SHARED: Mutex<Weak<Minio>> = Mutex::new(Weak::new());
    let mut shared = SHARED.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(running) = shared.upgrade() {
        return Some(running);
    }
    let started = Arc::new(Minio::start()?);
    *shared = Arc::downgrade(&started);
    Some(started)
}

impl Minio {
    /// One of one's own.
    pub(crate) fn start() -> Option<Self> {
        let Some(program) = program() else {
            // Such a line is counted by `cargo xtask test`.
            println!("SKIPPED: there is no MinIO; `cargo xtask services` installs it, or set {VARIABLE}");
            return None;
        };
        let data = tempfile::tempdir().expect("there is a place for temporary files");
        // Somebody else may take the port first.
        for _ in 0..3 {
            let port = free_port();
            let mut child = run(&program, data.path(), port);
            if is_ready(&mut child, port) {
                return Some(Self { child, port, data });
            }
            end(&mut child);
        }
        let said = std::fs::read_to_string(data.path().join("log")).unwrap_or_default();
        panic!("{} does not start: {said}", program.display());
    }

    pub(crate) fn endpoint(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }
}

impl Drop for Minio {
    fn drop(&mut self) {
        if std::thread::panicking() {
            println!("MinIO said: {}", std::fs::read_to_string(self.data.path().join("log")).unwrap_or_default());
        }
        end(&mut self.child);
    }
}

/// From the variable, `cargo xtask services`, or the system.
pub(crate) fn program() -> Option<PathBuf> {
    if let Some(given) = env::var_os(VARIABLE) {
        return Some(given.into());
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let target = env::var_os("CARGO_TARGET_DIR").map_or_else(|| root.join("target"), |folder| root.join(folder));
    let folders: Vec<_> = env::var_os("PATH").map(|path| env::split_paths(&path).collect()).unwrap_or_default();
    let places = [target.join("services")].into_iter().chain(folders).map(|folder| folder.join("minio"));
    places.into_iter().find(|file| file.is_file())
}

pub(crate) fn run(program: &Path, data: &Path, port: u16) -> Child {
    let log = File::create(data.join("log")).expect("a file in a folder of one's own");
    let mut command = Command::new(program);
    command
        .args(["server", "--quiet", "--address", &format!("127.0.0.1:{port}"), "--console-address", "127.0.0.1:0"])
        .arg(data.join("objects"))
        .env("MINIO_ROOT_USER", ACCESS_KEY)
        .env("MINIO_ROOT_PASSWORD", SECRET_KEY)
        .env("MINIO_BROWSER", "off")
        .env("HOME", data)
        .stdin(Stdio::null())
        .stdout(log.try_clone().expect("a file"))
        .stderr(log);
    command.spawn().unwrap_or_else(|error| panic!("{}: {error}", program.display()))
}

/// Whether it answers, and knows its users: it says that it is ready a little before.
pub(crate) fn is_ready(child: &mut Child, port: u16) -> bool {
    use std::io::{Read as _, Write as _};
    let begin = Instant::now();
    while begin.elapsed() < START {
        if child.try_wait().is_ok_and(|ended| ended.is_some()) {
            return false;
        }
        let answered = std::net::TcpStream::connect(("127.0.0.1", port)).and_then(|mut stream| {
            stream.set_read_timeout(Some(Duration::from_secs(1)))?;
            let head = format!("GET /?{STRANGER} HTTP/1.1\r\nhost: minio\r\nconnection: close\r\n\r\n");
            stream.write_all(head.as_bytes())?;
            let mut answer = String::new();
            stream.read_to_string(&mut answer)?;
            Ok(answer.contains("InvalidAccessKeyId"))
        });
        if answered.unwrap_or_default() {
            return true;
        }
        #[expect(
            clippy::disallowed_methods,
            reason = "tests of this have a thread each, and nothing else goes on here"
        )]
        std::thread::sleep(Duration::from_millis(50));
    }
    false
}

pub(crate) fn end(child: &mut Child) {
    // It may have ended.
    let _ = child.kill();
    let _ = child.wait();
}

fn free_port() -> u16 {
    let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a free port");
    listener.local_addr().expect("it is bound").port()
}

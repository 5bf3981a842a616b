//! A server of one's own, with data in a directory that is gone afterwards.

use std::{
    fs,
    net::SocketAddr,
    path::{Path, PathBuf},
    sync::OnceLock,
    time::Duration,
};

use rusqlite::OptionalExtension as _;
use talaria::{
    app::{Addresses, App},
    config::Config,
    telemetry::Metrics,
};
use talaria_client::proto::DeviceType;
use tempfile::TempDir;
use tokio::{runtime::Handle, task, time::timeout};
use tokio_util::task::TaskTracker;

use super::{Admin, Guest, Transport, User};

/// A stop waits for clients that do not hang up, but not longer than they are given.
const STOP: Duration = Duration::from_secs(5);

/// A server that runs in this process. It is stopped when dropped, and then nothing of it may be left.
pub(crate) struct TestServer {
    app: Option<App>,
    config: Config,
    addresses: Addresses,
    data: TempDir,
}

/// What differs from the usual test server.
pub(crate) struct Builder {
    data: TempDir,
    config: Config,
}

/// The component of a plugin, as `cargo xtask plugins` has built it.
pub(crate) fn component(name: &str) -> Vec<u8> {
    let file = component_file(name);
    match fs::read(&file) {
        Ok(component) => component,
        Err(error) => panic!("{}: {error}; run `cargo xtask plugins` first", file.display()),
    }
}

/// Whether a component is there that needs more than Rust to be built.
pub(crate) fn is_built(name: &str) -> bool {
    component_file(name).is_file()
}

fn component_file(name: &str) -> PathBuf {
    let target = std::env::var_os("CARGO_TARGET_DIR").map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join("../target"),
        |directory| Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(directory),
    );
    target.join("plugins").join(format!("{name}.wasm"))
}

/// A hundred hours, as ids count time.
const AGE: i64 = (100 * 60 * 60 * 1000) << 22;

/// The id that a message has after [`TestServer::db_age_messages`].
pub(crate) const fn aged(id: i64) -> i64 {
    id - AGE
}

/// The same component under another version, of as many characters as the one it has.
pub(crate) fn component_as(name: &str, version: &str) -> Vec<u8> {
    let mut component = component(name);
    // A custom section: the length of its name, the name, and the version to the section's end.
    let section = b"\x07version0.1.0";
    let found = component.windows(section.len()).position(|window| window == section);
    let at = found.expect("the version is in the metadata") + section.len() - version.len();
    component[at..at + version.len()].copy_from_slice(version.as_bytes());
    component
}

/// The same component under another name, of as many characters as the one it has.
pub(crate) fn component_named(name: &str, other: &str) -> Vec<u8> {
    assert_eq!(name.len(), other.len());
    let mut component = component(name);
    // The metadata are at the end of the root.
    let found = component.windows(name.len()).rposition(|window| window == name.as_bytes());
    let at = found.expect("the name is in the metadata");
    component[at..at + name.len()].copy_from_slice(other.as_bytes());
    component
}

impl Builder {
    /// Changes the settings.
    pub(crate) fn config(mut self, change: impl FnOnce(&mut Config)) -> Self {
        change(&mut self.config);
        self
    }

    /// Puts a component into the directory of plugins, from which the server takes it when it starts.
    pub(crate) fn plugin(self, name: &str) -> Self {
        let directory = self.config.plugin_directory();
        fs::create_dir_all(&directory).expect("the directory of plugins is writable");
        fs::write(directory.join(format!("{name}.wasm")), component(name)).expect("the component is written");
        self
    }

    /// Starts the server.
    pub(crate) async fn start(self) -> TestServer {
        let (app, addresses) = start(&self.config).await;
        TestServer { app: Some(app), config: self.config, addresses, data: self.data }
    }
}

impl TestServer {
    /// The usual one: the users of a development server, free ports and no limit in the way.
    pub(crate) async fn start() -> Self {
        Self::builder().start().await
    }

    /// One that differs.
    pub(crate) fn builder() -> Builder {
        let data = tempfile::tempdir().expect("there is a place for temporary files");
        let config = Config::for_test(data.path());
        Builder { data, config }
    }

    /// Where clients connect.
    pub(crate) fn address(&self, transport: Transport) -> SocketAddr {
        let address = match transport {
            Transport::Ws => self.addresses.ws,
            Transport::Tcp => self.addresses.tcp,
        };
        address.expect("test servers listen for both transports")
    }

    /// Where it listens.
    pub(crate) fn addresses(&self) -> Addresses {
        self.addresses
    }

    /// The data directory.
    pub(crate) fn data(&self) -> &Path {
        self.data.path()
    }

    /// Where a path of a plugin is, for everybody.
    pub(crate) fn route(&self, path: &str) -> String {
        format!("http://{}/plugins{path}", self.addresses.http.expect("test servers listen for HTTP"))
    }

    /// A user on a desktop, over WebSocket.
    pub(crate) async fn ws(&self, user: i64) -> User {
        self.user(Transport::Ws, user, DeviceType::Desktop).await
    }

    /// A user on a desktop, over TCP.
    pub(crate) async fn tcp(&self, user: i64) -> User {
        self.user(Transport::Tcp, user, DeviceType::Desktop).await
    }

    /// A user who is logged in.
    pub(crate) async fn user(&self, transport: Transport, user: i64, device: DeviceType) -> User {
        User::log_in(self.address(transport), transport, user, device).await
    }

    /// A WebSocket, upgraded and not logged in.
    pub(crate) async fn guest_ws(&self) -> Guest {
        self.guest(Transport::Ws).await
    }

    /// A TCP connection, not logged in.
    pub(crate) async fn guest_tcp(&self) -> Guest {
        self.guest(Transport::Tcp).await
    }

    /// A connection that is not logged in.
    pub(crate) async fn guest(&self, transport: Transport) -> Guest {
        Guest::connect(self.address(transport), transport).await
    }

    /// The operator, with the token of this server.
    pub(crate) fn admin(&self) -> Admin {
        let token = fs::read_to_string(self.config.admin_token_file()).expect("the server has made its token");
        Admin::new(self.addresses.admin, Some(token.trim()))
    }

    /// Somebody at the admin interface without a token.
    pub(crate) fn stranger_to_admin(&self) -> Admin {
        Admin::new(self.addresses.admin, None)
    }

    /// Stops the server and starts it again, on the same data and other ports.
    pub(crate) async fn restart(&mut self) {
        self.restart_after(|_| ()).await;
    }

    /// The same, with something done to the data directory while no server runs.
    pub(crate) async fn restart_after(&mut self, meanwhile: impl FnOnce(&Path)) {
        self.end().await;
        meanwhile(self.data());
        let (app, addresses) = start(&self.config).await;
        (self.app, self.addresses) = (Some(app), addresses);
    }

    /// Makes the stored messages older than any retention, by their ids: see [`aged`]. Takes a restart.
    pub(crate) async fn db_age_messages(&mut self) {
        self.restart_after(|data| {
            let database = rusqlite::Connection::open(data.join("talaria.db")).expect("the database is there");
            let aged = database.execute("UPDATE messages SET id = id - ?1", [AGE]).expect("the messages are there");
            assert!(aged > 0, "there are messages to age");
        })
        .await;
    }

    /// What a plugin keeps under a key.
    pub(crate) fn db_kept(&self, plugin: &str, key: &str) -> Option<Vec<u8>> {
        let database = rusqlite::Connection::open(self.data().join("talaria.db")).expect("the database is there");
        let select = "SELECT value FROM kv WHERE plugin = ?1 AND key = ?2";
        database.query_row(select, [plugin, key], |row| row.get(0)).optional().expect("the table is there")
    }

    /// Stops the server. What is dropped instead is stopped as well.
    pub(crate) async fn stop(mut self) {
        self.end().await;
    }

    async fn end(&mut self) {
        let Some(app) = self.app.take() else { return };
        assert!(timeout(STOP, app.stop()).await.is_ok(), "the server did not stop within {STOP:?}");
        for address in [self.addresses.ws, self.addresses.tcp, self.addresses.http, Some(self.addresses.admin)]
            .into_iter()
            .flatten()
        {
            // Now and then the system chooses this very port for the other end, and the socket is connected to itself.
            let left = tokio::net::TcpStream::connect(address).await.ok();
            let left = left.filter(|stream| stream.local_addr().ok() != Some(address));
            assert!(left.is_none(), "{address} is still open after the stop");
        }
    }
}

impl Drop for TestServer {
    fn drop(&mut self) {
        // After a failure, what matters is the failure.
        if self.app.is_some() && !std::thread::panicking() {
            task::block_in_place(|| Handle::current().block_on(self.end()));
        }
    }
}

async fn start(config: &Config) -> (App, Addresses) {
    // A task of its own: unoptimised, a start with plugins takes most of a thread's stack, and tests call this from
    // deep inside.
    let starting = TaskTracker::new().spawn(App::start(config.clone(), metrics()));
    let app = starting.await.expect("the start does not panic").expect("the server starts");
    let addresses = app.addresses();
    (app, addresses)
}

/// One recorder for the process, so its counts are of all servers here.
fn metrics() -> Metrics {
    static METRICS: OnceLock<Metrics> = OnceLock::new();
    METRICS.get_or_init(|| Metrics::install().expect("nothing else records metrics")).clone()
}

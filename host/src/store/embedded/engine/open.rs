//! Opening a data directory: its lock, its connections, and what is said when that fails.

use std::{
    fs::{self, File, TryLockError},
    io::ErrorKind,
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use rusqlite::{Connection, OpenFlags};

use super::migrations;

const DATABASE: &str = "talaria.db";
const LOCK: &str = "talaria.lock";
const LOCK_PATIENCE: Duration = Duration::from_millis(400);

/// Why a data directory cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    #[error("cannot create the data directory {path}: {source}; create it yourself, or choose another")]
    Create { path: PathBuf, source: std::io::Error },
    #[error("{path} is not a directory; choose another data directory, or move the file away")]
    NotADirectory { path: PathBuf },
    #[error(
        "the data directory {path} cannot be written to: {reason}; give this user the right to write there, or choose another"
    )]
    NotWritable { path: PathBuf, reason: String },
    #[error("the data directory {path} is in use by another process; stop that one, or choose another directory")]
    Locked { path: PathBuf },
    #[error(
        "the data was written by a newer release (its version is {found}, this release knows {known}); run that release"
    )]
    Newer { found: u32, known: u32 },
    #[error("talaria.db in the data directory belongs to another program; move it away, or choose another directory")]
    Foreign,
    #[error("talaria.db in the data directory is damaged: {0}; restore it from a backup")]
    Damaged(String),
    #[error("cannot open the database: {0}")]
    Engine(#[source] Box<dyn std::error::Error + Send + Sync>),
}

impl From<rusqlite::Error> for OpenError {
    fn from(error: rusqlite::Error) -> Self {
        match error.sqlite_error_code() {
            Some(rusqlite::ErrorCode::DatabaseCorrupt | rusqlite::ErrorCode::NotADatabase) => {
                Self::Damaged(error.to_string())
            }
            _ => Self::Engine(Box::new(error)),
        }
    }
}

/// A locked directory and its connections.
pub(in crate::store::embedded) struct Opened {
    pub(in crate::store::embedded) writer: Connection,
    pub(in crate::store::embedded) readers: Vec<Connection>,
    /// Held as long as the store lives: the caches rely on being the only writer.
    pub(in crate::store::embedded) lock: File,
}

pub(in crate::store::embedded) fn open(directory: &Path, readers: usize) -> Result<Opened, OpenError> {
    create(directory)?;
    let lock = lock(directory)?;
    let path = directory.join(DATABASE);
    create_database(directory, &path)?;
    let writer = open_writer(directory, &path)?;
    migrations::migrate(&writer)?;
    let readers = (0..readers.max(1)).map(|_| open_reader(directory)).collect::<Result<_, _>>()?;
    Ok(Opened { writer, readers, lock })
}

fn create(directory: &Path) -> Result<(), OpenError> {
    if directory.is_dir() {
        return Ok(());
    }
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(directory).map_err(|source| match source.kind() {
        ErrorKind::AlreadyExists | ErrorKind::NotADirectory => OpenError::NotADirectory { path: directory.into() },
        _ => OpenError::Create { path: directory.into(), source },
    })
}

fn create_database(directory: &Path, path: &Path) -> Result<(), OpenError> {
    create_private(path).map_err(|source| OpenError::NotWritable { path: directory.into(), reason: source.to_string() })
}

/// Makes the file of a database when there is none. Only the owner may read what people write, even in a directory that
/// others may enter. SQLite gives its log and the shared memory the same mode.
pub(in crate::store::embedded) fn create_private(path: &Path) -> std::io::Result<()> {
    let mut options = File::options();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    match options.open(path) {
        Ok(_) => Ok(()),
        Err(exists) if exists.kind() == ErrorKind::AlreadyExists => Ok(()),
        Err(source) => Err(source),
    }
}

/// Waits a moment for a holder that is just going: a process that ends, or one that was forked and has not yet become
/// another program.
pub(in crate::store::embedded) fn lock(directory: &Path) -> Result<File, OpenError> {
    let not_writable =
        |source: std::io::Error| OpenError::NotWritable { path: directory.into(), reason: source.to_string() };
    let file =
        File::options().create(true).truncate(false).write(true).open(directory.join(LOCK)).map_err(not_writable)?;
    let started = Instant::now();
    loop {
        match file.try_lock() {
            Ok(()) => return Ok(file),
            Err(TryLockError::Error(source)) => return Err(not_writable(source)),
            Err(TryLockError::WouldBlock) if started.elapsed() >= LOCK_PATIENCE => {
                return Err(OpenError::Locked { path: directory.into() });
            }
            #[expect(clippy::disallowed_methods, reason = "opening blocks, and says so")]
            Err(TryLockError::WouldBlock) => std::thread::sleep(LOCK_PATIENCE / 20),
        }
    }
}

fn open_writer(directory: &Path, path: &Path) -> Result<Connection, OpenError> {
    let not_writable = |reason: String| OpenError::NotWritable { path: directory.into(), reason };
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags).map_err(|error| match error.sqlite_error_code() {
        Some(rusqlite::ErrorCode::CannotOpen) => not_writable(error.to_string()),
        _ => error.into(),
    })?;
    if connection.is_readonly("main")? {
        return Err(not_writable(format!("{DATABASE} is read-only")));
    }
    let journal: String = connection.query_row("PRAGMA journal_mode = WAL", [], |row| row.get(0))?;
    if journal != "wal" {
        return Err(not_writable(format!("its file system does not allow a write-ahead log (journal: {journal})")));
    }
    // fullfsync matters on macOS only, where fsync alone leaves data in the drive's cache.
    connection.execute_batch(
        "PRAGMA synchronous = FULL;
         PRAGMA fullfsync = ON;
         PRAGMA wal_autocheckpoint = 4000;
         PRAGMA journal_size_limit = 67108864;
         PRAGMA cache_size = -32768;
         PRAGMA temp_store = MEMORY;",
    )?;
    connection.set_prepared_statement_cache_capacity(128);
    Ok(connection)
}

/// Another connection that reads, of a directory that is open.
pub(in crate::store::embedded) fn open_reader(directory: &Path) -> Result<Connection, OpenError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(directory.join(DATABASE), flags)?;
    connection.execute_batch("PRAGMA cache_size = -8192; PRAGMA temp_store = MEMORY;")?;
    connection.set_prepared_statement_cache_capacity(64);
    // Only recovery and the end of a checkpoint ever make a reader wait.
    connection.busy_timeout(Duration::from_secs(5))?;
    Ok(connection)
}

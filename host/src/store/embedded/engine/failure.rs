//! How the engine's errors become the store's.

use rusqlite::ErrorCode;

use crate::store::Error;

impl From<rusqlite::Error> for Error {
    fn from(error: rusqlite::Error) -> Self {
        use rusqlite::Error as E;
        match &error {
            E::SqliteFailure(failure, _) => match failure.code {
                ErrorCode::ConstraintViolation if is_duplicate(failure.extended_code) => Self::Conflict,
                ErrorCode::DiskFull => {
                    Self::Unavailable("the disk of the data directory is full; free space on it".into())
                }
                ErrorCode::OperationInterrupted => {
                    Self::Unavailable("a read took too long, and was interrupted".into())
                }
                ErrorCode::ReadOnly => Self::Unavailable("the data directory has become read-only".into()),
                ErrorCode::SystemIoFailure
                | ErrorCode::CannotOpen
                | ErrorCode::DatabaseBusy
                | ErrorCode::DatabaseLocked
                | ErrorCode::OutOfMemory => Self::Unavailable(error.to_string()),
                ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase => Self::Corrupt(error.to_string()),
                _ => Self::Engine(Box::new(error)),
            },
            E::FromSqlConversionFailure(..) | E::IntegralValueOutOfRange(..) | E::InvalidColumnType(..) => {
                Self::Corrupt(error.to_string())
            }
            _ => Self::Engine(Box::new(error)),
        }
    }
}

fn is_duplicate(extended_code: i32) -> bool {
    use rusqlite::ffi::{SQLITE_CONSTRAINT_PRIMARYKEY, SQLITE_CONSTRAINT_ROWID, SQLITE_CONSTRAINT_UNIQUE};
    matches!(extended_code, SQLITE_CONSTRAINT_PRIMARYKEY | SQLITE_CONSTRAINT_ROWID | SQLITE_CONSTRAINT_UNIQUE)
}

/// What callers hear once the store is closed, or its thread is gone.
pub(in crate::store::embedded) fn closed() -> Error {
    Error::Unavailable("the store is closed".into())
}

//! Why rows could not be read.

use std::path::PathBuf;

use crate::database::DatabaseError;
use crate::format::FormatError;

/// What a fallible function of this room returns.
pub(crate) type Result<T, E = ReadError> = std::result::Result<T, E>;

/// Rows that cannot be read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ReadError {
    #[error("there is no folder {}", path.display())]
    NoFolder { path: PathBuf },
    #[error("{place} does not have the tables of any edition")]
    NoEdition { place: String },
    #[error("{table}.{column} has a value that cannot be read: {value}")]
    Value { table: &'static str, column: &'static str, value: String },
    /// A file that cannot be read as its format.
    #[error(transparent)]
    Format(#[from] FormatError),
    /// Reaching or asking the database.
    #[error(transparent)]
    Database(#[from] DatabaseError),
}

/// What to do about an error of this room. Not open to additions: whoever words them words all of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Hint {
    /// This is a file: if it is a database, check it as one.
    CheckAsDatabase { path: PathBuf },
    /// Correct the path, or check a database.
    CorrectPath,
    /// Create the tables, or write the files, or adopt the tables of another program.
    CreateData,
}

impl ReadError {
    /// The way out of an error of this room, where there is one; those of other rooms have their own.
    pub fn hint(&self) -> Option<Hint> {
        match self {
            ReadError::NoFolder { path } if path.is_file() => {
                Some(Hint::CheckAsDatabase { path: path.clone() })
            }
            ReadError::NoFolder { .. } => Some(Hint::CorrectPath),
            ReadError::NoEdition { .. } => Some(Hint::CreateData),
            ReadError::Value { .. } | ReadError::Format(_) | ReadError::Database(_) => None,
        }
    }
}

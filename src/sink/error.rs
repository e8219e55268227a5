//! What can go wrong when rows are written.

use std::io;
use std::path::PathBuf;

#[cfg(feature = "database")]
use super::BulkError;

/// The result of a fallible function in `sink`.
pub(crate) type Result<T, E = SinkError> = std::result::Result<T, E>;

/// Rows could not be written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SinkError {
    #[error("cannot write {path}")]
    Write { path: PathBuf, source: io::Error },
    #[error("{path} already exists")]
    Exists { path: PathBuf },
    #[error("{path} is {what}; it is not replaced")]
    NoPlainFile { path: PathBuf, what: &'static str },
    #[error("cannot write to standard output")]
    Stdout { source: io::Error },
    /// The reader of the output is gone: not an error of ours.
    #[error("the reader of standard output has closed it")]
    Closed,
    /// An engine rejected what a load gave it.
    #[cfg(feature = "database")]
    #[error(transparent)]
    Bulk(#[from] BulkError),
}

//! What can go wrong on the way out.

use std::io;
use std::path::PathBuf;

use super::BulkError;

/// What a fallible function of this room returns.
pub(crate) type Result<T, E = SinkError> = std::result::Result<T, E>;

/// Rows could not be put where they belong.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SinkError {
    #[error("cannot write {path}")]
    Write { path: PathBuf, source: io::Error },
    #[error("{path} is there already")]
    Exists { path: PathBuf },
    #[error("{path} is {what}: it is not replaced")]
    NoPlainFile { path: PathBuf, what: &'static str },
    #[error("cannot write to standard output")]
    Stdout { source: io::Error },
    /// Whoever read the output has gone: no failure of ours.
    #[error("the reader of standard output has closed it")]
    Closed,
    /// An engine did not take what a load gave it.
    #[error(transparent)]
    Bulk(#[from] BulkError),
}

impl SinkError {
    pub fn hint(&self) -> Option<String> {
        match self {
            SinkError::Write { source, .. } if has_no_room(source) => Some(
                "there is no room (or not for you): nothing was left under its final name; free some space or choose another --out"
                    .to_owned(),
            ),
            SinkError::Write { .. } => Some("choose a folder that you may write to with --out".to_owned()),
            SinkError::Exists { .. } => Some("choose another --out, or replace the files with --overwrite".to_owned()),
            SinkError::NoPlainFile { .. } => Some("remove it, or choose another --out".to_owned()),
            SinkError::Bulk(error) => error.hint(),
            SinkError::Stdout { .. } | SinkError::Closed => None,
        }
    }
}

/// The disk is full, or the share of it that this user may have.
fn has_no_room(error: &io::Error) -> bool {
    use io::ErrorKind as Kind;
    matches!(error.kind(), Kind::StorageFull | Kind::QuotaExceeded | Kind::FileTooLarge)
}

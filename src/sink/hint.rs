//! What to do about an error of a sink, as values. The user interface puts them into words.

use std::io;

#[cfg(feature = "database")]
use super::bulk::{BulkError, Problem};
use super::error::SinkError;

/// A hint. Not `non_exhaustive`: whoever puts hints into words must cover all of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Hint {
    /// Free some space for the files, or write them elsewhere.
    FreeSpaceForFiles,
    /// Write into a writable folder.
    ChooseWritableFolder,
    /// Write elsewhere, or replace the files.
    ChooseOtherOrReplace,
    /// Write elsewhere, or remove what has that name.
    ChooseOtherOrRemove,
    /// Free some space for the database, then resume the load, or undo it.
    FreeSpaceForDatabase,
    /// Wait for the server, then resume the load, or undo it.
    WaitForServer,
    /// Wait for the other session, then resume the load, if one was begun.
    WaitForSession,
    /// Use an account that owns the tables.
    UseOwner,
    /// Undo the load, and report the defect.
    UndoAndReport,
    /// Drop it before the load and create it again afterwards.
    DropAndRecreate,
    /// Let the other program end its transaction, or close it.
    CloseOtherProgram,
    /// Wait for the blocking sessions, or end them, with the statement if there is one, or wait
    /// longer; then resume the load, or run it again.
    EndTransactions {
        /// The error names the sessions.
        is_known: bool,
        /// The statement that ends the first of them.
        sql: Option<String>,
        /// Part of the load is in; otherwise nothing was changed.
        may_resume: bool,
    },
    /// Let an administrator run this.
    GrantLockTables { sql: String },
}

impl SinkError {
    /// The hint for an error of a sink, if there is one.
    pub fn hint(&self) -> Option<Hint> {
        match self {
            SinkError::Write { source, .. } if has_no_room(source) => Some(Hint::FreeSpaceForFiles),
            SinkError::Write { .. } => Some(Hint::ChooseWritableFolder),
            SinkError::Exists { .. } => Some(Hint::ChooseOtherOrReplace),
            SinkError::NoPlainFile { .. } => Some(Hint::ChooseOtherOrRemove),
            #[cfg(feature = "database")]
            SinkError::Bulk(error) => error.hint(),
            SinkError::Stdout { .. } | SinkError::Closed => None,
        }
    }
}

#[cfg(feature = "database")]
impl BulkError {
    /// The hint, if there is one.
    pub fn hint(&self) -> Option<Hint> {
        self.way_out.clone().or_else(|| {
            Some(match self.problem {
                Problem::Full => Hint::FreeSpaceForDatabase,
                Problem::Lost => Hint::WaitForServer,
                Problem::Busy => Hint::WaitForSession,
                Problem::NotAllowed => Hint::UseOwner,
                Problem::Mismatch => Hint::UndoAndReport,
                Problem::NotUnderstood => Hint::DropAndRecreate,
                Problem::Other => return None,
            })
        })
    }
}

/// The disk is full, or this user's quota is used up.
pub(crate) fn has_no_room(error: &io::Error) -> bool {
    use io::ErrorKind as Kind;
    matches!(error.kind(), Kind::StorageFull | Kind::QuotaExceeded | Kind::FileTooLarge)
}

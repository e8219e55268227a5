//! What an engine does for a query.

use super::Rows;
use crate::database::{Cause, DatabaseError};

/// A session of one engine.
pub(super) trait Session {
    /// Runs one statement. Where nothing may be written, it is in a transaction of its own that only reads. Returns the rows
    /// that the engine counts.
    fn run(&mut self, statement: &str, rows: &mut dyn Rows) -> Result<Option<u64>, Fault>;

    /// Begins or ends a transaction.
    fn control(&mut self, text: &str) -> Result<(), Fault>;

    /// A query for pairs of each table and its columns, by tables.
    fn names(&self) -> &'static str;
}

/// A name that the database does not have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Unknown {
    Table(String),
    Column(String),
}

/// Why a statement did not come to its end.
#[derive(Debug)]
pub(super) enum Fault {
    /// The engine refuses it.
    Refused {
        words: String,
        /// The line of the statement, from 0.
        line: Option<usize>,
        unknown: Option<Unknown>,
    },
    /// It would write.
    Writes,
    /// It has parameters.
    Parameters,
    /// It is several statements.
    Several,
    Stopped,
    /// Nothing is known of the session any more.
    Broken(Cause),
    Database(DatabaseError),
}

impl From<DatabaseError> for Fault {
    fn from(error: DatabaseError) -> Fault {
        Fault::Database(error)
    }
}

/// The text between two others.
pub(super) fn between<'a>(text: &'a str, before: &str, after: &str) -> Option<&'a str> {
    let rest = &text[text.find(before)? + before.len()..];
    Some(&rest[..rest.find(after)?])
}

/// How many lines end before a byte of a text.
pub(super) fn line_at(text: &str, byte: usize) -> usize {
    text.bytes().take(byte).filter(|byte| *byte == b'\n').count()
}
